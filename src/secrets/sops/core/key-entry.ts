import { goText } from "./go-text.ts";
import { sopsError } from "./sops-error.ts";
import type { SopsMap, SopsNode } from "./tree.ts";

/**
 * The kinds of master key a file can name, spelled as in its metadata, in the order they are tried
 * within a group.
 */
export const KEY_TYPES = [
  "age",
  "pgp",
  "kms",
  "gcp_kms",
  "azure_kv",
  "hc_vault",
  "hckms",
] as const;

/** A kind of master key. */
export type KeyType = (typeof KEY_TYPES)[number];

/** One wrapped copy of the data key. Every field comes from the file and is not authenticated. */
export interface KeyEntry {
  readonly type: KeyType;
  /** Fields as text, such as `recipient` and `enc` for age. */
  readonly fields: ReadonlyMap<string, string>;
  /** The encryption context of an AWS KMS key. */
  readonly context?: ReadonlyMap<string, string>;
}

/**
 * Reads the master keys: the flat lists, which win, or else `key_groups`. Empty groups are left
 * out.
 * @throws UserError SEC012 when there is none, or when a list is not a list of maps.
 */
export function readKeyGroups(
  metadata: SopsMap,
  file: string,
): readonly (readonly KeyEntry[])[] {
  const flat = readGroup(metadata, file);
  if (flat.length > 0) return [flat];
  const groups = metadata.entries.get("key_groups");
  const read = listItems(groups, "key_groups", file).map((group) =>
    group.kind === "map" ? readGroup(group, file) : [],
  );
  const filled = read.filter((group) => group.length > 0);
  if (filled.length > 0) return filled;
  throw sopsError("SEC012", file, "the file names no key", {
    why: "its metadata lists neither a master key nor a key group, so nothing can open it",
    fix: "restore the file from version control, or encrypt it again with sops",
  });
}

/** What a key is called in messages: its public name, never its wrapped data. */
export function describeKeyEntry(entry: KeyEntry): string {
  const names = [
    "recipient",
    "fp",
    "arn",
    "resource_id",
    "key_id",
    "key_name",
    "name",
  ];
  const name = names
    .map((field) => entry.fields.get(field))
    .find((value) => value !== undefined && value !== "");
  return name === undefined
    ? entry.type
    : `${entry.type} ${JSON.stringify(name.slice(0, 120)).slice(1, -1)}`;
}

function readGroup(group: SopsMap, file: string): readonly KeyEntry[] {
  return KEY_TYPES.flatMap((type) =>
    listItems(group.entries.get(type), type, file).map((item) =>
      readEntry(type, item, file),
    ),
  );
}

function readEntry(type: KeyType, item: SopsNode, file: string): KeyEntry {
  if (item.kind !== "map")
    throw sopsError("SEC012", file, `an entry of "sops.${type}" is not a map`);
  const context = item.entries.get("context");
  return {
    type,
    fields: textFields(item),
    ...(context?.kind === "map" ? { context: textFields(context) } : {}),
  };
}

function textFields(map: SopsMap): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of map.entries) {
    if (value.kind !== "map" && value.kind !== "list")
      fields.set(name, goText(value));
  }
  return fields;
}

function listItems(
  node: SopsNode | undefined,
  name: string,
  file: string,
): readonly SopsNode[] {
  if (node === undefined || node.kind === "null") return [];
  if (node.kind === "list") return node.items;
  throw sopsError("SEC012", file, `"sops.${name}" is not a list`);
}
