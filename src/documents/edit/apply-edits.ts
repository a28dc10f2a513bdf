import { UserError } from "../../domain/problem/error.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonPrimitive,
  type JsonValue,
} from "../../domain/json.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";

/** One change of a document's text: a value that is set, or with `remove` a member that goes. */
export type DocumentEdit =
  | { readonly pointer: Pointer; readonly value: JsonValue }
  | { readonly pointer: Pointer; readonly remove: true };

type Tree = JsonPrimitive | Tree[] | { [name: string]: Tree };

/**
 * The value after the edits, in their order. Mappings are made on the way; the items of a list are
 * addressed by index, `-` or the length of the list appends; removing what is not there does
 * nothing. The given value is not changed.
 * @throws UserError CFG047 for a pointer that leads into a list by name, or past its end.
 */
export function applyEdits(
  value: JsonObject,
  edits: readonly DocumentEdit[],
): JsonObject {
  let root: Tree = copyOf(value);
  for (const edit of edits) {
    const path = segmentsOf(edit.pointer);
    const last = path.pop();
    if (last === undefined) {
      root = "remove" in edit ? {} : copyOf(edit.value);
      continue;
    }
    const isRemoval = "remove" in edit;
    const parent = reach(root, path, isRemoval);
    if (parent === undefined) continue;
    if (isRemoval) removeFrom(parent, last);
    else put(parent, last, copyOf(edit.value));
  }
  if (isJsonObject(root)) return root;
  throw unreachable("a document is a mapping, and stays one");
}

/**
 * The mapping or list at a path, made where it is missing; `undefined` when it is missing and must
 * not be made.
 */
function reach(
  root: Tree,
  path: readonly string[],
  isRemoval: boolean,
): Tree | undefined {
  let at: Tree = root;
  for (const segment of path) {
    let next = childOf(at, segment);
    if (typeof next !== "object" || next === null) {
      if (isRemoval) return undefined;
      next = {};
      put(at, segment, next);
    }
    at = next;
  }
  return at;
}

function childOf(parent: Tree, segment: string): Tree | undefined {
  if (Array.isArray(parent))
    return /^\d{1,7}$/u.test(segment) ? parent[Number(segment)] : undefined;
  return isTree(parent) && Object.hasOwn(parent, segment)
    ? parent[segment]
    : undefined;
}

function put(parent: Tree, segment: string, value: Tree): void {
  if (/^(?:__proto__|constructor|prototype)$/u.test(segment))
    throw unreachable("the name means something to programs that read it");
  if (Array.isArray(parent)) {
    const index =
      segment === "-"
        ? parent.length
        : /^\d{1,7}$/u.test(segment)
          ? Number(segment)
          : Infinity;
    if (index > parent.length)
      throw unreachable("a list has no item at that place");
    parent[index] = value;
  } else if (isTree(parent)) parent[segment] = value;
}

function removeFrom(parent: Tree, segment: string): void {
  if (Array.isArray(parent)) {
    if (childOf(parent, segment) !== undefined)
      parent.splice(Number(segment), 1);
  } else if (isTree(parent) && Object.hasOwn(parent, segment))
    Reflect.deleteProperty(parent, segment);
}

function isTree(value: Tree): value is { [name: string]: Tree } {
  return isJsonObject(value);
}

function copyOf(value: JsonValue): Tree {
  if (Array.isArray(value)) return value.map((item: JsonValue) => copyOf(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, copyOf(child)]),
  );
}

function unreachable(why: string): UserError {
  return new UserError("CFG047", "the change has no place in the document", {
    why,
    fix: "edit the file by hand, then run: tieline validate",
    notDone: "nothing was written",
  });
}
