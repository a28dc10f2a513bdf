import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { FieldValues } from "../../src/domain/connection.ts";
import type { PlanRisk } from "../../src/domain/generated/plan.ts";
import { ruleFor } from "../../src/engine/diff/field-rules.ts";
import { LEVELS } from "../../src/engine/meaning/risk.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anInventory,
  planOf,
  type DesiredParts,
} from "../support/engine-builders.ts";
import { RISK_SAMPLES } from "../support/risk-samples.ts";
import {
  fieldWith,
  sentParts,
  twoValues,
  type SchemaPart,
} from "../support/schema-parts.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

const CLIENT_SECRET = "/credentials/client_secret";
const PROVIDERS = ["gmail", "outlook", "salesforce", "own_provider"];

/** What one field does in a change: values of both sides, and of the last apply. */
interface Move {
  readonly pointer: string;
  readonly before: FieldValues;
  readonly after: FieldValues;
  readonly last: FieldValues;
}

const PARTS = sentParts().filter(
  ({ rule, at }) =>
    !rule.isReadOnly && at !== "/provider" && at !== "/auth_type",
);

/**
 * Any part of any field in any of the ways it can move: set, changed, cleared, let go, put back,
 * contested.
 */
const anyMove: fc.Arbitrary<Move> = fc
  .tuple(
    fc.constantFrom(...PARTS),
    fc.constantFrom("set", "changed", "cleared", "let-go", "drift", "conflict"),
    fc.boolean(),
  )
  .map(([part, kind, isTurned]) => moveOf(part, kind, isTurned));

function moveOf(part: SchemaPart, kind: string, isTurned: boolean): Move {
  const { pointer } = part.rule;
  const values = twoValues(part).map((value) => ({
    [pointer]: fieldWith(part, value),
  }));
  const [one = {}, other = {}] = isTurned ? values.reverse() : values;
  const none = { [pointer]: null };
  switch (kind) {
    case "set":
      return { pointer, before: {}, after: other, last: {} };
    case "cleared":
      return { pointer, before: one, after: none, last: one };
    case "let-go":
      return { pointer, before: one, after: {}, last: one };
    case "drift":
      return { pointer, before: one, after: other, last: other };
    case "conflict":
      return { pointer, before: one, after: other, last: none };
    default:
      return { pointer, before: one, after: other, last: one };
  }
}

/** Moves of different fields, each field once, and what else a connection may have. */
const anyCase = fc.record({
  moves: fc.uniqueArray(anyMove, {
    selector: ({ pointer }) => pointer,
    minLength: 1,
    maxLength: 4,
  }),
  provider: fc.constantFrom(...PROVIDERS),
  secret: fc.constantFrom(
    undefined,
    "secret://mail/client_secret",
    "secret://other/client_secret",
    "env://GITHUB_TOKEN",
  ),
  isOwned: fc.boolean(),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

function risksOf(
  { provider, secret, isOwned }: Case,
  moves: readonly Move[],
): readonly PlanRisk[] {
  const merge = (side: "before" | "after" | "last"): FieldValues =>
    Object.fromEntries(moves.flatMap((move) => Object.entries(move[side])));
  const parts: DesiredParts =
    secret === undefined ? {} : { secrets: { [CLIENT_SECRET]: secret } };
  return planOf({
    desired: [aDesired({ provider, fields: merge("after"), ...parts })],
    live: [aLive({ provider, fields: merge("before") })],
    inventory: isOwned
      ? anInventory([{ ...anAppliedEntry(merge("last")), provider }])
      : null,
  }).changes.flatMap(({ risks }) => risks);
}

/** How bad the worst is: 0 is the worst there is. */
function worst(risks: readonly PlanRisk[]): number {
  return Math.min(
    LEVELS.length,
    ...risks.map(({ level }) => LEVELS.indexOf(level)),
  );
}

describe("the worst level of a change", () => {
  it("never falls when another change joins it", () => {
    fc.assert(
      fc.property(anyCase, (made) => {
        // What is somebody else's and of another kind is refused as a whole.
        const isOurs = (pointer: string) =>
          made.isOwned || !ruleFor(pointer).isImmutable;
        fc.pre(made.moves.every(({ pointer }) => isOurs(pointer)));
        const whole = worst(risksOf(made, made.moves));
        for (const move of made.moves)
          expect(whole).toBeLessThanOrEqual(worst(risksOf(made, [move])));
      }),
      RUNS,
    );
  });

  it("is one that the guide has for its code", () => {
    const known = new Set(
      RISK_SAMPLES.map(({ code, level }) => `${code} ${level}`),
    );
    fc.assert(
      fc.property(anyCase, (made) => {
        const found = risksOf(made, made.moves).map(
          ({ code, level }) => `${code} ${level}`,
        );
        expect(found.filter((each) => !known.has(each))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("a part that decides where credentials go", () => {
  const destinations = PARTS.filter(({ mark }) => mark["destination"] === true);

  it("is a risk in whatever way it is written", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...destinations),
        fc.constantFrom("set", "changed", "cleared", "conflict", "drift"),
        (part, kind) => {
          const [off, on] = twoValues(part);
          const isSwitch = typeof off === "boolean";
          // Switching on what was off before, or the other way around, is all that a switch can do.
          const move = moveOf(part, kind, isSwitch && kind === "cleared");
          const risks = risksOf(
            { moves: [], provider: "gmail", secret: undefined, isOwned: true },
            [move],
          );
          expect(
            risks.filter(({ code }) => code.startsWith("destination.")),
            `${part.at} ${JSON.stringify([off, on])}`,
          ).not.toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it("has its hosts in the risk, marked where they can pass for others", () => {
    const addresses = destinations.filter(
      ({ mark }) => mark["text"] === "address",
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...addresses),
        fc.constantFrom("\u0430", "\u03bf", "\u0501", "\u0561", "\uff41"),
        (part, letter) => {
          const { pointer } = part.rule;
          const host = `login.${letter}cme.example`;
          const after = {
            [pointer]: fieldWith(part, `https://${host}/x`),
          };
          const risks = risksOf(
            { moves: [], provider: "gmail", secret: undefined, isOwned: true },
            [{ pointer, before: {}, after, last: {} }],
          );
          expect(risks.flatMap(({ hosts }) => hosts ?? [])).toContain(host);
          const mark = `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
          for (const { message } of risks) expect(message).toContain(mark);
          expect(risks.map(({ code }) => code)).toContain("text.look-alike");
        },
      ),
      RUNS,
    );
  });
});
