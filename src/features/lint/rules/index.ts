import { compareText } from "../../../util/compare-text.ts";
import { nearest } from "../../../util/nearest.ts";
import type { LintRule, LintRuleFacts } from "../rule.ts";
import { ADDRESS_RULES } from "./addresses.ts";
import { DOCUMENT_RULES } from "./documents.ts";
import { NAME_RULES } from "./names.ts";
import { OVERRIDE_RULES } from "./overrides.ts";
import { SCOPE_RULES } from "./scopes.ts";
import { SECRET_RULES } from "./secrets.ts";
import { META_RULES } from "./suppressions.ts";

export { META_RULES } from "./suppressions.ts";

/** Every rule about documents, in the order of its code. */
export const LINT_RULES: readonly LintRule[] = [
  ...ADDRESS_RULES,
  ...DOCUMENT_RULES,
  ...NAME_RULES,
  ...OVERRIDE_RULES,
  ...SCOPE_RULES,
  ...SECRET_RULES,
].sort((a, b) => compareText(a.code, b.code));

/**
 * The rule of a code or name, with upper and lower case as they are; else the name that is nearest
 * to what was written.
 */
export function findLintRule(
  text: string,
): LintRuleFacts | { readonly near: string | undefined } {
  const rules: readonly LintRuleFacts[] = [
    ...LINT_RULES,
    ...Object.values(META_RULES),
  ];
  return (
    rules.find(({ code, name }) => code === text || name === text) ?? {
      near: nearest(
        text,
        rules.flatMap(({ code, name }) => [code, name]),
      ),
    }
  );
}
