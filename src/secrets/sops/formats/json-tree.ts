import { isInt64 } from "../core/go-text.ts";
import type { ParseContext } from "../core/limits.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsMap, SopsNode, SopsScalar } from "../core/tree.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Reads JSON text as the tree SOPS sees. `JSON.parse` would lose the order of number-like keys,
 * duplicate keys and the text of numbers, and all three matter to the MAC.
 * @throws UserError SEC003 for text that is not JSON, duplicate keys, a document that is not an
 * object, and beyond the limits.
 */
export function parseJsonTree(text: string, context: ParseContext): SopsMap[] {
  const root = new JsonReader(text, context).document();
  if (root.kind === "map") return [root];
  throw sopsError("SEC003", context.file, "the document is not an object");
}

class JsonReader {
  readonly #text: string;
  readonly #context: ParseContext;
  #at = 0;
  #nodes = 0;

  constructor(text: string, context: ParseContext) {
    this.#text = text;
    this.#context = context;
  }

  document(): SopsNode {
    const node = this.#value([]);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#malformed();
    return node;
  }

  #value(path: readonly string[]): SopsNode {
    this.#count(path);
    this.#skip();
    const char = this.#text[this.#at];
    if (char === "{") return this.#object(path);
    if (char === "[") return this.#array(path);
    if (char === '"') return { kind: "str", text: this.#string() };
    if (this.#take("true")) return { kind: "bool", value: true };
    if (this.#take("false")) return { kind: "bool", value: false };
    if (this.#take("null")) return { kind: "null" };
    return this.#number();
  }

  #object(path: readonly string[]): SopsMap {
    const entries = new Map<string, SopsNode>();
    this.#at++;
    this.#skip();
    if (this.#take("}")) return { kind: "map", entries };
    do {
      this.#skip();
      const key = this.#string();
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
      this.#skip();
      this.#expect(":");
      entries.set(key, this.#value(inner));
      this.#skip();
    } while (this.#take(","));
    this.#expect("}");
    return { kind: "map", entries };
  }

  #array(path: readonly string[]): SopsNode {
    const items: SopsNode[] = [];
    this.#at++;
    this.#skip();
    if (this.#take("]")) return { kind: "list", items };
    do {
      items.push(this.#value([...path, String(items.length)]));
      this.#skip();
    } while (this.#take(","));
    this.#expect("]");
    return { kind: "list", items };
  }

  #string(): string {
    this.#expect('"');
    let out = "";
    for (;;) {
      const run = /[^"\\\u0000-\u001f]*/uy;
      run.lastIndex = this.#at;
      out += run.exec(this.#text)?.[0] ?? "";
      this.#at = run.lastIndex;
      if (this.#take('"')) return out;
      if (!this.#take("\\")) throw this.#malformed();
      out += this.#escape();
    }
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? "";
    this.#at++;
    if (char === "u") {
      const hex = this.#text.slice(this.#at, this.#at + 4);
      if (!/^[0-9a-fA-F]{4}$/u.test(hex)) throw this.#malformed();
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
    if (plain === undefined) throw this.#malformed();
    return plain;
  }

  #number(): SopsScalar {
    const shape = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/uy;
    shape.lastIndex = this.#at;
    const text = shape.exec(this.#text)?.[0];
    if (text === undefined) throw this.#malformed();
    this.#at += text.length;
    // Digits beyond those of a 64-bit integer are not worth a BigInt of unbounded size.
    if (/^-?\d{1,20}$/u.test(text)) {
      const value = BigInt(text);
      if (isInt64(value)) return { kind: "int", value };
    }
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.#malformed();
    return { kind: "float", value };
  }

  #skip(): void {
    const space = /[ \t\r\n]*/uy;
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#malformed();
  }

  #count(path: readonly string[]): void {
    this.#nodes++;
    const { maxDepth, maxNodes } = this.#context.limits;
    if (path.length > maxDepth)
      throw sopsError("SEC003", this.#context.file, "values nested too deep", {
        why: `at most ${String(maxDepth)} levels are read`,
      });
    if (this.#nodes > maxNodes)
      throw sopsError("SEC003", this.#context.file, "too many values", {
        why: `at most ${String(maxNodes)} are read`,
      });
  }

  #malformed(): Error {
    const before = this.#text.slice(0, this.#at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return sopsError(
      "SEC003",
      this.#context.file,
      `line ${String(before.length)}, column ${String(column)} is not valid JSON`,
    );
  }
}
