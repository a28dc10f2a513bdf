import { type Place, placeAt } from "../../../documents/read/document.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { GuardOverride } from "../../../domain/environment.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import type { SourceLocation } from "../../../domain/problem/location.ts";
import type { LintRule } from "../rule.ts";
import { dayAfter, type LintWorld } from "../world.ts";

/** Two weeks: long enough to fix what the override is for before a plan is refused. */
const NOTICE_DAYS = 14;

/** Permissions and their ends. */
export const OVERRIDE_RULES: readonly LintRule[] = [
  // Permissions that are over.
  {
    code: "LNT013",
    name: "expired-override",
    level: "warning",
    summary: "Overrides whose last day has passed are removed.",
    why: "it lets nothing pass any more; who reads it believes that it does, and a new date would revive it unread",
    fix: "remove it, or renew it with a reason that still holds",
    check: (world) =>
      overridesIn(world)
        .filter(({ override: { until } }) => (until ?? "9") < world.today)
        .map(({ at, override: { until = "" }, words }) => ({
          at,
          message: `${words} ended on ${until}`,
        })),
  },
  // Permissions that end soon.
  {
    code: "LNT014",
    name: "expiring-override",
    level: "note",
    summary: `Overrides that end within ${String(NOTICE_DAYS)} days are announced.`,
    why: "from the day after on, plans that need it are refused",
    fix: "remove the cause before then, or renew it with a reason that still holds",
    check: (world) => {
      const limit = dayAfter(world.today, NOTICE_DAYS);
      return overridesIn(world).flatMap(({ at, override: { until }, words }) =>
        until === undefined || until < world.today || until > limit
          ? []
          : [{ at, message: `${words} ends on ${until}` }],
      );
    },
  },
  // Permissions for ever.
  {
    code: "LNT015",
    name: "endless-override",
    level: "warning",
    summary: "Overrides have a last day.",
    why: "a permission without an end outlives its reason, and then lets pass what nobody looked at",
    fix: "add until: with the last day it is needed",
    securitySeverity: "3.0",
    check: (world) =>
      overridesIn(world)
        .filter(({ override: { until } }) => until === undefined)
        .map(({ at, words }) => ({ at, message: `${words} has no end` })),
  },
];

/** An override and where it is written. */
interface PlacedOverride {
  readonly override: GuardOverride;
  readonly at: Place | SourceLocation;
  /** `the override of "PLN101" for "x"`. */
  readonly words: string;
}

/** The overrides of the chosen environments. */
function overridesIn({ chosen }: LintWorld): PlacedOverride[] {
  return chosen.flatMap(({ rules, document }) =>
    (rules?.overrides ?? []).flatMap((override, index) => {
      const place =
        document === null
          ? undefined
          : (placeAt(
              document,
              pointerOf(["overrides", index, "until"]),
              "value",
            ) ?? placeAt(document, pointerOf(["overrides", index]), "value"));
      const at = place ?? override.location;
      const { guard, connection } = override;
      const words = `the override of ${quoted(guard)}${connection === undefined ? "" : ` for ${quoted(connection)}`}`;
      return at === undefined ? [] : [{ override, at, words }];
    }),
  );
}
