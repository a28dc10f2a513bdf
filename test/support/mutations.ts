import { isJsonObject, type JsonValue } from "../../src/domain/json.ts";
import { pointerOf } from "../../src/domain/field/pointer.ts";

/** A value with one thing about it changed. */
export interface Mutation {
  /** What was done where. */
  readonly name: string;
  readonly pointer: string;
  readonly value: JsonValue;
}

/**
 * Everything that can be done to one place of a JSON value: each leaf becomes other values of its
 * and another kind, each member and item is left out, each object and list gets one more, each list
 * is turned around and has its first item repeated.
 */
export function mutationsOf(root: JsonValue): Mutation[] {
  const found: Mutation[] = [];
  visit(root, [], (path, at) => {
    const pointer = pointerOf(path);
    const add = (name: string, value: JsonValue | undefined): void => {
      if (JSON.stringify(value) === JSON.stringify(at)) return;
      found.push({
        name: `${name} ${pointer}`,
        pointer,
        value: replacedAt(root, path, value),
      });
    };
    if (path.length > 0) add("leave out", undefined);
    for (const other of othersThan(at))
      add(`make it ${JSON.stringify(other).slice(0, 40)}:`, other);
  });
  return found;
}

function othersThan(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const [first] = items;
    return [
      [],
      [...items, "x"],
      ...(items.length > 1 ? [[...items].reverse()] : []),
      ...(first === undefined ? [] : [[first, ...items]]),
    ].filter((other) => JSON.stringify(other) !== JSON.stringify(value));
  }
  if (isJsonObject(value)) return [{}, { ...value, extra: 1 }];
  if (typeof value === "string")
    return ["", `${value}x`, null, similar(value)].filter((v) => v !== value);
  if (typeof value === "number") return [value + 1, 0, "unknown", null];
  if (typeof value === "boolean") return [!value, null];
  return ["x", 0, false, {}];
}

/** Another text of the same form: the pattern of a schema does not tell them apart. */
function similar(text: string): string {
  if (/^sha256:/u.test(text)) return `sha256:${"0".repeat(64)}`;
  if (/^\d{4}-\d\d-\d\dT/u.test(text)) return "2026-01-01T00:00:02.000Z";
  if (/^v1\./u.test(text))
    return `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
  const others: Readonly<Record<string, string>> = {
    write: "record",
    record: "write",
    edit: "drift",
    warn: "refuse",
    warning: "info",
    high: "info",
    critical: "info",
    gained: "lost",
    update: "noop",
    create: "adopt",
    delete: "forget",
    changed: "unchanged",
    set: "list",
    scalar: "url",
    gmail: "slack",
  };
  return others[text] ?? text.toUpperCase();
}

function visit(
  value: JsonValue,
  path: readonly (string | number)[],
  see: (path: readonly (string | number)[], value: JsonValue) => void,
): void {
  see(path, value);
  if (Array.isArray(value))
    (value as readonly JsonValue[]).forEach((item, index) => {
      visit(item, [...path, index], see);
    });
  else if (isJsonObject(value))
    for (const [name, member] of Object.entries(value))
      visit(member, [...path, name], see);
}

function replacedAt(
  root: JsonValue,
  path: readonly (string | number)[],
  value: JsonValue | undefined,
): JsonValue {
  const [head, ...rest] = path;
  if (head === undefined) return value ?? null;
  if (Array.isArray(root)) {
    const items: JsonValue[] = [...(root as readonly JsonValue[])];
    const index = Number(head);
    if (rest.length === 0 && value === undefined) items.splice(index, 1);
    else items[index] = replacedAt(items[index] ?? null, rest, value);
    return items;
  }
  if (!isJsonObject(root)) return root;
  const others = Object.entries(root).filter(([name]) => name !== head);
  if (rest.length === 0 && value === undefined)
    return Object.fromEntries(others);
  const changed = replacedAt(root[String(head)] ?? null, rest, value);
  return { ...Object.fromEntries(others), [String(head)]: changed };
}
