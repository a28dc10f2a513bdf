import {
  allowsClass,
  SCOPE_CLASSES,
} from "../../domain/catalogue/scope-tiers.ts";
import {
  classOf,
  describeScopes,
  isScopeField,
  scopeChanges,
} from "../meaning/scopes.ts";
import { quoteNames } from "../meaning/wording.ts";
import { countedGlob } from "../../domain/glob.ts";
import { placed, writtenKeys, type ChangesGuard } from "./guard.ts";

/** What an entry of a ceiling begins with that allows scopes by their tier. */
const TIER_PREFIX = "tier:";

/** Refuses scopes above the environment's ceiling; on a connection the plan does not write to, it only warns. */
export const scopeCeilingGuard: ChangesGuard = {
  needs: "changes",
  code: "PLN108",
  check({ changes, declared, rules }) {
    const ceiling = rules.scopeCeiling;
    if (ceiling === null) return [];
    const allows = allowedBy(ceiling);
    const written = writtenKeys(changes);
    return declared.flatMap((declaration) => {
      const { key, provider, fields } = declaration;
      return Object.entries(fields).flatMap(([path, value]) => {
        if (!isScopeField(path)) return [];
        const asked = { before: provider, after: provider };
        const above = scopeChanges({ path, after: value }, asked).filter(
          ({ scope }) => !allows(provider, scope),
        );
        if (above.length === 0) return [];
        return [
          {
            code: "PLN108",
            level: written.has(key) ? ("refuse" as const) : ("warn" as const),
            key,
            message: `"${key}" asks for ${quoteNames(above.map(({ scope }) => scope))} (${path}), which the scope_ceiling of this environment does not allow: ${describeScopes(above)}`,
            fix: `ask for less, or let it pass by name: an override of PLN108 for "${key}" with a reason`,
            ...placed(declaration, path),
          },
        ];
      });
    });
  },
};

/** Whether a ceiling lets a scope pass: by a pattern of its name, or by its tier. */
function allowedBy(
  ceiling: readonly string[],
): (provider: string, scope: string) => boolean {
  const limits = SCOPE_CLASSES.filter((each) =>
    ceiling.includes(`${TIER_PREFIX}${each}`),
  );
  const patterns = ceiling
    .filter((each) => !each.startsWith(TIER_PREFIX))
    .map(countedGlob);
  return (provider, scope) =>
    patterns.some((matches) => matches(scope)) ||
    (limits.length > 0 &&
      limits.some((limit) => allowsClass(limit, classOf(provider, scope))));
}
