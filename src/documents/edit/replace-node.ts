import { isMap, isScalar, isSeq } from "yaml";
import type { JsonValue } from "../../domain/json.ts";
import { rangeOf } from "../read/document.ts";
import type { EditContext } from "./edit-context.ts";
import { endOfNode, isBlockScalar } from "./node-end.ts";
import { endWithComments } from "./own-lines.ts";
import {
  renderAfterDash,
  renderAfterKey,
  renderFlow,
  wholeLines,
} from "./render-node.ts";
import type { Splices } from "./splices.ts";
import { yamlText } from "../read/yaml-text.ts";

/** Where a value stands in block style: behind a key or dash, or as the document itself. */
export interface Slot {
  readonly kind: "key" | "item" | "document";
  /** Offset after the colon or dash. */
  readonly after: number;
  /** Column of the key or dash. */
  readonly indent: number;
}

/**
 * Writes a new value in place of a node, whatever either is. A comment behind `key:` or behind a
 * plain value stays.
 */
export function replaceNode(
  context: EditContext,
  slot: Slot,
  node: unknown,
  value: JsonValue,
): void {
  const { splices, style } = context;
  if (slot.kind === "document") {
    replaceDocument(context, node, value);
    return;
  }
  if (style.isJson) {
    splices.giveUp();
    return;
  }
  const { head, tail } =
    slot.kind === "key"
      ? renderAfterKey(value, slot.indent, style)
      : renderAfterDash(value, slot.indent, style);
  const end = putHead(splices, slot, node, head);
  splices.insert(splices.lineEnd(end), wholeLines(tail, 0, style));
}

/**
 * Writes what stands on the line of the key in place of the whole node; the offset that ends that
 * line.
 */
function putHead(
  splices: Splices,
  { after, indent }: Slot,
  node: unknown,
  head: string,
): number {
  const range = rangeOf(node);
  const spaced = head === "" ? "" : ` ${head}`;
  if (range === undefined || range[0] === range[1]) {
    splices.insert(after, spaced);
    return after;
  }
  const [start] = range;
  const end = endOfNode(node, splices.text, after);
  const isBelow = !splices.isSameLine(after, start);
  if (isBelow) {
    splices.replace(
      splices.lineEnd(after),
      endWithComments(splices, end, indent),
      "",
    );
    splices.insert(after, spaced);
    return after;
  }
  const from = head === "" ? after : start;
  if (splices.text.slice(after, start).trim() !== "" && head === "")
    splices.giveUp();
  if (isBlockScalar(node)) {
    const mark = /[|>][0-9+-]*/uy;
    mark.lastIndex = start;
    splices.replace(
      from,
      start + (mark.exec(splices.text)?.[0].length ?? 0),
      head,
    );
    splices.replace(
      splices.lineEnd(start),
      Math.max(splices.lineEnd(start), splices.lineEnd(end)),
      "",
    );
    return start;
  }
  splices.replace(from, end, head);
  return end;
}

function replaceDocument(
  { splices, style }: EditContext,
  node: unknown,
  value: JsonValue,
): void {
  const range = rangeOf(node);
  if (range === undefined || !(isMap(node) || isSeq(node) || isScalar(node))) {
    splices.giveUp();
    return;
  }
  const text =
    typeof value === "object" && value !== null
      ? yamlText(value).replace(/\n$/u, "").replaceAll("\n", style.eol)
      : renderFlow(value, style);
  splices.replace(
    range[0],
    Math.max(range[0], endOfNode(node, splices.text, range[1])),
    text,
  );
}
