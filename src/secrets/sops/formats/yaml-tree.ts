import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
} from "yaml";
import type { ParseContext } from "../core/limits.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsMap, SopsNode, SopsScalar } from "../core/tree.ts";
import { isNestedTooDeep } from "./yaml-depth.ts";
import { YamlBreaks } from "./yaml-breaks.ts";
import { resolvePlainScalar, resolveTaggedScalar } from "./yaml-scalar.ts";

/**
 * Reads YAML text as the trees SOPS sees: one map per document, aliases expanded, `<<` an ordinary
 * key, scalars typed as go-yaml types them.
 * @throws UserError SEC003 for text that is not well-formed, duplicate keys, keys that are not text
 * or a document that is not a map; SEC003 beyond the limits.
 */
export function parseYamlTree(text: string, context: ParseContext): SopsMap[] {
  const { file, limits } = context;
  if (isNestedTooDeep(text, limits.maxDepth)) throw tooDeep(context);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    // Otherwise the package makes its own values of `!!binary`, `!!set` and the like.
    resolveKnownTags: false,
    // The package compares each key with all before it; a hostile map would take minutes. Keys are
    // checked below.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
    lineCounter: lines,
  });
  if ("empty" in documents)
    throw sopsError("SEC003", file, "the file is empty");
  const breaks = new YamlBreaks(text, file);
  const trees = documents.map((document) => {
    const [error] = document.errors;
    if (error?.code === "RESOURCE_EXHAUSTION") throw tooDeep(context);
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw sopsError(
        "SEC003",
        file,
        `line ${String(line)}, column ${String(col)} is not valid YAML (${error.code.toLowerCase().replaceAll("_", " ")})`,
      );
    }
    return new TreeBuilder(context, breaks).build(document.contents);
  });
  breaks.assertUnderstood();
  return trees;
}

interface Anchored {
  readonly node: SopsNode;
  readonly nodes: number;
  readonly depth: number;
}

/**
 * Turns the nodes of one document into a tree; counts as it goes, so that an alias bomb stops
 * early.
 */
class TreeBuilder {
  readonly #context: ParseContext;
  readonly #breaks: YamlBreaks;
  readonly #anchors = new Map<string, Anchored>();
  #nodes = 0;
  #deepest = 0;

  constructor(context: ParseContext, breaks: YamlBreaks) {
    this.#context = context;
    this.#breaks = breaks;
  }

  build(contents: unknown): SopsMap {
    if (contents === null) return { kind: "map", entries: new Map() };
    const node = isScalar(contents) && contents.source === "" ? null : contents;
    const root = node === null ? null : this.#node(node, []);
    if (root === null) return { kind: "map", entries: new Map() };
    if (root.kind === "map") return root;
    throw sopsError("SEC003", this.#context.file, "the document is not a map");
  }

  #node(node: unknown, path: readonly string[]): SopsNode {
    this.#count(1, path.length, path);
    if (isAlias(node)) return this.#alias(node.source, path);
    const before = this.#nodes;
    const outer = this.#deepest;
    this.#deepest = path.length;
    const built = this.#content(node, path);
    const anchor =
      isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined)
      this.#anchors.set(anchor, {
        node: built,
        nodes: this.#nodes - before + 1,
        depth: this.#deepest - path.length,
      });
    this.#deepest = Math.max(outer, this.#deepest);
    return built;
  }

  #content(node: unknown, path: readonly string[]): SopsNode {
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node))
      return {
        kind: "list",
        items: node.items.map((item, at) =>
          this.#node(item, [...path, String(at)]),
        ),
      };
    if (isScalar(node)) return this.#scalar(node, path);
    // A value that is left out (`key:` at the end of a flow map) has no node.
    return { kind: "null" };
  }

  #map(map: YAMLMap, path: readonly string[]): SopsMap {
    const entries = new Map<string, SopsNode>();
    for (const pair of map.items) {
      const key = this.#key(pair.key, path);
      const inner = [...path, key];
      if (entries.has(key))
        throw sopsError(
          "SEC003",
          this.#context.file,
          "a key that occurs twice",
          {
            path: inner,
            why: "programs disagree on which of the two counts",
            fix: "keep one of them and encrypt the file again",
          },
        );
      entries.set(key, this.#node(pair.value, inner));
    }
    return { kind: "map", entries };
  }

  /**
   * A key must be text, as upstream has it: unquoted numbers, dates, `true` and `null` are none.
   */
  #key(key: unknown, path: readonly string[]): string {
    if (isScalar(key)) {
      const node = this.#scalar(key, path);
      if (key.anchor !== undefined)
        this.#anchors.set(key.anchor, { node, nodes: 1, depth: 0 });
      if (node.kind === "str") return node.text;
    }
    throw sopsError("SEC003", this.#context.file, "a key that is not text", {
      path,
      fix: "put the key in quotes",
    });
  }

  #scalar(node: Scalar, path: readonly string[]): SopsScalar {
    const text = this.#breaks.valueOf(node);
    if (node.tag !== undefined && node.tag !== "!") {
      const tagged = resolveTaggedScalar(node.tag, text);
      if (tagged !== undefined) return tagged;
      throw sopsError(
        "SEC003",
        this.#context.file,
        "a value that does not fit its tag",
        { path },
      );
    }
    return node.type === Scalar.PLAIN && node.tag === undefined
      ? resolvePlainScalar(text)
      : { kind: "str", text };
  }

  #alias(name: string, path: readonly string[]): SopsNode {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined)
      throw sopsError(
        "SEC003",
        this.#context.file,
        "an alias to nothing before it",
        { path },
      );
    this.#count(anchored.nodes, path.length + anchored.depth, path);
    return anchored.node;
  }

  #count(nodes: number, depth: number, path: readonly string[]): void {
    this.#nodes += nodes;
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > this.#context.limits.maxDepth) throw tooDeep(this.#context);
    if (this.#nodes > this.#context.limits.maxNodes)
      throw sopsError("SEC003", this.#context.file, "too many values", {
        path,
        why: `at most ${String(this.#context.limits.maxNodes)} are read, aliases counted at full size`,
      });
  }
}

function tooDeep(context: ParseContext): Error {
  return sopsError("SEC003", context.file, "values nested too deep", {
    why: `at most ${String(context.limits.maxDepth)} levels are read`,
  });
}
