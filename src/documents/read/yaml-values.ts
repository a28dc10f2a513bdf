import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Node,
  type Pair,
} from "yaml";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { JsonValue } from "../../domain/json.ts";
import { rangeOf, type Place } from "./document.ts";
import { isKnownName } from "./members.ts";
import { locationText, report, type Report } from "./report.ts";
import { findControlCharacter, quoted } from "./safe-text.ts";
import type { TextSource } from "./text-source.ts";

/** Deepest nesting of a document. */
export const MAX_DEPTH: number = 100;
/** Most values in a document, those repeated by aliases counted each time. */
export const MAX_NODES: number = 50_000;
// A file that repeats one mistake at every line would otherwise bury the terminal.
const MAX_PROBLEMS = 20;

/** Names that JavaScript gives a meaning of its own on every object. */
export const REFUSED_KEYS: ReadonlySet<string> = new Set([
  "__proto__",
  "constructor",
  "prototype",
]);
const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/u;

interface Anchored {
  readonly node: Node;
  value?: JsonValue;
  /** Values below, itself included. */
  nodes: number;
  /** Levels below. */
  height: number;
}

/**
 * Turns the nodes of one document into plain values and says what it refuses: keys that are no
 * text, occur twice or mean something to JavaScript, tags and numbers that JSON does not have,
 * control characters, and aliases that multiply beyond the limits. An alias gives the very value of
 * its anchor, so that a small file cannot become a large value in memory.
 */
export class ValueReader {
  readonly aliases: Map<Alias, Node> = new Map();
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: TextSource;
  readonly #anchors = new Map<string, Anchored>();
  #nodes = 0;
  #deepest = 0;
  #isStopped = false;

  constructor(source: TextSource) {
    this.#source = source;
  }

  read(node: unknown, depth = 0): JsonValue {
    if (this.#isStopped) return null;
    this.#nodes += 1;
    this.#deepest = Math.max(this.#deepest, depth);
    if (this.#nodes > MAX_NODES)
      return this.#stop(
        node,
        `it has more than ${MAX_NODES.toLocaleString("en")} values, those that aliases repeat included`,
      );
    if (depth > MAX_DEPTH)
      return this.#stop(
        node,
        `it is nested deeper than ${String(MAX_DEPTH)} levels`,
      );
    if (isAlias(node)) return this.#readAlias(node, depth);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
    if (node.tag !== undefined && !CORE_TAG.test(node.tag))
      this.#refuseTag(node);
    if (node.anchor === undefined) return this.#readPlain(node, depth);
    return this.#readAnchored(node, node.anchor, depth);
  }

  #readPlain(node: Node, depth: number): JsonValue {
    if (isMap(node)) return this.#readMap(node, depth);
    if (isSeq(node))
      return node.items.map((item) => this.read(item, depth + 1));
    return isScalar(node) ? this.#readScalar(node, node.value) : null;
  }

  #readAnchored(node: Node, name: string, depth: number): JsonValue {
    const before = { nodes: this.#nodes, deepest: this.#deepest };
    const anchored: Anchored = { node, nodes: 0, height: 0 };
    this.#anchors.set(name, anchored);
    this.#deepest = depth;
    const value = this.#readPlain(node, depth);
    anchored.value = value;
    anchored.nodes = this.#nodes - before.nodes + 1;
    anchored.height = this.#deepest - depth;
    this.#deepest = Math.max(before.deepest, this.#deepest);
    return value;
  }

  #readAlias(node: Alias, depth: number): JsonValue {
    const anchored = this.#anchors.get(node.source);
    if (anchored?.value === undefined) {
      const isOpen = anchored !== undefined;
      this.#refuse(node, {
        code: "CFG001",
        message: isOpen
          ? "an alias stands inside its own anchor"
          : "an alias has no anchor before it",
        why: "an alias repeats a value that came before it in the same document",
        fix: "write the value out",
      });
      return null;
    }
    this.aliases.set(node, anchored.node);
    this.#nodes += anchored.nodes - 1;
    this.#deepest = Math.max(this.#deepest, depth + anchored.height);
    if (this.#nodes > MAX_NODES)
      return this.#stop(
        node,
        `its aliases repeat more than ${MAX_NODES.toLocaleString("en")} values`,
      );
    if (this.#deepest > MAX_DEPTH)
      return this.#stop(
        node,
        `its aliases nest deeper than ${String(MAX_DEPTH)} levels`,
      );
    return anchored.value;
  }

  #readMap(node: Node, depth: number): JsonValue {
    const out: Record<string, JsonValue> = {};
    const seen = new Map<string, unknown>();
    if (!isMap(node)) return out;
    for (const pair of node.items) {
      const name = this.#readKey(pair, seen);
      const value = this.read(pair.value, depth + 1);
      if (name !== undefined) out[name] = value;
    }
    return out;
  }

  /** The key's text, or `undefined` when it was refused. */
  #readKey({ key }: Pair, seen: Map<string, unknown>): string | undefined {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== "string") {
      this.#refuse(key, {
        code: "CFG001",
        message: "a key is not text",
        why: "keys are names; YAML reads this one as another type",
        fix: "put the key in quotes",
      });
      return undefined;
    }
    if (name === "<<") {
      this.#refuse(key, {
        code: "CFG001",
        message: 'the merge key "<<" is refused',
        why: "merge keys left the language with YAML 1.2; programs disagree on what they mean",
        fix: "write the fields out, or move them to the base document and use an overlay",
      });
      return undefined;
    }
    if (REFUSED_KEYS.has(name) || findControlCharacter(name) >= 0) {
      this.#refuse(key, {
        code: "CFG001",
        message: REFUSED_KEYS.has(name)
          ? `the key ${quoted(name)} is refused`
          : "a key holds a control character",
        why: "it means something to programs that read the document",
        fix: "remove it",
      });
      return undefined;
    }
    if (seen.has(name)) {
      const first = locationText(this.#placeOf(seen.get(name)));
      this.#refuse(key, {
        code: "CFG001",
        message: `${isKnownName(name) ? `the key ${quoted(name)}` : "a key"} occurs twice in one mapping; the first is at ${first}`,
        why: "one of the two values would be lost",
        fix: "remove one of them",
      });
      return undefined;
    }
    seen.set(name, key);
    return name;
  }

  #readScalar(node: Node, value: unknown): JsonValue {
    if (typeof value === "string") {
      if (findControlCharacter(value) >= 0)
        this.#refuse(node, {
          code: "CFG001",
          message: "a value holds a control character",
          why: "control characters change what terminals, logs and HTTP headers make of a value",
          fix: "remove the escape sequence",
        });
      return value;
    }
    if (typeof value === "number") {
      if (
        Number.isFinite(value) &&
        (!Number.isInteger(value) || Number.isSafeInteger(value))
      )
        return value;
      this.#refuse(node, {
        code: "CFG001",
        message: "a number has no exact value",
        why: "infinities, NaN and whole numbers beyond 2^53 cannot be kept as JSON numbers",
        fix: "write it as text, in quotes, or use a smaller number",
      });
      return null;
    }
    return typeof value === "boolean" ? value : null;
  }

  #refuseTag(node: Node): void {
    this.#refuse(node, {
      code: "CFG001",
      message: "a tag is refused",
      why: "values are text, numbers, booleans, null, lists and mappings; tags ask a program for more",
      fix: "remove the tag (the word that starts with an exclamation mark)",
    });
  }

  #refuse(node: unknown, problem: Report): void {
    if (this.diagnostics.length >= MAX_PROBLEMS) return;
    this.diagnostics.push(report(this.#placeOf(node), problem));
  }

  #stop(node: unknown, what: string): null {
    this.#isStopped = true;
    this.#refuse(node, {
      code: "CFG004",
      message: `the document is too large: ${what}`,
      why: "limits keep a small file from using up memory or time",
      fix: "split or flatten the document",
    });
    return null;
  }

  #placeOf(node: unknown): Place {
    const range = rangeOf(node) ?? [0, 0];
    return { source: this.#source, start: range[0], end: range[1] };
  }
}
