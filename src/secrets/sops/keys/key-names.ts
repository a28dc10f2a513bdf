import type { KeyEntry } from "../core/key-entry.ts";
import { pgpName } from "./pgp-key.ts";

const PARTS: Readonly<Record<KeyEntry["type"], readonly string[]>> = {
  age: ["recipient"],
  pgp: [],
  kms: ["arn", "role", "aws_profile"],
  gcp_kms: ["resource_id"],
  azure_kv: ["vault_url", "name", "version"],
  hc_vault: ["vault_address", "engine_path", "key_name"],
  hckms: ["key_id"],
};

/** What tells one master key from another: two entries with one name open with the same key. */
export function keyName(entry: KeyEntry): string {
  if (entry.type === "pgp") return `pgp ${pgpName(entry)}`;
  const context = [...(entry.context ?? [])]
    .map((pair) => pair.join("="))
    .sort();
  const parts = PARTS[entry.type].map((part) => entry.fields.get(part) ?? "");
  return [entry.type, ...parts, ...context]
    .filter((part) => part !== "")
    .join(" ");
}

/** Names in `a` that are not in `b`, group by group; groups are compared by position. */
export function missingKeys(
  a: readonly (readonly KeyEntry[])[],
  b: readonly (readonly KeyEntry[])[],
): readonly string[] {
  return a.flatMap((group, at) => {
    const known = new Set((b[at] ?? []).map(keyName));
    return group.map(keyName).filter((name) => !known.has(name));
  });
}

const MAX_SHOWN = 200;
const MAX_NAMES = 20;

/** What people call a master key: the text that stands for it in `.sops.yaml`. */
export function publicName(entry: KeyEntry): string {
  const field = (name: string): string => entry.fields.get(name) ?? "";
  switch (entry.type) {
    case "age":
      return field("recipient");
    case "pgp":
      return pgpName(entry);
    case "kms":
      return field("arn");
    case "gcp_kms":
      return field("resource_id");
    case "hckms":
      return field("key_id");
    case "azure_kv":
      return [field("vault_url"), "keys", field("name"), field("version")]
        .filter((part) => part !== "")
        .join("/");
    case "hc_vault":
      return `${field("vault_address")}/v1/${field("engine_path")}/keys/${field("key_name")}`;
  }
}

/** The names of a list of master keys, each once. */
export function publicNames(entries: readonly KeyEntry[]): readonly string[] {
  return [...new Set(entries.map(publicName))];
}

/**
 * Names for a message, each cut to what one can hold: post-quantum keys are long, and hostile ones
 * can be.
 */
export function shownNames(names: readonly string[]): string {
  const shown = names
    .slice(0, MAX_NAMES)
    .map((name) =>
      name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name,
    );
  const others = names.length - MAX_NAMES;
  return `${shown.join(", ")}${others > 0 ? ` and ${String(others)} more` : ""}`;
}
