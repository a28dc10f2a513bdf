import { isDeepStrictEqual } from "node:util";
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Pair } from "yaml";
import { UserError } from "../../../domain/problem/error.ts";
import { publicName } from "../keys/key-names.ts";
import { folderPattern, parseCreationRule } from "./sops-config.ts";

/** A rule for the files of secrets of one folder. */
export interface FolderRule {
  /** A file of the folder, relative to the configuration, with forward slashes. */
  readonly path: string;
  /** Public age keys: they and nobody else. */
  readonly recipients: readonly string[];
}

const HEAD =
  "# Read by sops and tieline when a file of secrets is written: who can open it.\n";

/** The rule as it stands in a list. */
export function ruleText(
  { path, recipients }: FolderRule,
  indent: string,
  lineEnd = "\n",
): string {
  return [
    `${indent}- path_regex: ^${folderPattern(path)}`,
    `${indent}  age: ${recipients.join(",")}`,
    "",
  ].join(lineEnd);
}

/** The rule on one line, for messages. */
export function ruleLine({ path, recipients }: FolderRule): string {
  return `- { path_regex: '^${folderPattern(path)}', age: '${recipients.join(",")}' }`;
}

/**
 * The text of a `.sops.yaml` with the rule before all others; everything else of it stays as it is,
 * byte by byte. What it gives was read back: the file gets exactly these recipients, and the other
 * rules are what they were.
 * @param text - what is there; `null` for a configuration that does not exist yet.
 * @returns the same text when it says so already, `undefined` when no place for the rule was found.
 */
export async function withFolderRule(
  text: string | null,
  rule: FolderRule,
): Promise<string | undefined> {
  if (text === null) return `${HEAD}creation_rules:\n${ruleText(rule, "  ")}`;
  if (await givesExactly(text, rule)) return text;
  const changed = inserted(text, rule);
  return changed !== undefined &&
    (await givesExactly(changed, rule)) &&
    keepsTheRest(text, changed)
    ? changed
    : undefined;
}

async function givesExactly(
  text: string,
  { path, recipients }: FolderRule,
): Promise<boolean> {
  try {
    const found = await parseCreationRule(text, ".sops.yaml", path);
    const [group = [], ...others] = found?.keyGroups ?? [];
    return (
      found?.isRuleDefault === true &&
      !found.macOnlyEncrypted &&
      found.shamirThreshold === 0 &&
      others.length === 0 &&
      group.every(({ type }) => type === "age") &&
      isDeepStrictEqual(group.map(publicName).sort(), [...recipients].sort())
    );
  } catch (error) {
    // No rule for the file, or rules that cannot be used: either way not what is asked for.
    if (error instanceof UserError) return false;
    throw error;
  }
}

function inserted(text: string, rule: FolderRule): string | undefined {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const place = placeOfRule(text);
  if (place === undefined) return undefined;
  const { at, indent, isNewList } = place;
  const before = text.slice(0, at);
  const start =
    before === "" || before.endsWith("\n") ? before : before + lineEnd;
  const head = isNewList ? `creation_rules:${lineEnd}` : "";
  return start + head + ruleText(rule, indent, lineEnd) + text.slice(at);
}

interface RulePlace {
  readonly at: number;
  /** White space before the dash. */
  readonly indent: string;
  readonly isNewList: boolean;
}

/** Where a first rule goes; `undefined` in a text of another form. */
function placeOfRule(text: string): RulePlace | undefined {
  const document = parseDocument(text, { keepSourceTokens: true });
  if (document.errors.length > 0) return undefined;
  const root: unknown = document.contents;
  const atEnd = { at: text.length, indent: "  ", isNewList: true };
  if (root === null || isNull(root)) return atEnd;
  if (!isMap(root) || root.flow === true) return undefined;
  const pair = root.items.find(isRules);
  if (pair === undefined) return atEnd;
  const indent = indentOf(pair);
  if (indent === undefined || !isScalar(pair.key)) return undefined;
  // Straight below the key: comments above the first rule stay with that rule.
  const lineBreak = text.indexOf("\n", pair.key.range?.[1]);
  const at = lineBreak < 0 ? text.length : lineBreak + 1;
  return { at, indent, isNewList: false };
}

function isNull(node: unknown): boolean {
  return isScalar(node) && node.value === null;
}

function isRules({ key }: Pair): boolean {
  return isScalar(key) && key.value === "creation_rules";
}

/**
 * The white space before the dashes of a list that has lines of its own; `undefined` for a value of
 * another form.
 */
function indentOf({ value }: Pair): string | undefined {
  if (value === null || isNull(value)) return "  ";
  if (!isSeq(value) || value.flow === true) return undefined;
  const token = value.srcToken;
  return token?.type === "block-seq" ? " ".repeat(token.indent) : undefined;
}

/** Whether the new text is the old one with one rule more, in front. */
function keepsTheRest(before: string, after: string): boolean {
  const was = plainConfig(before);
  const is = plainConfig(after);
  return (
    was !== undefined &&
    is !== undefined &&
    isDeepStrictEqual(was.rules, is.rules.slice(1)) &&
    isDeepStrictEqual(was.others, is.others)
  );
}

function plainConfig(
  text: string,
): { readonly rules: readonly unknown[]; readonly others: object } | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0 || isAlias(document.contents))
    return undefined;
  try {
    const plain: unknown = document.toJS() ?? {};
    if (typeof plain !== "object" || plain === null) return undefined;
    const { creation_rules: rules = null, ...others } = Object.fromEntries(
      Object.entries(plain),
    ) as Record<string, unknown>;
    return { rules: Array.isArray(rules) ? rules : [], others };
  } catch {
    // More aliases than the package expands: such a file is left to its author.
    return undefined;
  }
}
