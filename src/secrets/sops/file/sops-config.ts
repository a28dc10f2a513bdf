import { dirname, join, relative, resolve, sep } from "node:path";
import {
  FileError,
  placeNamed,
  readBytesIfThere,
} from "../../../platform/files/index.ts";
import { goText } from "../core/go-text.ts";
import { KEY_TYPES, type KeyEntry, type KeyType } from "../core/key-entry.ts";
import { keyName } from "../keys/key-names.ts";
import { SOPS_LIMITS } from "../core/limits.ts";
import { parseGoBool } from "../core/go-text.ts";
import { thresholdProblem } from "./reachable.ts";
import {
  DEFAULT_RULE,
  RULE_KINDS,
  type RuleSpec,
} from "../core/selection-rule.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsMap, SopsNode } from "../core/tree.ts";
import { parseYamlTree } from "../formats/yaml-tree.ts";

/** How far up a configuration is looked for. @remarks Source: SOPS. */
const MAX_LEVELS = 100;
export const CONFIG_NAME = ".sops.yaml";

/** What `.sops.yaml` says about a file: who can open it, and what of it is encrypted. */
export interface CreationRule {
  /** The configuration it comes from. */
  readonly config: string;
  /** Without wrapped keys. */
  readonly keyGroups: readonly (readonly KeyEntry[])[];
  /** 0: all groups. */
  readonly shamirThreshold: number;
  readonly rule: RuleSpec;
  /** True when the configuration sets no selection rule, so that the file's own may stand. */
  readonly isRuleDefault: boolean;
  readonly macOnlyEncrypted: boolean;
}

/**
 * Looks for `.sops.yaml` from the folder of a file upward, and gives the first rule whose
 * `path_regex` matches. Unlike the `sops` program it does not start at the working directory: the
 * same file must get the same keys from everywhere.
 * @param file - absolute.
 * @returns `undefined` when there is no configuration, or none with creation rules.
 * @throws UserError SEC022 for a configuration that cannot be used, or that has no rule for the
 * file.
 */
export async function findCreationRule(
  file: string,
): Promise<CreationRule | undefined> {
  return ruleAbove(dirname(resolve(file)), file);
}

async function ruleAbove(
  start: string,
  file: string,
): Promise<CreationRule | undefined> {
  let folder = start;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const path = join(folder, CONFIG_NAME);
    const text = readIfPresent(path);
    if (text !== undefined)
      return parseCreationRule(
        text,
        path,
        relative(folder, resolve(file)).split(sep).join("/"),
      );
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

/**
 * As {@link findCreationRule}, with the configuration read through a source as far as the workspace
 * reaches: a plan of a commit must be told what that commit says.
 * @param file - relative to the workspace, with forward slashes.
 */
export async function findCreationRuleIn(
  workspace: {
    readonly root: string;
    readonly readFile: (path: string) => Promise<Uint8Array | null>;
  },
  file: string,
): Promise<CreationRule | undefined> {
  const folders = file.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const prefix = folders
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join("");
    const config = prefix + CONFIG_NAME;
    const bytes = await workspace.readFile(config);
    if (bytes !== null)
      return parseCreationRule(
        new TextDecoder().decode(bytes),
        config,
        file.slice(prefix.length),
      );
  }
  return ruleAbove(
    dirname(resolve(workspace.root)),
    join(workspace.root, file),
  );
}

/** The rule of a configuration's text for a path relative to it. See {@link findCreationRule}. */
export async function parseCreationRule(
  text: string,
  config: string,
  path: string,
): Promise<CreationRule | undefined> {
  const [root] = parseYamlTree(text, { file: config, limits: SOPS_LIMITS });
  const rules = root?.entries.get("creation_rules");
  if (rules === undefined || rules.kind === "null") return undefined;
  if (rules.kind !== "list")
    throw unusable(config, '"creation_rules" is not a list');
  for (const rule of rules.items) {
    if (rule.kind !== "map")
      throw unusable(config, "a creation rule is not a mapping");
    if (await matches(rule, config, path)) return readRule(rule, config);
  }
  throw sopsError("SEC022", config, "no creation rule matches the file", {
    why: `none of its path_regex patterns matches ${JSON.stringify(path)}`,
    fix: `add a rule for it under creation_rules, with those who may open it: { path_regex: '${folderPattern(path)}', age: <their public age keys> }`,
    notDone: "nothing was written",
  });
}

/** A pattern for every file of secrets in the folder of one. */
export function folderPattern(path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return `${folder.replaceAll(/[^A-Za-z0-9_/-]/gu, ".")}.*\\.enc\\.yaml$`;
}

function readIfPresent(path: string): string | undefined {
  try {
    const place = placeNamed(process.cwd(), path, "read");
    const bytes = readBytesIfThere(place, SOPS_LIMITS.maxBytes);
    return bytes === null ? undefined : new TextDecoder().decode(bytes);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw unusable(path, `it cannot be read: ${error.why ?? ""}`);
  }
}

async function matches(
  rule: SopsMap,
  config: string,
  path: string,
): Promise<boolean> {
  const pattern = textAt(rule, "path_regex");
  return pattern === "" || (await compiled(pattern, config)).test(path);
}

/** A pattern that does not compile is an error here: upstream would leave every value readable. */
async function compiled(
  pattern: string,
  config: string,
): Promise<{ readonly test: (text: string) => boolean }> {
  const { RE2JS } = await import("re2js");
  try {
    const regex = RE2JS.compile(pattern);
    return { test: (text) => regex.test(text) };
  } catch {
    throw unusable(
      config,
      `the pattern ${JSON.stringify(pattern)} is not an RE2 regular expression`,
    );
  }
}

async function readRule(rule: SopsMap, config: string): Promise<CreationRule> {
  for (const kind of ["unencrypted_comment_regex", "encrypted_comment_regex"])
    if (textAt(rule, kind) !== "")
      throw unusable(
        config,
        `files selected by "${kind}" are not written here`,
      );
  const kinds = RULE_KINDS.filter((kind) => textAt(rule, kind) !== "");
  const [kind, second] = kinds;
  if (second !== undefined)
    throw unusable(config, "a rule has two selection rules");
  const pattern = kind === undefined ? "" : textAt(rule, kind);
  if (kind?.endsWith("_regex") === true) await compiled(pattern, config);
  const keyGroups = readGroups(rule, config).filter(
    (group) => group.length > 0,
  );
  if (keyGroups.length === 0)
    throw unusable(config, "the rule for the file names no key");
  return {
    config,
    keyGroups,
    shamirThreshold: readThreshold(rule, keyGroups.length, config),
    rule: kind === undefined ? DEFAULT_RULE : { kind, pattern },
    isRuleDefault: kind === undefined,
    macOnlyEncrypted: parseGoBool(textAt(rule, "mac_only_encrypted")) ?? false,
  };
}

/**
 * Upstream refuses a threshold that cannot be met where a file is made, and lowers it without a
 * word in `updatekeys`; here it is always refused.
 */
function readThreshold(rule: SopsMap, groups: number, config: string): number {
  const text = textAt(rule, "shamir_threshold");
  if (text !== "" && !/^\d{1,3}$/u.test(text))
    throw unusable(config, "shamir_threshold is not a number");
  const problem = thresholdProblem(groups, Number(text));
  if (problem !== undefined) throw unusable(config, problem);
  return Number(text);
}

function readGroups(
  rule: SopsMap,
  config: string,
): readonly (readonly KeyEntry[])[] {
  const groups = rule.entries.get("key_groups");
  if (groups?.kind === "list" && groups.items.length > 0)
    return groups.items.map((group) => unique(readGroup(group, config)));
  const profile = textAt(rule, "aws_profile");
  const flat: KeyEntry[] = [
    ...words(rule, "age").map((text) => entry("age", { recipient: text })),
    ...words(rule, "pgp").map((text) => entry("pgp", { fp: text })),
    ...words(rule, "kms").map((text) => kmsEntry(text, profile)),
    ...words(rule, "gcp_kms").map((text) =>
      entry("gcp_kms", { resource_id: text }),
    ),
    ...words(rule, "hckms").map((text) => entry("hckms", { key_id: text })),
    ...words(rule, "azure_keyvault").map((text) => azureEntry(text, config)),
    ...words(rule, "hc_vault_transit_uri").map((text) =>
      vaultEntry(text, config),
    ),
  ];
  return [unique(flat)];
}

function readGroup(group: SopsNode, config: string): readonly KeyEntry[] {
  if (group.kind !== "map")
    throw unusable(config, "a key group is not a mapping");
  const merged = items(group, "merge").flatMap((inner) =>
    readGroup(inner, config),
  );
  const maps = (name: string): readonly SopsMap[] =>
    items(group, name).filter((item) => item.kind === "map");
  return [
    ...merged,
    ...words(group, "age").map((text) => entry("age", { recipient: text })),
    ...words(group, "pgp").map((text) => entry("pgp", { fp: text })),
    ...maps("kms").map(kmsOf),
    ...maps("gcp_kms").map((map) =>
      entry("gcp_kms", { resource_id: textAt(map, "resource_id") }),
    ),
    ...maps("hckms").map((map) =>
      entry("hckms", { key_id: textAt(map, "key_id") }),
    ),
    ...maps("azure_keyvault").map((map) =>
      entry("azure_kv", {
        vault_url: textAt(map, "vaultUrl"),
        name: textAt(map, "key"),
        version: textAt(map, "version"),
      }),
    ),
    ...words(group, "hc_vault").map((text) => vaultEntry(text, config)),
  ];
}

function kmsOf(map: SopsMap): KeyEntry {
  const context = map.entries.get("context");
  const base = entry("kms", {
    arn: textAt(map, "arn"),
    role: textAt(map, "role"),
    aws_profile: textAt(map, "aws_profile"),
  });
  if (context?.kind !== "map") return base;
  return {
    ...base,
    context: new Map(
      [...context.entries.keys()].map((key) => [key, textAt(context, key)]),
    ),
  };
}

/** `arn` or `arn+role`. */
function kmsEntry(text: string, profile: string): KeyEntry {
  const [arn = "", role = ""] = text.split("+");
  return entry("kms", { arn, role, aws_profile: profile });
}

function azureEntry(text: string, config: string): KeyEntry {
  const match = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?$/u.exec(text);
  if (match === null)
    throw unusable(config, "an Azure key is not the address of a key");
  return entry("azure_kv", {
    vault_url: match[1] ?? "",
    name: match[2] ?? "",
    version: match[3] ?? "",
  });
}

function vaultEntry(text: string, config: string): KeyEntry {
  const match = /^(https?:\/\/[^/]+)\/v1\/(.+)\/keys\/([^/]+)\/?$/u.exec(text);
  if (match === null)
    throw unusable(config, "a Vault key is not the address of a transit key");
  return entry("hc_vault", {
    vault_address: match[1] ?? "",
    engine_path: match[2] ?? "",
    key_name: match[3] ?? "",
  });
}

function entry(
  type: KeyType,
  fields: Readonly<Record<string, string>>,
): KeyEntry {
  return {
    type,
    fields: new Map(Object.entries(fields).filter(([, value]) => value !== "")),
  };
}

function unique(group: readonly KeyEntry[]): readonly KeyEntry[] {
  const order = [...group].sort(
    (a, b) => KEY_TYPES.indexOf(a.type) - KEY_TYPES.indexOf(b.type),
  );
  return [...new Map(order.map((key) => [keyName(key), key])).values()];
}

function items(map: SopsMap, name: string): readonly SopsNode[] {
  const node = map.entries.get(name);
  return node?.kind === "list" ? node.items : [];
}

/** Comma-separated text or, since 3.11, a list. */
function words(map: SopsMap, name: string): readonly string[] {
  const node = map.entries.get(name);
  const texts =
    node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return texts
    .flatMap((item) =>
      item.kind === "map" || item.kind === "list"
        ? []
        : goText(item).split(","),
    )
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function textAt(map: SopsMap, key: string): string {
  const node = map.entries.get(key);
  return node === undefined || node.kind === "map" || node.kind === "list"
    ? ""
    : goText(node);
}

function unusable(config: string, what: string): Error {
  return sopsError("SEC022", config, `the rules cannot be used: ${what}`, {
    fix: "correct the configuration; its form is documented by SOPS, under creation rules",
    notDone: "nothing was written",
  });
}
