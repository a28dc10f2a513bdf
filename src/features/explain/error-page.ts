import { UserError } from "../../domain/problem/error.ts";
import { nearest } from "../../util/nearest.ts";

/** What every code looks like; no environment is named like one in earnest. */
const CODE = /^[A-Z]{3}\d{3}$/iu;

/** Whether a word asks for the page of a code. */
export function isCode(word: string): boolean {
  return CODE.test(word);
}

/** A code's page, as Markdown. @throws UserError CLI001 for a code there is none of. */
export async function errorPage(
  word: string,
): Promise<{ readonly code: string; readonly page: string }> {
  const { ERROR_PAGES } = await import("../../domain/generated/error-pages.ts");
  const code = word.toUpperCase();
  const page = ERROR_PAGES[code];
  if (page !== undefined) return { code, page };
  const near = nearest(code, Object.keys(ERROR_PAGES), 1);
  throw new UserError("CLI001", `there is no code "${code}"`, {
    why: "codes are three letters for the area and three digits, as messages print them",
    fix:
      near === undefined
        ? "copy the code from the message: tieline explain SCH001"
        : `did you mean "${near}"?`,
    notDone: "nothing was explained",
  });
}
