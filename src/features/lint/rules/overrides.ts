import { placeAt, type Place } from "../../../documents/read/document.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { GuardOverride } from "../../../domain/environment.ts";
import type { SourceLocation } from "../../../domain/problem/location.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import type { LintWorld } from "../world.ts";

/** An override and where it is written. */
export interface PlacedOverride {
  readonly override: GuardOverride;
  readonly at: Place | SourceLocation;
  /** `the override of "PLN101" for "x"`. */
  readonly words: string;
}

/** The overrides of the chosen environments. */
export function overridesIn({ chosen }: LintWorld): PlacedOverride[] {
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
