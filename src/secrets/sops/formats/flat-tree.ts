import { argumentWord } from "../../../util/shell-word.ts";
import { FLAT_PREFIX, unflattenMetadata } from "./flat-metadata.ts";
import type { ParseContext } from "../core/limits.ts";
import { sopsError } from "../core/sops-error.ts";
import { sopsString, type SopsMap, type SopsNode } from "../core/tree.ts";

/**
 * Reads dotenv text as the tree SOPS sees: a line is a name, the first `=`, and the rest as it
 * stands; `\n` in a value is a line break. There are no quotes and no types. The flat metadata
 * becomes the entry `sops`.
 * @throws UserError SEC003 for a line that is neither, for names that occur twice, and beyond the
 * limits.
 */
export function parseDotenvTree(
  text: string,
  context: ParseContext,
): SopsMap[] {
  const values = new Map<string, SopsNode>();
  const metadata: [string, string][] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    if (equals < 0) throw malformed(context, at);
    const name = line.slice(0, equals);
    if (name.startsWith(FLAT_PREFIX) && line.endsWith("\r"))
      throw carriageReturns(context);
    const value = unescapeNewlines(line.slice(equals + 1));
    add({ values, metadata }, [name, value], context);
  }
  return [withMetadata(values, metadata, context)];
}

/**
 * Reads ini text as far as it goes without a key: sections, names and values, one per line. What it
 * gives is for finding a value and telling whether its ciphertext changed; the values themselves
 * come from the `sops` program, whose reading is the one that counts.
 * @throws UserError SEC003 for a line that is none of these, and beyond the limits.
 */
export function parseIniTree(text: string, context: ParseContext): SopsMap[] {
  const sections = new Map<string, SopsNode>();
  const metadata: [string, string][] = [];
  let name = "DEFAULT";
  let values = new Map<string, SopsNode>();
  const close = (): void => {
    if (name !== "sops" && (values.size > 0 || name !== "DEFAULT"))
      sections.set(name, { kind: "map", entries: values });
  };
  const lines = text.split(/\r?\n/u);
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? "").trim();
    if (line === "" || /^[;#]/u.test(line)) continue;
    const section = /^\[([^\]]*)\]$/u.exec(line)?.[1];
    if (section !== undefined) {
      close();
      name = section;
      values = new Map();
      continue;
    }
    const pair = /^([^=:]+?)\s*[=:]\s*(.*)$/u.exec(line);
    if (pair?.[1] === undefined) throw malformed(context, at);
    const quoted = quotedIniValue(lines, at, pair[2] ?? "");
    at = quoted.at;
    const value = unescapeNewlines(quoted.value);
    if (name === "sops") metadata.push([pair[1], value]);
    else add({ values, metadata: [] }, [pair[1], value], context);
  }
  close();
  return [withMetadata(sections, metadata, context)];
}

/**
 * A value in its quotes, which go over several lines where there are three of them. @returns the
 * line it ends on as well.
 */
function quotedIniValue(
  lines: readonly string[],
  start: number,
  text: string,
): { readonly value: string; readonly at: number } {
  if (!text.startsWith('"""'))
    return { value: text.replace(/^([`"'])(.*)\1$/su, "$2"), at: start };
  let at = start;
  let value = text.slice(3);
  while (!value.trimEnd().endsWith('"""') && at + 1 < lines.length)
    value += `\n${lines[++at] ?? ""}`;
  return { value: value.trimEnd().replace(/"""$/u, ""), at };
}

function add(
  into: {
    readonly values: Map<string, SopsNode>;
    readonly metadata: [string, string][];
  },
  [name, value]: readonly [string, string],
  context: ParseContext,
): void {
  if (name.startsWith(FLAT_PREFIX)) {
    into.metadata.push([name.slice(FLAT_PREFIX.length), value]);
    return;
  }
  if (into.values.has(name))
    throw sopsError("SEC003", context.file, "a key that occurs twice", {
      path: [name],
      why: "programs disagree on which of the two counts",
      fix: "keep one of them and encrypt the file again",
    });
  into.values.set(name, sopsString(value));
  if (into.values.size > context.limits.maxNodes)
    throw sopsError("SEC003", context.file, "too many values", {
      why: `at most ${String(context.limits.maxNodes)} are read`,
    });
}

function withMetadata(
  values: Map<string, SopsNode>,
  pairs: readonly (readonly [string, string])[],
  context: ParseContext,
): SopsMap {
  if (pairs.length === 0) return { kind: "map", entries: values };
  const metadata = unflattenMetadata(pairs);
  if (metadata === undefined)
    throw sopsError("SEC012", context.file, "metadata that contradicts itself");
  return { kind: "map", entries: new Map([...values, ["sops", metadata]]) };
}

function unescapeNewlines(text: string): string {
  return text.replaceAll("\\n", "\n");
}

/** SOPS never ends a line of the metadata so, and takes the mark for a part of each value. */
function carriageReturns({ file }: ParseContext): Error {
  return sopsError("SEC003", file, "its lines end in CR LF", {
    why: "something converted the line ends after the file was encrypted, and to dotenv a carriage return is part of the value",
    fix: `turn them back, for example with: sed -i 's/\\r$//' ${argumentWord(file)}; and keep git from converting: *.env -text in .gitattributes`,
  });
}

function malformed(context: ParseContext, at: number): Error {
  return sopsError(
    "SEC003",
    context.file,
    `line ${String(at + 1)} is neither a comment nor a name and a value`,
  );
}
