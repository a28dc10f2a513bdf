import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../domain/json.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/** A field that is to be different. */
interface Difference {
  readonly pointer: Pointer;
  readonly now: JsonValue | undefined;
  readonly wanted: JsonValue | undefined;
}

/**
 * The operations of a `$patch`, changed or added to so that the result is `wanted` instead of
 * `now`.
 */
export function adjustOperations(
  operations: readonly JsonValue[],
  now: JsonObject,
  wanted: JsonObject,
): readonly JsonValue[] {
  let list = operations;
  for (const difference of differences(now, wanted, []))
    list = withDifference(list, difference);
  return list;
}

function withDifference(
  operations: readonly JsonValue[],
  { pointer, now, wanted }: Difference,
): readonly JsonValue[] {
  const setter = operations.findLastIndex((each) => touches(each, pointer));
  const operation = operations[setter];
  if (
    wanted !== undefined &&
    isJsonObject(operation) &&
    operation["path"] === pointer &&
    (operation["op"] === "add" || operation["op"] === "replace")
  )
    return operations.with(setter, { ...operation, value: wanted });
  if (wanted === undefined)
    return [...operations, { op: "remove", path: pointer }];
  const added = appended(now, wanted);
  if (added !== undefined)
    return [
      ...operations,
      ...added.map((value) => ({ op: "add", path: `${pointer}/-`, value })),
    ];
  const op = now === undefined ? "add" : "replace";
  return [...operations, { op, path: pointer, value: wanted }];
}

/** Items that only have to be put at the end of a list. */
function appended(
  now: JsonValue | undefined,
  wanted: JsonValue,
): readonly JsonValue[] | undefined {
  if (!isJsonList(now) || !isJsonList(wanted)) return undefined;
  const isHead = now.every(
    (item, at) => canonicalJson(item) === canonicalJson(wanted[at] ?? null),
  );
  return isHead && wanted.length > now.length
    ? wanted.slice(now.length)
    : undefined;
}

/** Whether an operation writes at, above or below a place. */
function touches(operation: JsonValue, pointer: Pointer): boolean {
  if (!isJsonObject(operation)) return false;
  return [operation["path"], operation["from"]].some(
    (path) =>
      typeof path === "string" &&
      (path === pointer ||
        path.startsWith(`${pointer}/`) ||
        pointer.startsWith(`${path}/`)),
  );
}

function differences(
  now: JsonObject,
  wanted: JsonObject,
  path: readonly string[],
): Difference[] {
  const names = new Set([...Object.keys(now), ...Object.keys(wanted)]);
  return [...names].flatMap((name): Difference[] => {
    const from = Object.hasOwn(now, name) ? now[name] : undefined;
    const to = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    const at = [...path, name];
    if (isJsonObject(from) && isJsonObject(to))
      return differences(from, to, at);
    if (
      from !== undefined &&
      to !== undefined &&
      canonicalJson(from) === canonicalJson(to)
    )
      return [];
    return [{ pointer: pointerOf(at), now: from, wanted: to }];
  });
}

/**
 * Pointers at which two documents differ; mappings are compared member by member, everything else
 * as a whole.
 */
export function differingPointers(
  now: JsonObject,
  wanted: JsonObject,
): readonly Pointer[] {
  return differences(now, wanted, []).map(({ pointer }) => pointer);
}
