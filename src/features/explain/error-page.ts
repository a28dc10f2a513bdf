import type { JsonObject } from "../../domain/json.ts";
import { UserError } from "../../domain/problem/error.ts";
import { shellWord } from "../../util/shell-word.ts";
import { meantBy, nearest } from "../../util/nearest.ts";

/** What every code looks like; no environment is named like one in earnest. */
const CODE = /^[A-Z]{3}\d{3}$/iu;

/** The page of a code; for a code that is retired, the page to read instead. */
export interface CodePage {
  readonly code: string;
  readonly page: string;
  readonly retired: {
    readonly title: string;
    readonly since: string;
    readonly instead: string;
  } | null;
}

/** Whether a word asks for the page of a code. */
export function isCode(word: string): boolean {
  return CODE.test(word);
}

/** A code's page, as Markdown. @throws UserError CLI001 for a code that never was. */
export async function errorPage(word: string): Promise<CodePage> {
  const { ERROR_PAGES, RETIRED_CODES } =
    await import("../../domain/generated/error-pages.ts");
  const code = word.toUpperCase();
  const retired = RETIRED_CODES[code] ?? null;
  const page = ERROR_PAGES[retired?.instead ?? code];
  if (page !== undefined) return { code, page, retired };
  const near = nearest(code, Object.keys(ERROR_PAGES), 1);
  throw new UserError("CLI001", `there is no code "${code}"${meantBy(near)}`, {
    why: "a code is three letters for the area and three digits, as messages print it",
    fix:
      near === undefined
        ? "copy the code from the message: tieline explain SCH001"
        : `tieline explain ${shellWord(near)}`,
    notDone: "nothing was explained",
  });
}

/** The page as people read it: a retired code says first what it became. */
export function pageText({ code, page, retired }: CodePage): string {
  return retired === null
    ? page
    : `${code} (${retired.title}) was retired in ${retired.since}. It is part of ${retired.instead} now:\n\n${page}`;
}

/** The page as programs read it. */
export function pageJson({ code, page, retired }: CodePage): JsonObject {
  return {
    kind: "page",
    code,
    ...(retired === null
      ? {}
      : { retired: { since: retired.since, instead: retired.instead } }),
    page,
  };
}
