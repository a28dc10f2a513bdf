import { nearest } from "../../../util/nearest.ts";
import type { LintRule, LintRuleFacts } from "../rule.ts";
import { connectionNameRule } from "./connection-name.ts";
import { duplicateConnectionRule } from "./duplicate-connection.ts";
import { endlessOverrideRule } from "./endless-override.ts";
import { endpointLeftoversRule } from "./endpoint-leftovers.ts";
import { expiredOverrideRule } from "./expired-override.ts";
import { expiringOverrideRule } from "./expiring-override.ts";
import { localEndpointRule } from "./local-endpoint.ts";
import { missingDescriptionRule } from "./missing-description.ts";
import { missingOwnerRule } from "./missing-owner.ts";
import { placeholderTextRule } from "./placeholder-text.ts";
import { redundantOverlayRule } from "./redundant-overlay.ts";
import { repeatedScopeRule } from "./repeated-scope.ts";
import { sharedSecretRule } from "./shared-secret.ts";
import { META_RULES } from "./suppressions.ts";
import { unprotectedInProductionRule } from "./unprotected-in-production.ts";
import { untestedScopeRule } from "./untested-scope.ts";
import { unusedConnectionRule } from "./unused-connection.ts";
import { unusedSecretRule } from "./unused-secret.ts";
import { widerThanProductionRule } from "./wider-than-production.ts";

export { META_RULES } from "./suppressions.ts";

/** Every rule about documents, in the order of its code. */
export const LINT_RULES: readonly LintRule[] = [
  connectionNameRule,
  missingOwnerRule,
  missingDescriptionRule,
  placeholderTextRule,
  duplicateConnectionRule,
  unusedConnectionRule,
  unusedSecretRule,
  sharedSecretRule,
  localEndpointRule,
  endpointLeftoversRule,
  untestedScopeRule,
  widerThanProductionRule,
  expiredOverrideRule,
  expiringOverrideRule,
  endlessOverrideRule,
  redundantOverlayRule,
  repeatedScopeRule,
  unprotectedInProductionRule,
];

/** The rule of a code or name, with upper and lower case as they are; else the name that is nearest to what was written. */
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
