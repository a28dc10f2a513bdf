import { flattenMetadata } from "./flat-metadata.ts";
import { isMetadataKey, layoutOf, type EditableFormat } from "./edit-text.ts";
import { KEY_TYPES, type KeyEntry } from "../core/key-entry.ts";
import {
  applySplices,
  endOfNode,
  lineEnd,
  lineStart,
  type LayoutMap,
  type Splice,
} from "./layout.ts";
import { sopsString, type SopsMap, type SopsNode } from "../core/tree.ts";
import { jsonTree } from "./write-json.ts";
import { yamlEntry, yamlFlow } from "./write-yaml.ts";

/**
 * Metadata with other master keys, in the order upstream writes. What else was there stays; empty
 * lists go.
 */
export function withKeyGroups(
  metadata: SopsMap,
  groups: readonly (readonly KeyEntry[])[],
  threshold: number,
): SopsMap {
  const dropped = new Set<string>([
    ...KEY_TYPES,
    "key_groups",
    "shamir_threshold",
  ]);
  const entries = [...metadata.entries].filter(
    ([key, node]) => !dropped.has(key) && node.kind !== "null",
  );
  const [only = []] = groups;
  const keys: [string, SopsNode][] =
    groups.length === 1
      ? groupEntries(only)
      : [
          [
            "key_groups",
            {
              kind: "list",
              items: groups.map((group) => ({
                kind: "map",
                entries: new Map(groupEntries(group)),
              })),
            },
          ],
          ...(threshold === 0
            ? []
            : [
                [
                  "shamir_threshold",
                  { kind: "int", value: BigInt(threshold) },
                ] as [string, SopsNode],
              ]),
        ];
  return sortedMap([...entries, ...keys]);
}

/** Replaces the metadata of every document of a text. */
export function replaceMetadata(
  text: string,
  format: EditableFormat,
  metadata: SopsMap,
): string {
  const splices = layoutOf(text, format).flatMap((root): Splice[] => {
    if (root.kind !== "map") return [];
    return format === "dotenv"
      ? dotenvSplices(text, root, metadata)
      : treeSplices(text, root, { format, metadata });
  });
  return applySplices(text, splices);
}

/** The text of metadata alone: what a new file begins with. */
export function metadataText(
  format: EditableFormat,
  metadata: SopsMap,
): string {
  const root: SopsMap = { kind: "map", entries: new Map([["sops", metadata]]) };
  if (format === "dotenv") return dotenvLines(metadata);
  return format === "yaml"
    ? `${yamlEntry("sops", metadata, 0).join("\n")}\n`
    : `${jsonTree(root, "\t")}\n`;
}

function treeSplices(
  text: string,
  root: LayoutMap,
  {
    format,
    metadata,
  }: { readonly format: EditableFormat; readonly metadata: SopsMap },
): Splice[] {
  const entry = root.entries.find(({ key }) => isMetadataKey(key, format));
  if (entry === undefined) return [];
  const { node } = entry;
  if (format === "yaml" && root.isFlow)
    return [{ start: node.start, end: node.end, text: yamlFlow(metadata) }];
  if (format !== "yaml") {
    const lead = /\n([ \t]+)$/u.exec(text.slice(0, entry.start))?.[1] ?? "";
    return [
      {
        start: node.start,
        end: node.end,
        text: jsonTree(metadata, lead, lead === "" ? 0 : 1),
      },
    ];
  }
  const column = entry.start - lineStart(text, entry.start);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = yamlEntry("sops", metadata, column);
  return [
    {
      start: entry.start,
      end: lineEnd(text, endOfNode(node)),
      text: lines.join(eol) + eol,
    },
  ];
}

function dotenvSplices(
  text: string,
  root: LayoutMap,
  metadata: SopsMap,
): Splice[] {
  const lines = root.entries.filter(({ key }) => isMetadataKey(key, "dotenv"));
  return lines.map((line, at) => ({
    start: line.start,
    end: lineEnd(text, line.node.end),
    text: at === 0 ? dotenvLines(metadata) : "",
  }));
}

function dotenvLines(metadata: SopsMap): string {
  return flattenMetadata(metadata)
    .map(([name, value]) => `sops_${name}=${value.replaceAll("\n", "\\n")}\n`)
    .join("");
}

function groupEntries(group: readonly KeyEntry[]): [string, SopsNode][] {
  return KEY_TYPES.map((type): [string, SopsNode] => [
    type,
    {
      kind: "list",
      items: group.filter((key) => key.type === type).map(entryNode),
    },
  ]).filter(([, node]) => node.kind === "list" && node.items.length > 0);
}

function entryNode(key: KeyEntry): SopsMap {
  const fields = [...key.fields].map(([name, text]): [string, SopsNode] => [
    name,
    sopsString(text),
  ]);
  const context: [string, SopsNode][] =
    key.context === undefined || key.context.size === 0
      ? []
      : [
          [
            "context",
            {
              kind: "map",
              entries: new Map(
                [...key.context].map(([name, text]) => [
                  name,
                  sopsString(text),
                ]),
              ),
            },
          ],
        ];
  return sortedMap([...fields, ...context]);
}

function sortedMap(entries: readonly (readonly [string, SopsNode])[]): SopsMap {
  return {
    kind: "map",
    entries: new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
