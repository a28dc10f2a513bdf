import { describe, expect, it } from "vitest";
import { fieldsOf, textField } from "../../src/documents/read/fields-of.ts";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import type { EnvironmentRules } from "../../src/domain/environment.ts";
import type { FieldRule } from "../../src/domain/field/field.ts";
import { setAt, type Pointer } from "../../src/domain/field/pointer.ts";
import { FIELD_RULES } from "../../src/domain/generated/fields.ts";
import type { Plan, PlanRule } from "../../src/domain/generated/plan.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/domain/json.ts";
import type { Inventory } from "../../src/domain/state/inventory.ts";
import { planConnections } from "../../src/engine/plan/plan.ts";
import { simulate } from "../../src/engine/plan/simulate.ts";
import { findContradiction } from "../../src/engine/proof/plan.ts";
import {
  anInventory,
  recordedOf,
  someInput,
  someRules,
  VENDOR_CAPABILITIES,
} from "../support/engine-builders.ts";
import { readSchema } from "../support/schema-parts.ts";
import { memberOf } from "../support/schema-values.ts";

/**
 * One place of a schema where a document can say two different things, with the documents that say
 * them.
 */
interface Leaf {
  readonly at: string;
  readonly values: readonly [JsonValue, JsonValue];
}

const TWO: Readonly<Record<string, readonly [JsonValue, JsonValue]>> = {
  boolean: [false, true],
  integer: [3, 4],
  number: [0.25, 0.5],
};

/**
 * Every leaf below a node of a schema; each is given as the value of the node that differs there
 * and nowhere else.
 */
function leavesOf(node: JsonObject, at: string): Leaf[] {
  const inside = (
    leaves: readonly Leaf[],
    wrap: (value: JsonValue) => JsonValue,
  ): Leaf[] =>
    leaves.map(({ at: place, values: [a, b] }) => ({
      at: place,
      values: [wrap(a), wrap(b)],
    }));
  if (node["const"] !== undefined) return [];
  const members = Object.entries(memberOf(node, "properties"));
  if (members.length > 0)
    return members.flatMap(([name, member]) => {
      if (!isJsonObject(member)) return [];
      const others = neededOf(node, name);
      return inside(leavesOf(member, `${at}/${name}`), (value) => ({
        ...others,
        [name]: value,
      }));
    });
  const free = node["additionalProperties"];
  if (isJsonObject(free))
    return inside(leavesOf(free, `${at}/*`), (value) => ({ extra: value }));
  const items = node["items"];
  if (isJsonObject(items))
    return inside(leavesOf(items, `${at}/0`), (value) => [value]);
  return [{ at, values: twoValues(node) }];
}

/** What an object must have besides the member that differs. */
function neededOf(node: JsonObject, besides: string): JsonObject {
  const required = node["required"];
  const names = Array.isArray(required) ? required : [];
  return Object.fromEntries(
    names
      .filter((name): name is string => typeof name === "string")
      .filter((name) => name !== besides)
      .map((name) => [name, `some ${name}`]),
  );
}

function twoValues(node: JsonObject): readonly [JsonValue, JsonValue] {
  const allowed = node["enum"];
  if (Array.isArray(allowed)) {
    const [a = "a", b = "b"] = allowed as readonly JsonValue[];
    return [a, b];
  }
  const [type] = [node["type"]].flat();
  return (
    (typeof type === "string" ? TWO[type] : undefined) ?? ["alpha", "beta"]
  );
}

function rulesOf({ rules = [] }: Plan): readonly PlanRule[] {
  return rules;
}

function rulesSaying(document: JsonObject): EnvironmentRules {
  const base = someRules();
  return { ...base, declared: { ...base.declared, document } };
}

function rulePlan(inventory: Inventory, document: JsonObject): Plan {
  const rules = rulesSaying(document);
  const input = someInput({ inventory, rules });
  const plan = planConnections(input);
  expect(findContradiction(plan, input)).toBeUndefined();
  return plan;
}

function recorded(document: JsonObject): Inventory {
  return { ...anInventory([]), rules: recordedOf(rulesSaying(document)) };
}

describe("an environment's document", () => {
  const schema = readSchema("environment");
  const leaves = leavesOf(schema, "");
  const documentOf = (value: JsonValue): JsonObject =>
    isJsonObject(value) ? value : {};

  it("has more leaves than a list of names would be kept up with", () => {
    expect(leaves.length).toBeGreaterThan(35);
  });

  it.each(leaves)("is told of where it differs: $at", ({ at, values }) => {
    const [before, after] = values.map(documentOf);
    const name = at.split("/")[1] ?? "";
    for (const [from, to] of [
      [before, after],
      [after, before],
      [before, without(before, name)],
      [without(before, name), after],
    ]) {
      if (from === undefined || to === undefined) continue;
      const plan = rulePlan(recorded(from), to);
      // A value that says what holds anyway is no difference.
      if (sameRules(from, to)) expect(rulesOf(plan)).toEqual([]);
      else
        expect(rulesOf(plan).map(({ rule }) => rule.split(".")[0])).toContain(
          name,
        );
    }
    expect(sameRules(before ?? {}, after ?? {})).toBe(false);
  });

  it.each(leaves)("is not told of again once it is recorded: $at", (leaf) => {
    const [before, after] = leaf.values.map(documentOf);
    if (before === undefined || after === undefined) return;
    const plan = rulePlan(recorded(before), after);
    const world = {
      live: [],
      inventory: recorded(before),
      capabilities: VENDOR_CAPABILITIES,
      secrets: new Map(),
      recorded: recordedOf(rulesSaying(after)),
    };
    const { inventory } = simulate(plan, world);
    expect(
      inventory === null ? [] : rulesOf(rulePlan(inventory, after)),
    ).toEqual([]);
  });

  it("differs from nothing where nothing was recorded yet", () => {
    expect(rulesOf(rulePlan(anInventory([]), { prune: true }))).toEqual([]);
  });
});

function without(document: JsonObject | undefined, name: string): JsonObject {
  return Object.fromEntries(
    Object.entries(document ?? {}).filter(([member]) => member !== name),
  );
}

function sameRules(a: JsonObject, b: JsonObject): boolean {
  return (
    JSON.stringify(recordedOf(rulesSaying(a))) ===
    JSON.stringify(recordedOf(rulesSaying(b)))
  );
}

describe("which way a rule was changed", () => {
  const cases: readonly (readonly [JsonObject, JsonObject, string])[] = [
    [
      { limits: { max_deletes: 2 } },
      { limits: { max_deletes: 20 } },
      "loosened",
    ],
    [{ limits: { max_updates: 2 } }, {}, "loosened"],
    [{}, { limits: { max_affected_accounts: 2 } }, "tightened"],
    [{}, { limits: { max_change_ratio: 1 } }, "loosened"],
    [{ production: true }, {}, "loosened"],
    [{}, { prune: true }, "loosened"],
    [{ adopt: "refuse" }, {}, "loosened"],
    [{ scope_ceiling: ["a"] }, { scope_ceiling: ["a", "b"] }, "loosened"],
    [{ scope_ceiling: ["a"] }, {}, "loosened"],
    [{ scope_ceiling: ["a", "b"] }, { scope_ceiling: ["b"] }, "tightened"],
    [{}, { allow_weakening: ["mail"] }, "loosened"],
    [{}, { guards: { PLN101: "off" } }, "loosened"],
    [{ guards: { PLN101: "refuse" } }, {}, "loosened"],
    [{ guards: { PLN101: "off" } }, {}, "tightened"],
    [{ freeze: [{ days: ["fri"], reason: "weekend" }] }, {}, "loosened"],
    [{}, { freeze: [{ days: ["fri"], reason: "weekend" }] }, "tightened"],
    [policy({}), {}, "loosened"],
    [policy({}), policy({ severity: "warn" }), "loosened"],
    [policy({}), policy({ when: "change.action == 'delete'" }), "loosened"],
    [policy({}), policy({ rule: "true" }), "changed"],
    [{}, { overrides: [{ guard: "PLN104", reason: "agreed" }] }, "loosened"],
    [
      {
        overrides: [{ guard: "PLN104", reason: "agreed", until: "2026-01-01" }],
      },
      {
        overrides: [{ guard: "PLN104", reason: "agreed", until: "2027-01-01" }],
      },
      "loosened",
    ],
    [{ signing: { required: true } }, {}, "loosened"],
    [{}, { signing: { keys: ["k"] } }, "loosened"],
    [{ secrets: { recipients: ["a"] } }, {}, "loosened"],
    [{ approvals: { count: 2 } }, {}, "loosened"],
    [{ approvals: { count: 2 } }, { approvals: { count: 1 } }, "loosened"],
    [{ approvals: { count: 1 } }, { approvals: { count: 0 } }, "loosened"],
    [{}, { approvals: { count: 0 } }, "tightened"],
    [
      { approvals: { count: 1, by: ["a"] } },
      { approvals: { count: 1, by: ["a", "codeowners"] } },
      "loosened",
    ],
    [
      { approvals: { count: 1, by: ["a"] } },
      { approvals: { count: 1 } },
      "loosened",
    ],
    [{}, { unrepresentable: "local" }, "loosened"],
    [{}, { description: "New" }, "changed"],
  ];

  it.each(cases)("%j to %j is %s", (before, after, direction) => {
    const rules = rulesOf(rulePlan(recorded(before), after));
    expect(rules.map((rule) => rule.direction)).toEqual([direction]);
  });

  function policy(more: JsonObject): JsonObject {
    const base = { id: "named", severity: "refuse", rule: "false" };
    return { policies: [{ ...base, message: "no", ...more }] };
  }
});

describe("a connection's document", () => {
  const fields = FIELD_RULES.filter(({ isAboutFile }) => !isAboutFile);

  it.each(fields)("is told of where it differs: $pointer", (rule) => {
    const [one, two] = fieldValues(rule);
    for (const [before, after] of [
      [one, two],
      [two, undefined],
      [undefined, one],
    ])
      expectTold(rule.pointer, [before, after], {});
  });

  it.each(fields.filter(({ isRecorded }) => !isRecorded))(
    "is told of where it is ignored or kept local: $pointer",
    (rule) => {
      if (rule.pointer === "/provider" || rule.pointer === "/auth_type") return;
      const [one, two] = fieldValues(rule);
      const lifecycle = rule.pointer.startsWith("/lifecycle/")
        ? {}
        : { lifecycle: { ignore: [rule.pointer] } };
      expectTold(rule.pointer, [one, two], lifecycle);
      expectTold(rule.pointer, [one, two], {}, new Set([rule.pointer]));
    },
  );

  it("is told of where the API has no place for the connection", () => {
    const kept = new Map([["mail", new Set([""])]]);
    const fieldsOfOne = (description: string) =>
      planConnections(
        someInput({
          desired: [connectionSaying({ description })],
          local: kept,
        }),
      ).local;
    expect(fieldsOfOne("One")).not.toEqual(fieldsOfOne("Two"));
  });
});

function fieldValues({ semantics, isSecret, shape, pointer }: FieldRule) {
  if (isSecret) return ["secret://mail/one", "secret://mail/two"] as const;
  if (pointer === "/state") return ["active", "inactive"] as const;
  if (pointer === "/lifecycle/protected") return [true, false] as const;
  switch (semantics) {
    case "url":
      return ["https://a.example/x", "https://b.example/x"] as const;
    case "set":
    case "list":
      return [["/settings/one"], ["/settings/two"]] as const;
    case "map":
      return [{ a: "one" }, { a: "two" }] as const;
    case "object": {
      const [member = "a"] = Object.keys(shape.members ?? {});
      return [{ [member]: "one" }, { [member]: "two" }] as const;
    }
    case "scalar":
      return ["one", "two"] as const;
  }
}

function expectTold(
  pointer: Pointer,
  [before, after]: readonly (JsonValue | undefined)[],
  more: JsonObject,
  kept: ReadonlySet<Pointer> = new Set(),
): void {
  const document = (value: JsonValue | undefined): JsonObject =>
    value === undefined ? more : setAt(more, pointer, value);
  const input = {
    desired: [connectionSaying(document(before))],
    local: new Map([["mail", kept]]),
    recorded: recordedOf(someRules()),
  };
  const world = simulate(planConnections(someInput(input)), {
    live: [],
    inventory: null,
    capabilities: VENDOR_CAPABILITIES,
    secrets: new Map(),
    recorded: input.recorded,
  });
  const next = someInput({
    ...input,
    desired: [connectionSaying(document(after))],
    live: world.live,
    listed: world.live,
    inventory: world.inventory,
  });
  const plan = planConnections(next);
  const places = plan.changes.flatMap((change) =>
    [...change.fields, ...change.secrets].map(({ path }) => path),
  );
  expect(places).toContain(pointer);
  expect(findContradiction(plan, next)).toBeUndefined();
  const after2 = simulate(plan, { ...world, recorded: input.recorded });
  const again = planConnections({
    ...next,
    live: after2.live,
    listed: after2.live,
    inventory: after2.inventory,
  });
  expect(again.changes.flatMap((change) => change.fields)).toEqual([]);
  expect(rulesOf(again)).toEqual([]);
}

function connectionSaying(more: JsonObject): DesiredConnection {
  const document: JsonObject = {
    connection_id: "mail",
    provider: "gmail",
    auth_type: "oauth2",
    ...more,
  };
  const { fields, expected, secrets } = fieldsOf(document);
  const location = { file: "connections/mail.yaml", line: 1, column: 1 };
  return {
    key: "mail",
    provider: textField(document, "provider"),
    authType: textField(document, "auth_type"),
    document,
    fields,
    expected,
    secrets,
    origins: new Map(),
    location,
    isProtected: fields["/lifecycle/protected"] === true,
  };
}
