/** A code's title, and its page under that title. */
export interface ErrorPage {
  readonly title: string;
  readonly page: string;
}

/** What a retired code was called, since when it is gone, and the code to look at instead. */
export interface RetiredCode {
  readonly title: string;
  readonly since: string;
  readonly instead: string;
}

export function readErrorPages(folder: URL): Promise<{
  readonly pages: Readonly<Record<string, ErrorPage>>;
  readonly retired: Readonly<Record<string, RetiredCode>>;
}>;
export function errorPage(code: string, text: string): ErrorPage;
export function retiredCodes(
  text: string,
): Readonly<Record<string, RetiredCode>>;
