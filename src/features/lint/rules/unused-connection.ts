import { placeOfDocument } from "../../../documents/read/document.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";

/** Files that look managed and are not. */
export const unusedConnectionRule: LintRule = {
  code: "LNT006",
  name: "unused-connection",
  level: "warning",
  summary: "A shared connection belongs to at least one environment.",
  why: "the file looks as if it were managed, but no plan ever contains it",
  fix: "let an environment include it, or remove the file",
  check: ({ all, isWhole, shared }) =>
    isWhole
      ? shared
          .filter(({ name }) => !all.some(({ authored }) => authored.has(name)))
          .map(({ name, document }) => ({
            at: placeOfDocument(document),
            message: `the connection ${quoted(name)} belongs to no environment`,
          }))
      : [],
};
