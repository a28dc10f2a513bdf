import { dotenvLayout } from "./dotenv-layout.ts";
import type { SopsFormat } from "../core/format.ts";
import { jsonLayout } from "./json-layout.ts";
import {
  applySplices,
  endOfNode,
  lineEnd,
  lineStart,
  type LayoutEntry,
  type LayoutLeaf,
  type LayoutList,
  type LayoutMap,
  type LayoutNode,
  type Splice,
} from "./layout.ts";
import { goText } from "../core/go-text.ts";
import type { SopsNode, SopsScalar } from "../core/tree.ts";
import { jsonScalar, jsonTree } from "./write-json.ts";
import { yamlEntry, yamlFlow, yamlScalar, yamlText } from "./write-yaml.ts";
import { yamlLayout } from "./yaml-layout.ts";

/** The formats that are written. */
export type EditableFormat = Exclude<SopsFormat, "ini">;

/** Where everything stands in a text, one root per document. */
export function layoutOf(
  text: string,
  format: EditableFormat,
): readonly LayoutNode[] {
  if (format === "yaml") return yamlLayout(text);
  return format === "dotenv" ? dotenvLayout(text) : jsonLayout(text);
}

/** A scalar as the format writes it at a place. */
export function scalarText(
  scalar: SopsScalar,
  format: EditableFormat,
  isFlow: boolean,
): string {
  if (format === "yaml") return yamlScalar(scalar, isFlow);
  if (format === "dotenv") return goText(scalar).replaceAll("\n", "\\n");
  return jsonScalar(scalar);
}

/** Replaces one scalar, and the tag that said how to read it; the text around it stays. */
export function replaceLeaf(
  text: string,
  leaf: LayoutLeaf,
  written: string,
): Splice {
  const { tag } = leaf;
  if (tag !== undefined && leaf.form === "absent")
    return { ...tag, text: written };
  if (tag !== undefined) {
    const between = text.slice(tag.end, leaf.start).replace(/^[ \t]+/u, "");
    const rest = replaceLeaf(text, untagged(leaf), written);
    return { start: tag.start, end: rest.end, text: between + rest.text };
  }
  const lead = leaf.form === "absent" ? " " : "";
  // The span of a block scalar takes in the break after its last line.
  const tail = leaf.form === "block" && text[leaf.end - 1] === "\n" ? "\n" : "";
  return { start: leaf.start, end: leaf.end, text: lead + written + tail };
}

function untagged({ kind, start, end, form, isFlow }: LayoutLeaf): LayoutLeaf {
  return { kind, start, end, form, isFlow };
}

/**
 * Adds an entry to a mapping; in a document's root it goes before the metadata. `undefined` where
 * it cannot be done safely.
 */
export function insertEntry(
  text: string,
  map: LayoutMap,
  entry: {
    readonly key: string;
    readonly value: SopsNode;
    readonly format: EditableFormat;
  },
): Splice | undefined {
  const { key, value, format } = entry;
  const before = map.entries.filter(
    (other) => !isMetadataKey(other.key, format),
  );
  const last = before.at(-1);
  if (format === "dotenv") {
    const isScalar = value.kind !== "map" && value.kind !== "list";
    if (!isScalar) return undefined;
    const line = `${key}=${scalarText(value, format, false)}`;
    return insertLines(
      text,
      last?.node ?? map.entries[0]?.start ?? text.length,
      [line],
    );
  }
  if (format !== "yaml" || map.isFlow)
    return insertFlow(text, map, {
      last,
      written: flowEntry(key, value, format),
    });
  const first = map.entries[0];
  if (first === undefined) return undefined;
  const column = first.start - lineStart(text, first.start);
  const lines = yamlEntry(key, value, column);
  const pad = " ".repeat(column);
  const written = lines.map((line, at) => (at === 0 ? pad + line : line));
  return insertLines(text, last?.node ?? first.start, written);
}

/**
 * Puts raw text behind the last entry of a mapping: a whole entry in flow style, whole lines in
 * block style. `undefined` for an empty block.
 */
export function insertRaw(
  text: string,
  map: LayoutMap,
  raw: string,
): Splice | undefined {
  const last = map.entries.at(-1);
  if (map.isFlow) return insertFlow(text, map, { last, written: raw });
  if (last === undefined) return undefined;
  const at = lineEnd(text, endOfNode(last.node));
  const lead = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
  return { start: at, end: at, text: lead + raw };
}

/** Adds an element at the end of a list. */
export function appendItem(
  text: string,
  list: LayoutList,
  item: { readonly value: SopsNode; readonly format: EditableFormat },
): Splice | undefined {
  const last = list.items.at(-1);
  if (item.format !== "yaml" || list.isFlow) {
    const written = flowValue(item.value, item.format);
    const at = last === undefined ? list.start + 1 : last.node.end;
    return {
      start: at,
      end: at,
      text: last === undefined ? written : `, ${written}`,
    };
  }
  if (last === undefined) return undefined;
  const column = last.start - lineStart(text, last.start);
  return insertLines(text, last.node, [
    `${" ".repeat(column)}- ${yamlFlowOrScalar(item.value)}`,
  ]);
}

/**
 * Takes a child out of a mapping or list.
 * @param owner - where the value of the container's own key or dash may begin: a container that
 * becomes empty is written there.
 * @returns `undefined` where it cannot be cut safely.
 */
export function removeChild(
  text: string,
  container: LayoutMap | LayoutList,
  place: { readonly at: number; readonly owner: number },
): readonly Splice[] | undefined {
  const children =
    container.kind === "map" ? container.entries : container.items;
  const child = children[place.at];
  if (child === undefined) return undefined;
  if (container.isFlow) return [removeFlow(container, place.at)];
  const line = lineStart(text, child.start);
  const end = lineEnd(text, endOfNode(child.node));
  const isOwnLine = text.slice(line, child.start).trim() === "";
  const ownLines = { start: line, end, text: "" };
  const isAlone =
    children.length === 1 &&
    (container.kind === "map" || container.comments.length === 0);
  if (isAlone) {
    const empty = container.kind === "map" ? "{}" : "[]";
    return isOwnLine
      ? [{ start: place.owner, end: place.owner, text: ` ${empty}` }, ownLines]
      : [
          {
            start: child.start,
            end: trimmedEnd(text, endOfNode(child.node)),
            text: empty,
          },
        ];
  }
  if (isOwnLine) return [ownLines];
  // The first entry behind a dash: the next one takes its place, unless a comment stands between
  // them.
  const next = children[place.at + 1]?.start;
  return next === undefined || text.slice(end, next).trim() !== ""
    ? undefined
    : [{ start: child.start, end: next, text: "" }];
}

/** True for keys that belong to the metadata, in a document's root. */
export function isMetadataKey(key: string, format: SopsFormat): boolean {
  return format === "dotenv" ? key.startsWith("sops_") : key === "sops";
}

function trimmedEnd(text: string, end: number): number {
  return text[end - 1] === "\n" ? end - 1 : end;
}

function removeFlow(container: LayoutMap | LayoutList, at: number): Splice {
  const children =
    container.kind === "map" ? container.entries : container.items;
  const start = children[at]?.start ?? 0;
  const end = children[at]?.node.end ?? start;
  const previous = children[at - 1];
  if (previous !== undefined)
    return { start: previous.node.end, end, text: "" };
  const next = children[at + 1];
  return next === undefined
    ? { start: container.start + 1, end: container.end - 1, text: "" }
    : { start, end: next.start, text: "" };
}

function insertFlow(
  text: string,
  map: LayoutMap,
  entry: { readonly last: LayoutEntry | undefined; readonly written: string },
): Splice {
  const first = map.entries[0];
  const lead =
    first === undefined
      ? ""
      : (/\s*$/u.exec(text.slice(map.start + 1, first.start))?.[0] ?? "");
  if (entry.last !== undefined) {
    const at = entry.last.node.end;
    return {
      start: at,
      end: at,
      text: `,${lead === "" ? " " : lead}${entry.written}`,
    };
  }
  const at = first?.start ?? map.start + 1;
  return {
    start: at,
    end: at,
    text:
      first === undefined
        ? entry.written
        : `${entry.written},${lead === "" ? " " : lead}`,
  };
}

/** Whole lines after a node, or before a position that begins a line. */
function insertLines(
  text: string,
  after: LayoutNode | number,
  lines: readonly string[],
): Splice {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const at =
    typeof after === "number"
      ? lineStart(text, after)
      : lineEnd(text, endOfNode(after));
  const lead = at > 0 && text[at - 1] !== "\n" ? eol : "";
  return {
    start: at,
    end: at,
    text: lead + lines.map((line) => line + eol).join(""),
  };
}

function flowEntry(
  key: string,
  value: SopsNode,
  format: EditableFormat,
): string {
  const name = format === "yaml" ? yamlText(key) : JSON.stringify(key);
  return `${name}: ${flowValue(value, format)}`;
}

function flowValue(value: SopsNode, format: EditableFormat): string {
  return format === "yaml" ? yamlFlow(value) : jsonTree(value, "");
}

function yamlFlowOrScalar(value: SopsNode): string {
  return value.kind === "map" || value.kind === "list"
    ? yamlFlow(value)
    : yamlScalar(value, false);
}

/** One splice after the other is the common case. */
export function spliced(text: string, splice: Splice): string {
  return applySplices(text, [splice]);
}
