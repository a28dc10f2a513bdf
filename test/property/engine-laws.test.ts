import fc from "fast-check";
import jsonPatch from "fast-json-patch";
import { describe, expect, it, vi } from "vitest";
import validatePlan from "../../src/documents/generated/validate-plan.js";
import {
  DEFAULT_LIMITS,
  LIMIT_FIELDS,
  type EnvironmentLimits,
} from "../../src/domain/generated/limits.ts";
import type { Plan, PlanChange } from "../../src/domain/generated/plan.ts";
import type { FieldValues } from "../../src/domain/connection.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { isJsonObject } from "../../src/domain/json.ts";
import { getAt } from "../../src/domain/field/pointer.ts";
import { isEqualValue } from "../../src/engine/diff/equal.ts";
import { verifyPlanDigest } from "../../src/engine/diff/fingerprint.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import { liveDocument } from "../../src/engine/diff/normalize.ts";
import { planConnections } from "../../src/engine/plan/plan.ts";
import {
  fieldGroup,
  isCompared,
  ruleFor,
} from "../../src/engine/diff/field-rules.ts";
import { isUnder, ignoredPointersOf } from "../../src/engine/diff/lifecycle.ts";
import { normalizeValue } from "../../src/engine/diff/normalize.ts";
import { anyInput, anyRules, PROPERTY_RUNS } from "../support/arbitraries.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
// The slowest law needs 50 ms a run on a busy machine; a timeout is for hangs.
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

function isRemoval(change: PlanChange): boolean {
  return change.action === "delete" || change.action === "replace";
}

/** The same input with every list and map turned around. */
function reversed(input: AssembleInput): AssembleInput {
  const back = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> =>
    new Map([...map].reverse());
  const turn = (value: JsonValue): JsonValue =>
    isJsonObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, member]) => [name, turn(member)]),
        )
      : value;
  const turnFields = (fields: FieldValues): FieldValues =>
    Object.fromEntries(
      Object.entries(fields)
        .reverse()
        .map(([pointer, value]) => [
          pointer,
          ruleFor(pointer).semantics === "set" && Array.isArray(value)
            ? [...value].reverse()
            : turn(value),
        ]),
    );
  const turned = <T extends { readonly fields: FieldValues }>(each: T): T => ({
    ...each,
    fields: turnFields(each.fields),
  });
  return {
    ...input,
    desired: input.desired
      .map((each) => ({
        ...turned(each),
        secrets: back(each.secrets),
        origins: back(each.origins),
      }))
      .reverse(),
    live: input.live
      .map((each) => ({
        ...turned(each),
        observed: Object(turn(each.observed)),
      }))
      .reverse(),
    listed: [...input.listed].reverse(),
    inventory:
      input.inventory === null
        ? null
        : {
            ...input.inventory,
            entries: input.inventory.entries
              .map((entry) => ({
                ...entry,
                lastApplied: turnFields(entry.lastApplied),
              }))
              .reverse(),
          },
    secrets: new Map(
      [...input.secrets].reverse().map(([key, map]) => [key, back(map)]),
    ),
    local: new Map(
      [...input.local]
        .reverse()
        .map(([key, paths]) => [key, new Set([...paths].reverse())]),
    ),
    accounts: back(input.accounts),
    rules: { ...input.rules, overrides: input.rules.overrides },
  };
}

describe("determinism", () => {
  it("does not depend on the order of anything", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        expect(JSON.stringify(planConnections(reversed(input)))).toBe(
          JSON.stringify(planConnections(input)),
        );
      }),
      RUNS,
    );
  });
});

describe("schema", () => {
  it("makes only plans that are valid", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const isValid = validatePlan(planConnections(input));
        expect(isValid ? [] : validatePlan.errors).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("minimality", () => {
  it("writes only fields that differ, and leaves out only fields that are equal", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const live = new Map(input.live.map((each) => [each.key, each]));
        const desired = new Map(input.desired.map((each) => [each.key, each]));
        for (const change of planConnections(input).changes) {
          for (const field of change.fields.filter((f) => f.effect === "write"))
            expect(
              isEqualValue(field.semantics, field.before, field.after),
              `${change.key}${field.path}`,
            ).toBe(false);
          const listed = new Set(change.fields.map((field) => field.path));
          const has = live.get(change.previous_key ?? change.key);
          const wants = desired.get(change.key);
          for (const [path, value] of Object.entries(wants?.fields ?? {})) {
            const skipped =
              listed.has(path) ||
              change.desired === null ||
              !Object.hasOwn(change.desired.fields, path) ||
              ruleFor(path).isRecorded ||
              path === "/provider" ||
              path === "/auth_type";
            if (!skipped)
              expect(
                isEqualValue(ruleFor(path).semantics, value, has?.fields[path]),
                `${change.key}${path}`,
              ).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });

  it("has no step without something to do, and ends every change with record", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const change of planConnections(input).changes) {
          expect(change.steps.at(-1)).toBe("record");
          expect(new Set(change.steps).size).toBe(change.steps.length);
          if (change.action !== "update" && change.action !== "adopt") continue;
          const written = change.fields
            .filter((field) => field.effect === "write")
            .map((field) => fieldGroup(field.path, input.capabilities));
          const sends = change.secrets.some((s) => s.state !== "unchanged");
          expect(change.steps.includes("configure")).toBe(
            sends || written.includes("setting"),
          );
          expect(change.steps.includes("update_provider")).toBe(
            written.includes("provider"),
          );
          expect(
            change.steps.includes("enable") || change.steps.includes("disable"),
          ).toBe(written.includes("toggle"));
        }
      }),
      RUNS,
    );
  });

  it("reaches the declared values when its operations are carried out on the live document", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const live = new Map(input.live.map((each) => [each.key, each]));
        for (const change of planConnections(input).changes) {
          if (change.desired === null) continue;
          const before = liveDocument(
            live.get(change.previous_key ?? change.key) ?? null,
          );
          const after = jsonPatch.applyPatch(
            structuredClone(before),
            change.operations as Parameters<typeof jsonPatch.applyPatch>[1],
            true,
          ).newDocument;
          for (const [path, value] of Object.entries(change.desired.fields))
            if (!ruleFor(path).isRecorded)
              expect(
                isEqualValue(
                  ruleFor(path).semantics,
                  value,
                  getAt(after, path),
                ),
                `${change.key}${path}`,
              ).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("leaves ignored and local fields of a standing connection alone", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const desired = new Map(input.desired.map((each) => [each.key, each]));
        for (const change of planConnections(input).changes) {
          const wants = desired.get(change.key);
          if (wants === undefined || change.desired === null) continue;
          const isFresh =
            change.action === "create" || change.action === "replace";
          const ignored = isFresh ? [] : ignoredPointersOf(wants);
          const local = [...(input.local.get(change.key) ?? [])];
          const paths = [
            ...change.fields
              .filter(({ effect }) => effect !== "local")
              .map((field) => field.path),
            ...change.secrets.map((secret) => secret.path),
            ...Object.keys(change.desired.fields),
            ...Object.keys(change.desired.secrets),
          ];
          expect(
            paths.filter((path) => isUnder(path, [...ignored, ...local])),
          ).toEqual([]);
        }
      }),
      RUNS,
    );
  });
});

describe("ownership", () => {
  it("writes only to what is declared or owned, and deletes only what is owned, undeclared and pruned", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const desired = new Set(input.desired.map((each) => each.key));
        const entries = new Map(
          input.inventory?.entries.map((entry) => [entry.key, entry]),
        );
        const live = new Map(input.live.map((each) => [each.key, each]));
        const plan = planConnections(input);
        for (const change of plan.changes) {
          const from = change.previous_key ?? change.key;
          const entry = entries.get(from);
          expect(desired.has(change.key) || entry !== undefined).toBe(true);
          const has = live.get(from);
          if (change.steps.length === 1 || has === undefined) continue;
          const isAdopted =
            change.action === "adopt" &&
            has.provider === change.provider &&
            has.authType === change.auth_type;
          const isOurs =
            entry !== undefined &&
            (entry.remoteId === has.remoteId || entry.phase === "pending");
          expect(isAdopted || isOurs, `${change.action} ${from}`).toBe(true);
          if (change.action !== "delete") continue;
          expect(input.rules.prunes && !desired.has(change.key)).toBe(true);
        }
        const touched = new Set(plan.changes.map((change) => change.remote_id));
        const written = new Set(
          plan.changes
            .filter((change) => change.steps.length > 1)
            .map((change) => change.remote_id),
        );
        expect(touched.has("id-zz")).toBe(false);
        for (const each of plan.unmanaged)
          expect(written.has(each.remote_id)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe("partition", () => {
  it("calls every written difference exactly one of edit, drift and conflict, by who moved", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const change of planConnections(input).changes)
          for (const field of change.fields) {
            const { semantics, before, after, last_applied: last } = field;
            const gitMoved =
              last === undefined || !isEqualValue(semantics, last, after);
            const liveMoved =
              last !== undefined && !isEqualValue(semantics, last, before);
            if (field.effect === "write")
              expect(field.class).toBe(
                gitMoved ? (liveMoved ? "conflict" : "edit") : "drift",
              );
            else if (field.effect === "local")
              expect(field.class).toBe(
                after === undefined ? "unmanaged" : "edit",
              );
            else if (!ruleFor(field.path).isRecorded)
              expect(field.class).toBe(
                after === undefined ? "unmanaged" : "settled",
              );
          }
      }),
      RUNS,
    );
  });

  it("puts every declared connection in exactly one place", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planConnections(input);
        const keys = plan.changes.map((change) => change.key);
        expect(new Set(keys).size).toBe(keys.length);
        const declared = input.desired.filter(
          (each) => input.local.get(each.key)?.has("") !== true,
        );
        const foreign = plan.findings.filter((f) => f.code === "OWN001");
        const changed = declared.filter((each) => keys.includes(each.key));
        expect(changed.length + foreign.length + plan.summary.unchanged).toBe(
          declared.length,
        );
      }),
      RUNS,
    );
  });
});

describe("order", () => {
  it("makes providers first, deletes last, and removes a provider after everything that used it", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { changes } = planConnections(input);
        const ranks = changes.map((change) => {
          if (
            change.steps.includes("create_provider") ||
            change.steps.includes("update_provider")
          )
            return 0;
          return change.action === "delete" ? 2 : 1;
        });
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        const live = new Map(input.live.map((each) => [each.key, each]));
        changes.forEach((change, index) => {
          if (!change.steps.includes("delete_provider")) return;
          const provider = live.get(change.key)?.provider;
          const later = changes
            .slice(index + 1)
            .filter((each) => isRemoval(each))
            .map((each) => live.get(each.key)?.provider);
          expect(later).not.toContain(provider);
        });
      }),
      RUNS,
    );
  });
});

/** Every limit that a guard may look at, as the schema has it. */
const anyLimits: fc.Arbitrary<EnvironmentLimits> = fc
  .record(
    Object.fromEntries(
      LIMIT_FIELDS.filter(({ isPace }) => !isPace).map(({ member }) => [
        member,
        fc.constantFrom(0, 0.3, 1, 3, DEFAULT_LIMITS[member]),
      ]),
    ),
  )
  .map((limits) => ({ ...DEFAULT_LIMITS, ...limits }));

/** Limits that let pass whatever either lets pass. */
function looserOf(
  a: EnvironmentLimits,
  b: EnvironmentLimits,
): EnvironmentLimits {
  const members = LIMIT_FIELDS.map(({ member }) => {
    const [one, other] = [a[member], b[member]];
    const isNone = one === null || other === null;
    return [member, isNone ? null : Math.max(one, other)] as const;
  });
  return { ...a, ...Object.fromEntries(members) };
}

describe("guard monotonicity", () => {
  it("never refuses under looser limits what it let pass under tighter ones", () => {
    fc.assert(
      fc.property(anyInput, anyRules, anyLimits, (drawn, other, limits) => {
        const input = { ...drawn, rules: { ...drawn.rules, limits } };
        const looser: AssembleInput = {
          ...input,
          rules: {
            ...input.rules,
            isProduction: false,
            scopeCeiling: null,
            overrides: [...input.rules.overrides, ...other.overrides],
            limits: looserOf(limits, other.limits),
          },
        };
        const refusals = (plan: Plan): string[] =>
          plan.findings
            .filter((finding) => finding.level === "refuse")
            .map((finding) => `${finding.code} ${finding.key ?? ""}`);
        const before = new Set(refusals(planConnections(input)));
        const after = refusals(planConnections(looser));
        expect(after.filter((each) => !before.has(each))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("silence", () => {
  it("keeps a secret out of the plan even when a driver or an inventory holds one by mistake", () => {
    const canary = "canary-3c1f9a";
    const leak = { "/credentials/client_secret": canary };
    fc.assert(
      fc.property(anyInput, (input) => {
        const leaky: AssembleInput = {
          ...input,
          desired: input.desired.map((each) => ({
            ...each,
            fields: { ...each.fields, ...leak },
          })),
          live: input.live.map((each) => ({
            ...each,
            fields: { ...each.fields, ...leak },
            observed: { canary },
          })),
          inventory:
            input.inventory === null
              ? null
              : {
                  ...input.inventory,
                  entries: input.inventory.entries.map((entry) => ({
                    ...entry,
                    lastApplied: { ...entry.lastApplied, ...leak },
                    local: { ...entry.local, ...leak },
                  })),
                },
        };
        expect(JSON.stringify(planConnections(leaky))).not.toContain(canary);
      }),
      RUNS,
    );
  });
});

describe("digest", () => {
  it("no longer fits when any member of the plan is changed", () => {
    fc.assert(
      fc.property(anyInput, fc.nat(), (input, pick) => {
        const plan = planConnections(input);
        expect(verifyPlanDigest(plan)).toBe(true);
        // A plan is JSON by construction; read back it is only known as that.
        const document = JSON.parse(JSON.stringify(plan)) as JsonObject;
        const leaves = leavesOf(document);
        const leaf = leaves[pick % leaves.length] ?? [];
        const tampered = changeLeaf(document, leaf);
        expect(
          // The wrong shape is the point.
          verifyPlanDigest(tampered as unknown as Plan),
        ).toBe(false);
      }),
      RUNS,
    );
  });
});

function leavesOf(value: JsonValue, at: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...at]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, [...at, name]),
  );
}

/** The same value with the leaf at a path replaced by another one. */
function changeLeaf(
  value: JsonValue,
  [head, ...rest]: readonly string[],
): JsonValue {
  if (head === undefined) return typeof value === "string" ? `${value}x` : "x";
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) =>
      String(index) === head ? changeLeaf(item, rest) : item,
    );
  if (!isJsonObject(value)) return value;
  return { ...value, [head]: changeLeaf(value[head] ?? null, rest) };
}

describe("canonical form", () => {
  it("is the same when taken twice, and equality is an equivalence", () => {
    const value = fc.oneof(
      fc.constantFrom<JsonValue>(null, "", false, 0, [], {}, "a", 1, true),
      fc.array(fc.constantFrom("a", "b", "c")),
      fc.webUrl(),
      fc.constantFrom("HTTPS://Example.COM", "https://example.com:443/"),
    );
    const semantics = fc.constantFrom("scalar", "url", "set", "list", "map");
    fc.assert(
      fc.property(value, value, value, semantics, (a, b, c, how) => {
        const once = normalizeValue(how, a);
        expect(normalizeValue(how, once)).toEqual(once);
        const equal = (x: JsonValue, y: JsonValue): boolean =>
          isEqualValue(how, x, y);
        expect(equal(a, a)).toBe(true);
        expect(equal(a, b)).toBe(equal(b, a));
        if (equal(a, b) && equal(b, c)) expect(equal(a, c)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("field table", () => {
  it("never compares secret, server-made or local fields", () => {
    expect(isCompared("/credentials/client_secret")).toBe(false);
    expect(isCompared("/credentials/redirect_uri")).toBe(false);
    expect(isCompared("/description")).toBe(false);
  });
});
