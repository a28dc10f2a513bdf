import type { KeyEntry } from "./key-entry.ts";
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
