import { planLocation } from "../field-diff.ts";
import { ruleFor } from "../field-rules.ts";
import { scopesOnlyIn } from "../scopes.ts";
import { quoteNames } from "../wording.ts";
import { writtenKeys, type Guard } from "./guard.ts";

/** Refuses scopes above the environment's ceiling; on a connection the plan does not write to, it only warns. */
export const scopeCeilingGuard: Guard = {
  code: "PLN108",
  check({ changes, differences, input }) {
    const ceiling = input.rules.scopeCeiling;
    if (ceiling === null) return [];
    const written = writtenKeys(changes);
    return differences.declared.flatMap(({ key, desired, local }) =>
      Object.entries(desired.fields).flatMap(([path, value]) => {
        if (ruleFor(path).risk !== "scope" || local.has(path)) return [];
        const above = scopesOnlyIn(value, undefined).filter(
          (scope) => !ceiling.some((pattern) => matchesGlob(pattern, scope)),
        );
        if (above.length === 0) return [];
        const location = desired.origins.get(path) ?? desired.location;
        return [
          {
            code: "PLN108",
            level: written.has(key) ? ("refuse" as const) : ("warn" as const),
            key,
            message: `"${key}" asks for ${quoteNames(above)} (${path}), which the scope_ceiling of this environment does not allow`,
            fix: `ask for less, or let it pass by name: an override of PLN108 for "${key}" with a reason`,
            location: planLocation(location),
          },
        ];
      }),
    );
  },
};

/** `*` stands for any text. Walks the pieces between the stars, so no pattern can take long. */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
