import type { FieldValues } from "../../domain/connection.ts";
import type { DeclaredRules } from "../../domain/environment.ts";
import type { RuleFact } from "../../domain/field/rule-fact.ts";
import { getAt } from "../../domain/field/pointer.ts";
import { RULE_FACTS } from "../../domain/generated/rules.ts";
import type { PlanLocal } from "../../domain/generated/plan.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import type { FileOpeners, Openers } from "../../domain/secret/file-openers.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { compareText } from "../../util/compare-text.ts";
import { orderedValue } from "../diff/normalize.ts";
import { boundedValue } from "./bounded.ts";

/** What is recorded of an environment besides its own document. */
export interface RuleSources {
  readonly openers: Openers;
  /** Connections that the API has no place for at all, by key. */
  readonly localConnections: ReadonlyMap<string, FieldValues>;
}

/**
 * What no schema declares and reviewers must see all the same: who opens the secrets, and what only
 * applications know.
 */
const FURTHER_FACTS: readonly RuleFact[] = [
  {
    name: "secrets.opened_by",
    pointer: "/secrets/files",
    form: "sets",
    looser: "more",
  },
  {
    name: "secrets.creation_rules",
    pointer: "/secrets/files",
    form: "sets",
    looser: "more",
  },
  {
    name: "local_connections",
    pointer: "/connections",
    form: "items",
    members: {},
  },
];

/** Every rule that is recorded, in the order of the schema. */
export const RECORDED_FACTS: readonly RuleFact[] = [
  ...RULE_FACTS,
  ...FURTHER_FACTS,
];

/**
 * An environment's rules as the inventory remembers them: every one that the schema knows, by name,
 * with defaults applied and long texts cut to their beginning and digest. Pure and canonical:
 * comments, order and places do not enter. Holds no secret.
 */
export function recordRules(
  { document }: DeclaredRules,
  sources: RuleSources,
): RecordedRules {
  const found = [
    ...RULE_FACTS.map((fact): [string, JsonValue | undefined] => [
      fact.name,
      formed(fact, getAt(document, fact.pointer) ?? fact.default),
    ]),
    ...furtherRules(sources),
  ];
  return Object.fromEntries(
    found.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, boundedValue(value)]],
    ),
  );
}

/** The connections of a plan that stay local as a whole, with their fields. */
export function localConnectionsOf(
  local: readonly PlanLocal[],
): ReadonlyMap<string, FieldValues> {
  return new Map(
    local.flatMap(({ key, fields }) =>
      // What the schema takes for a field's value is JSON.
      fields === undefined ? [] : [[key, fields as FieldValues] as const],
    ),
  );
}

function furtherRules({
  openers,
  localConnections,
}: RuleSources): [string, JsonValue][] {
  const files = [...openers].sort(([a], [b]) => compareText(a, b));
  const sets = (of: (file: FileOpeners) => readonly string[]): JsonObject =>
    Object.fromEntries(
      files
        .filter(([, file]) => of(file).length > 0)
        .map(([path, file]) => [path, orderedValue("set", [...of(file)])]),
    );
  return [
    ["secrets.opened_by", sets(({ opened }) => opened)],
    ["secrets.creation_rules", sets(({ admitted }) => admitted)],
    ["local_connections", Object.fromEntries(localConnections)],
  ];
}

/**
 * A value in the form that it is compared in. What the form does not fit stays as it is, to be
 * compared as a whole.
 */
function formed(
  fact: RuleFact,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (!isJsonList(value)) return value;
  if (fact.form === "set") return orderedValue("set", value);
  return fact.form === "items" ? itemsByName(fact, value) : value;
}

function itemsByName(fact: RuleFact, items: readonly JsonValue[]): JsonObject {
  const named: Record<string, JsonValue> = {};
  for (const item of items) {
    if (!isJsonObject(item)) continue;
    const name = itemName(fact, item);
    let free = name;
    for (let count = 2; Object.hasOwn(named, free); count += 1)
      free = `${name} (${String(count)})`;
    named[free] = Object.fromEntries(
      Object.entries(item).filter(([member]) => !fact.keys?.includes(member)),
    );
  }
  return named;
}

/** What tells an item apart, as permissions spell it: `PLN104:gmail-support`. */
export function itemName({ keys = [] }: RuleFact, item: JsonObject): string {
  return keys
    .flatMap((key) => {
      const value = item[key];
      return typeof value === "string" ? [value] : [];
    })
    .join(":");
}
