import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFleetFile } from "../../../../src/documents/check/fleet-file.ts";
import { reconcileSettings } from "../../../../src/documents/layers/reconcile-settings.ts";
import type { ReconcileMode } from "../../../../src/domain/reconcile/settings.ts";
import { fleetOf } from "../../../../src/engine/reconcile/fleet.ts";

const MODES: readonly ReconcileMode[] = [
  "observe",
  "propose",
  "heal",
  "enforce",
];
const entry = fc.record(
  {
    name: fc.constantFrom("prod", "prod-*", "*", "dev", "*-eu"),
    labels: fc.dictionary(
      fc.constantFrom("team", "tier", "hasOwn"),
      fc.constantFrom("crm", "core", ""),
    ),
    mode: fc.constantFrom(...MODES),
    interval: fc.constantFrom("10s", "5m", "2h"),
  },
  { requiredKeys: ["name"] },
);
const fleetFile = fc.record({
  environments: fc.array(entry, { minLength: 1, maxLength: 6 }),
});

describe("a fleet file", () => {
  it("never lets an environment go further or be looked at oftener than its own document", () => {
    fc.assert(
      fc.property(
        fleetFile,
        fc.constantFrom(...MODES),
        fc.constantFrom("10s", "5m", "1h"),
        fc.constantFrom("prod", "prod-eu", "dev", "other"),
        (file, mode, interval, name) => {
          const own = reconcileSettings({ mode, interval });
          const held = fleetOf(
            readFleetFile(JSON.stringify(file), "fleet.json"),
          ).limit(name, own);
          expect(MODES.indexOf(held.mode)).toBeLessThanOrEqual(
            MODES.indexOf(own.mode),
          );
          expect(held.intervalMs).toBeGreaterThanOrEqual(own.intervalMs);
          expect({ ...held, mode, intervalMs: own.intervalMs }).toEqual(own);
        },
      ),
    );
  });

  it("says the same in any order of its entries, but for a label that two of them give", () => {
    fc.assert(
      fc.property(fleetFile, ({ environments }) => {
        const own = reconcileSettings({ mode: "enforce" });
        const turned = [...environments].reverse();
        for (const name of ["prod", "prod-eu", "dev"])
          expect(fleetOf({ environments: turned }).limit(name, own)).toEqual(
            fleetOf({ environments }).limit(name, own),
          );
      }),
    );
  });

  it("chooses by wildcard and by every label, and tells what fits nothing", () => {
    const fleet = fleetOf(
      readFleetFile(
        [
          "# all of them",
          "environments:",
          "  - name: prod-*",
          "    labels: {team: crm}",
          "  - name: prod-eu",
          "    labels: {tier: first}",
          "  - {name: gone-*}",
          "",
        ].join("\n"),
        "fleet.yaml",
      ),
    );
    const known = ["dev", "prod-eu", "prod-us"];
    const chosen = (...labels: { name: string; value: string }[]): string[] =>
      known.filter((name) => fleet.includes(name, labels));
    expect(chosen()).toEqual(["prod-eu", "prod-us"]);
    expect(
      chosen({ name: "team", value: "crm" }, { name: "tier", value: "first" }),
    ).toEqual(["prod-eu"]);
    expect(chosen({ name: "toString", value: "" })).toEqual([]);
    expect(fleet.unused(known)).toEqual(["gone-*"]);
  });

  it.each([
    "environments: []",
    "environments: [{name: prod, mode: everything}]",
    "environments: [{name: prod, modes: heal}]",
    "environments: [{mode: heal}]",
    "environments: [{name: 'a b'}]",
    "environments: [{name: prod, interval: often}]",
    "environments: [{name: prod}]\n---\nenvironments: [{name: dev}]",
    "a: &a [*a]",
    "",
    "[",
  ])("is refused as a whole where it is not understood: %s", (text) => {
    expect(() => readFleetFile(text, "fleet.yaml")).toThrow(
      expect.objectContaining({ code: "CLI105" }),
    );
  });
});
