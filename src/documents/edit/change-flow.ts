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
import type { EditContext } from "./edit-context.ts";
import { listSteps } from "./list-steps.ts";
import { endOfPair } from "./node-end.ts";
import { renderFlow, renderFlowMember } from "./render-node.ts";

/** Brings a value between brackets or braces, or inside of such, to what is wanted. */
export function changeFlow(
  context: EditContext,
  node: unknown,
  old: JsonValue | undefined,
  wanted: JsonValue,
): void {
  const range = rangeOf(node);
  context.assertOwn(node);
  if (range === undefined || range[0] === range[1]) {
    if (old !== wanted) context.splices.giveUp();
    return;
  }
  if (old === wanted || changeEntries(context, node, [old, wanted])) return;
  const { splices, style } = context;
  const isShort = !isCollection(node) && !isEntries(wanted);
  const isEmpty = isCollection(node) && node.items.length === 0;
  // What is empty says nothing about lines; the document around it does.
  const isOnOneLine =
    isShort || (isEmpty ? isOneLine(context) : splices.isSameLine(...range));
  const indent = isOnOneLine ? undefined : context.indentOfLine(range[0]);
  splices.replace(...range, renderFlow(wanted, style, indent));
}

function isOneLine({ root, splices }: EditContext): boolean {
  const range = rangeOf(root);
  const isEmpty = isCollection(root) && root.items.length === 0;
  return !isEmpty && range !== undefined && splices.isSameLine(...range);
}

function isCollection(node: unknown): node is YAMLMap | YAMLSeq {
  return isMap(node) || isSeq(node);
}

function isEntries(value: JsonValue): boolean {
  return typeof value === "object" && value !== null;
}

/** False when the whole text has to be written anew. */
function changeEntries(
  context: EditContext,
  node: unknown,
  [old, wanted]: readonly [old: JsonValue | undefined, wanted: JsonValue],
): boolean {
  if (isMap(node) && isJsonObject(old) && isJsonObject(wanted))
    return changeFlowMap(context, node, old, wanted);
  if (isSeq(node) && Array.isArray(old) && Array.isArray(wanted))
    return changeFlowList(context, node, old, wanted);
  return false;
}

/** One entry between brackets or braces. */
interface Entry {
  readonly start: number;
  readonly end: number;
  /** What becomes of it; `undefined` when it goes. */
  readonly isKept: boolean;
}

/** False when the whole text has to be written anew. */
function changeFlowMap(
  context: EditContext,
  map: YAMLMap,
  old: JsonObject,
  wanted: JsonObject,
): boolean {
  const missing = Object.keys(wanted).filter(
    (name) => !Object.hasOwn(old, name),
  );
  const isKept = (pair: Pair): boolean => Object.hasOwn(wanted, nameOf(pair));
  if (!map.items.some(isKept))
    return map.items.length === 0 && missing.length === 0;
  for (const pair of map.items) {
    const to = wanted[nameOf(pair)];
    if (isKept(pair) && to !== undefined)
      changeFlow(context, pair.value, old[nameOf(pair)], to);
  }
  const entries = map.items.map((pair) => ({
    start: rangeOf(pair.key)?.[0] ?? -1,
    end: endOfPair(pair, context.splices.text),
    isKept: isKept(pair),
  }));
  const added = missing.map(
    (name) => (indent: number | undefined) =>
      renderFlowMember(name, wanted[name] ?? null, context.style, indent),
  );
  rearrange(context, entries, [{ after: entries.length - 1, added }]);
  return true;
}

function changeFlowList(
  context: EditContext,
  list: YAMLSeq,
  old: readonly JsonValue[],
  wanted: readonly JsonValue[],
): boolean {
  const steps = listSteps(old, wanted, () => true);
  if (!steps.some(({ kind }) => kind === "keep" || kind === "change"))
    return list.items.length === 0 && wanted.length === 0;
  const kept = new Set<number>();
  const additions: Addition[] = [];
  let last = -1;
  for (const step of steps) {
    if (step.kind === "add") {
      const value = wanted[step.to] ?? null;
      additions.push({
        after: last,
        added: [(indent) => renderFlow(value, context.style, indent)],
      });
      continue;
    }
    last = step.from;
    if (step.kind === "remove") continue;
    kept.add(step.from);
    if (step.kind === "change")
      changeFlow(
        context,
        list.items[step.from],
        old[step.from],
        wanted[step.to] ?? null,
      );
  }
  const entries = list.items.map((item, index) => {
    const [start, end] = rangeOf(item) ?? [-1, -1];
    return { start, end, isKept: kept.has(index) };
  });
  rearrange(context, entries, additions);
  return true;
}

type Rendered = (indent: number | undefined) => string;

/** New entries after one that is there; -1 stands for the start. */
interface Addition {
  readonly after: number;
  readonly added: readonly Rendered[];
}

/** Removes the entries that go and puts new ones between those that stay. */
function rearrange(
  context: EditContext,
  entries: readonly Entry[],
  additions: readonly Addition[],
): void {
  removeEntries(context, entries);
  const grouped = new Map<number, Rendered[]>();
  for (const { after, added } of additions) {
    // What comes after an entry that goes comes after the one before it.
    let at = after;
    while (at >= 0 && entries[at]?.isKept === false) at -= 1;
    grouped.set(at, [...(grouped.get(at) ?? []), ...added]);
  }
  for (const [after, added] of grouped)
    if (added.length > 0) addEntries(context, entries, after, added);
}

function removeEntries(
  { splices }: EditContext,
  entries: readonly Entry[],
): void {
  if (entries.some(({ start }) => start < 0)) splices.giveUp();
  let hasKept = false;
  for (const [index, entry] of entries.entries()) {
    if (entry.isKept) hasKept = true;
    else if (hasKept)
      splices.replace(entries[index - 1]?.end ?? 0, entry.end, "");
    else
      splices.replace(entry.start, entries[index + 1]?.start ?? entry.end, "");
  }
}

function addEntries(
  { splices, indentOfLine }: EditContext,
  entries: readonly Entry[],
  after: number,
  added: readonly Rendered[],
): void {
  const anchor = entries[Math.max(0, after)];
  if (anchor === undefined) {
    splices.giveUp();
    return;
  }
  const isOnLines = splices.isFirstOnLine(anchor.start);
  const indent = isOnLines ? indentOfLine(anchor.start) : undefined;
  const texts = added.map((render) => render(indent));
  const gap = isOnLines ? `${splices.eol}${" ".repeat(indent ?? 0)}` : " ";
  if (after < 0) {
    splices.insert(
      anchor.start,
      texts.map((text) => `${text},${gap}`).join(""),
    );
    return;
  }
  const lineEnd = splices.lineEnd(anchor.end);
  const rest = /^[ \t]*(,?)[ \t]*#/u.exec(
    splices.text.slice(anchor.end, lineEnd),
  );
  if (isOnLines && rest !== null && entries[after + 1]?.isKept !== false) {
    // The comment stays with the entry it stands behind.
    const hasComma = rest[1] === ",";
    if (!hasComma) splices.insert(anchor.end, ",");
    const blanks = " ".repeat(indent ?? 0);
    splices.insert(
      lineEnd,
      `${texts.map((text) => `${blanks}${text}`).join(`,${splices.eol}`)}${hasComma ? "," : ""}${splices.eol}`,
    );
    return;
  }
  splices.insert(anchor.end, texts.map((text) => `,${gap}${text}`).join(""));
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}
