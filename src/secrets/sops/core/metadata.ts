import { parseEncText } from "./enc-text.ts";
import { goText, parseGoBool } from "./go-text.ts";
import { normalizeLastModified } from "./go-time.ts";
import { readKeyGroups, type KeyEntry } from "./key-entry.ts";
import { DEFAULT_RULE, RULE_KINDS, type RuleSpec } from "./selection-rule.ts";
import { sopsError } from "./sops-error.ts";
import type { SopsMap } from "./tree.ts";

const COMMENT_RULES = ["unencrypted_comment_regex", "encrypted_comment_regex"];

/** The `sops` mapping of a file. Nothing in it is authenticated except `lastModified`. */
export interface SopsMetadata {
  /** Each group opens one share of the data key; a single group opens the whole. */
  readonly keyGroups: readonly (readonly KeyEntry[])[];
  /** How many groups must be opened; 0 means all of them. */
  readonly shamirThreshold: number;
  /** RFC 3339 in Go's form: the additional data of the MAC. */
  readonly lastModified: string;
  /** The encrypted MAC, known to be well-formed. */
  readonly mac: string;
  readonly rule: RuleSpec;
  /**
   * The name of a rule that looks at comments: the own core cannot follow it, the `sops` program
   * can.
   */
  readonly commentRule?: string;
  /** True when the MAC covers encrypted values only. */
  readonly macOnlyEncrypted: boolean;
  /** The version of the program that wrote the file. */
  readonly version: string;
}

/**
 * Reads the metadata mapping.
 * @throws UserError SEC012 when a part that protects the file is missing or damaged.
 */
export function readMetadata(node: SopsMap, file: string): SopsMetadata {
  return {
    keyGroups: readKeyGroups(node, file),
    shamirThreshold: readThreshold(node, file),
    lastModified: readLastModified(node, file),
    mac: readMac(node, file),
    ...readRule(node, file),
    macOnlyEncrypted: readMacOnlyEncrypted(node, file),
    version: readVersion(node, file),
  };
}

/**
 * Every release names itself, the oldest by a number, and current ones refuse a file that names
 * none. @remarks Source: SOPS 3.13.3, version.go.
 */
function readVersion(node: SopsMap, file: string): string {
  const version = textOf(node, "version");
  if (/^v?\d/u.test(version)) return version;
  throw damaged(file, '"sops.version" is missing or no version');
}

function readLastModified(node: SopsMap, file: string): string {
  const value = node.entries.get("lastmodified");
  const text = value?.kind === "str" ? value.text : "";
  const lastModified = normalizeLastModified(text);
  if (lastModified !== undefined) return lastModified;
  throw damaged(file, '"sops.lastmodified" is not a quoted RFC 3339 time', {
    why: "the time is part of what the MAC protects; current SOPS versions refuse it without quotes as well",
  });
}

function readMac(node: SopsMap, file: string): string {
  const value = node.entries.get("mac");
  const text = value?.kind === "str" ? value.text : "";
  if (parseEncText(text)?.label === "str") return text;
  throw damaged(file, '"sops.mac" is missing or damaged', {
    why: "without it nobody can tell whether values were taken out, moved or replaced",
  });
}

function readRule(
  node: SopsMap,
  file: string,
): Pick<SopsMetadata, "rule" | "commentRule"> {
  const rules = [...RULE_KINDS, ...COMMENT_RULES].filter(
    (kind) => textOf(node, kind) !== "",
  );
  const [first, second] = rules;
  if (second !== undefined)
    throw damaged(file, "more than one selection rule", {
      why: `both "${String(first)}" and "${second}" are set, and they can disagree`,
    });
  const kind = RULE_KINDS.find((name) => name === first);
  if (kind !== undefined)
    return { rule: { kind, pattern: textOf(node, kind) } };
  return first === undefined
    ? { rule: DEFAULT_RULE }
    : { rule: DEFAULT_RULE, commentRule: first };
}

function readThreshold(node: SopsMap, file: string): number {
  const text = textOf(node, "shamir_threshold");
  if (text === "") return 0;
  if (/^\d{1,3}$/u.test(text)) return Number(text);
  throw damaged(file, '"sops.shamir_threshold" is not a number');
}

function readMacOnlyEncrypted(node: SopsMap, file: string): boolean {
  const value = node.entries.get("mac_only_encrypted");
  if (value === undefined || value.kind === "null") return false;
  if (value.kind === "bool") return value.value;
  if (value.kind === "int") return value.value !== 0n;
  const text = value.kind === "str" ? value.text : "?";
  const parsed = text === "" ? false : parseGoBool(text);
  if (parsed !== undefined) return parsed;
  throw damaged(file, '"sops.mac_only_encrypted" is neither true nor false');
}

/**
 * Metadata is decoded weakly, as upstream does: a number or a boolean where text is wanted gives
 * its text.
 */
function textOf(node: SopsMap, key: string): string {
  const value = node.entries.get(key);
  if (value === undefined || value.kind === "map" || value.kind === "list")
    return "";
  return goText(value);
}

function damaged(
  file: string,
  what: string,
  detail: { readonly why?: string } = {},
): Error {
  return sopsError("SEC012", file, what, {
    ...detail,
    fix: "restore the file from version control, or encrypt it again with sops",
  });
}
