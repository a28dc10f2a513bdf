import { FLAT_PREFIX, unflattenMetadata } from "./flat-metadata.ts";
import type { ParseContext } from "./limits.ts";
import { sopsError } from "./sops-error.ts";
import { sopsString, type SopsMap, type SopsNode } from "./tree.ts";

/**
 * Reads dotenv text as the tree SOPS sees: a line is a name, the first `=`, and the rest as it stands; `\n` in a value is a line break.
 * There are no quotes and no types. The flat metadata becomes the entry `sops`.
 * @throws UserError SEC003 for a line that is neither, and for names that occur twice; SEC004 beyond the limits.
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
    const value = unescapeNewlines(line.slice(equals + 1));
    add({ values, metadata }, [name, value], context);
  }
  return [withMetadata(values, metadata, context)];
}

/**
 * Reads ini text as far as it goes without a key: sections, names and values, one per line. What it gives is for finding a value and
 * telling whether its ciphertext changed; the values themselves come from the `sops` program, whose reading is the one that counts.
 * @throws UserError SEC003 for a line that is none of these; SEC004 beyond the limits.
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
  for (const [at, raw] of text.split(/\r?\n/u).entries()) {
    const line = raw.trim();
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
    const value = unescapeNewlines(pair[2] ?? "");
    if (name === "sops") metadata.push([pair[1], value]);
    else add({ values, metadata: [] }, [pair[1], value], context);
  }
  close();
  return [withMetadata(sections, metadata, context)];
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
    throw sopsError("SEC004", context.file, "too many values", {
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
    throw sopsError("SEC006", context.file, "metadata that contradicts itself");
  return { kind: "map", entries: new Map([...values, ["sops", metadata]]) };
}

function unescapeNewlines(text: string): string {
  return text.replaceAll("\\n", "\n");
}

function malformed(context: ParseContext, at: number): Error {
  return sopsError(
    "SEC003",
    context.file,
    `line ${String(at + 1)} is neither a comment nor a name and a value`,
  );
}
