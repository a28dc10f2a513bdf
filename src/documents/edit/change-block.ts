import {
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { rangeOf } from "../read/document.ts";
import { changeFlow } from "./change-flow.ts";
import type { EditContext } from "./edit-context.ts";
import { listSteps } from "./list-steps.ts";
import { afterColon, endOfNode, endOfPair } from "./node-end.ts";
import { commentsAbove, endWithComments } from "./own-lines.ts";
import { renderItem, renderMember } from "./render-node.ts";
import { replaceNode, type Slot } from "./replace-node.ts";

/** Brings the node of a slot to the wanted value with as few changed lines as possible. */
export function changeNode(
  context: EditContext,
  slot: Slot,
  node: unknown,
  [old, wanted]: readonly [old: JsonValue | undefined, wanted: JsonValue],
): void {
  if (isMap(node) || isSeq(node)) {
    if (node.flow === true && !isToBeBlock(context, node, wanted)) {
      changeFlow(context, node, old, wanted);
      return;
    }
    if (node.flow !== true && changeEntries(context, slot, node, [old, wanted]))
      return;
  } else if (old === wanted) return;
  context.assertOwn(node);
  replaceNode(context, slot, node, wanted);
}

/**
 * Whether `{}` or `[]` gets entries, or brackets a value of another kind: that is written in block
 * style.
 */
function isToBeBlock(
  { style }: EditContext,
  node: YAMLMap | YAMLSeq,
  wanted: JsonValue,
): boolean {
  if (style.isJson) return false;
  if (isMap(node) ? !isJsonObject(wanted) : !Array.isArray(wanted)) return true;
  return node.items.length === 0 && Object.keys(wanted ?? {}).length > 0;
}

/** False when the node has to be written anew as a whole. */
function changeEntries(
  context: EditContext,
  slot: Slot,
  node: YAMLMap | YAMLSeq,
  [old, wanted]: readonly [old: JsonValue | undefined, wanted: JsonValue],
): boolean {
  if (isMap(node))
    return (
      isJsonObject(old) &&
      isJsonObject(wanted) &&
      changeMap(context, slot, node, [old, wanted])
    );
  return (
    Array.isArray(old) &&
    Array.isArray(wanted) &&
    changeList(context, slot, node, [old, wanted])
  );
}

/** False when the whole mapping has to be written anew. */
function changeMap(
  context: EditContext,
  slot: Slot,
  map: YAMLMap,
  [old, wanted]: readonly [JsonObject, JsonObject],
): boolean {
  const { splices, style } = context;
  const first = rangeOf(map.items[0]?.key)?.[0];
  if (first === undefined || !map.items.some((pair) => isIn(wanted, pair)))
    return false;
  const indent = splices.column(first);
  for (const [index, pair] of map.items.entries()) {
    const name = nameOf(pair);
    const to = wanted[name];
    if (!Object.hasOwn(wanted, name) || to === undefined) {
      removePair(context, slot, map, index);
      continue;
    }
    const keyEnd = rangeOf(pair.key)?.[1] ?? 0;
    const after = afterColon(splices.text, keyEnd);
    if (after === undefined) splices.giveUp();
    else
      changeNode(context, { kind: "key", after, indent }, pair.value, [
        old[name],
        to,
      ]);
  }
  const end = splices.lineEnd(endOfPair(map.items.at(-1), splices.text));
  for (const [name, value] of Object.entries(wanted))
    if (!Object.hasOwn(old, name))
      splices.insert(end, renderMember(name, value, indent, style));
  return true;
}

function removePair(
  { splices }: EditContext,
  slot: Slot,
  map: YAMLMap,
  index: number,
): void {
  const pair = map.items[index];
  const start = rangeOf(pair?.key)?.[0] ?? 0;
  const end = endOfPair(pair, splices.text);
  if (splices.isFirstOnLine(start)) {
    const before =
      index > 0
        ? endOfPair(map.items[index - 1], splices.text)
        : slot.kind === "document"
          ? // Comments above the first field are about the file.
            start
          : slot.after;
    splices.replace(
      commentsAbove(splices, start, before),
      endWithComments(splices, end, splices.column(start)),
      "",
    );
    return;
  }
  // The first field of an item stands behind its dash; the next one moves up, unless comments of
  // its own stand between.
  const next = rangeOf(map.items[index + 1]?.key)?.[0];
  const lineEnd = splices.lineEnd(end);
  if (next === undefined) splices.giveUp();
  else if (splices.lineStart(next) === lineEnd)
    splices.replace(start, next, "");
  else splices.replace(slot.after, lineEnd - splices.eol.length, "");
}

/** False when the whole list has to be written anew. */
function changeList(
  context: EditContext,
  slot: Slot,
  list: YAMLSeq,
  [old, wanted]: readonly [readonly JsonValue[], readonly JsonValue[]],
): boolean {
  const { splices, style } = context;
  const steps = listSteps(old, wanted, canBecome);
  if (steps.every(({ kind }) => kind === "keep")) return true;
  if (!steps.some(({ kind }) => kind === "keep" || kind === "change"))
    return false;
  const dashes = list.items.map((item) => dashOf(context, item));
  const [first] = dashes;
  if (first === undefined || dashes.includes(-1)) return false;
  const indent = splices.column(first);
  const endOf = (index: number): number =>
    endOfNode(list.items[index], splices.text, (dashes[index] ?? 0) + 1);
  const startOf = (index: number): number =>
    commentsAbove(
      splices,
      dashes[index] ?? 0,
      index > 0 ? endOf(index - 1) : slot.after,
    );
  let at = splices.isFirstOnLine(first) ? startOf(0) : undefined;
  for (const step of steps) {
    if (step.kind === "add") {
      if (at === undefined) splices.giveUp();
      else
        splices.insert(at, renderItem(wanted[step.to] ?? null, indent, style));
      continue;
    }
    const dash = dashes[step.from] ?? 0;
    at = splices.lineEnd(endOf(step.from));
    if (step.kind === "remove") {
      if (splices.isFirstOnLine(dash))
        splices.replace(
          startOf(step.from),
          endWithComments(splices, endOf(step.from), indent),
          "",
        );
      else splices.giveUp();
    } else if (step.kind === "change")
      changeNode(
        context,
        { kind: "item", after: dash + 1, indent },
        list.items[step.from],
        [old[step.from], wanted[step.to] ?? null],
      );
  }
  return true;
}

/**
 * Only mappings and lists turn into one another: a comment behind a plain value is about that
 * value.
 */
function canBecome(from: JsonValue, to: JsonValue): boolean {
  return (
    (isJsonObject(from) && isJsonObject(to)) ||
    (Array.isArray(from) && Array.isArray(to))
  );
}

/** Offset of the dash of an item, or -1 when more than blanks stands between. */
function dashOf({ splices: { text } }: EditContext, item: unknown): number {
  let at = (rangeOf(item)?.[0] ?? 0) - 1;
  while (at >= 0 && /\s/u.test(text[at] ?? "")) at -= 1;
  return text[at] === "-" ? at : -1;
}

function isIn(wanted: JsonObject, pair: Pair): boolean {
  return Object.hasOwn(wanted, nameOf(pair));
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}
