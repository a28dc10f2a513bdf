import { parseEncText } from "../core/enc-text.ts";
import type { LayoutEntry, LayoutNode } from "./layout.ts";

/**
 * Where the parts of JSON text stand. The text was parsed and checked before, so that nothing is
 * checked here.
 */
export function jsonLayout(text: string): readonly LayoutNode[] {
  return [new JsonScanner(text).value()];
}

class JsonScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): LayoutNode {
    this.#skip();
    const char = this.#text[this.#at];
    if (char === "{") return this.#object();
    if (char === "[") return this.#array();
    const start = this.#at;
    this.#token();
    return { kind: "leaf", start, end: this.#at, form: "inline", isFlow: true };
  }

  #object(): LayoutNode {
    const start = this.#at++;
    const entries: LayoutEntry[] = [];
    while (!this.#closes("}")) {
      const keyStart = this.#at;
      const key = String(JSON.parse(this.#token()));
      this.#skip();
      const valueStart = ++this.#at;
      entries.push({ key, start: keyStart, valueStart, node: this.value() });
    }
    return { kind: "map", start, end: this.#at, isFlow: true, entries };
  }

  #array(): LayoutNode {
    const start = this.#at++;
    const items: { start: number; node: LayoutNode }[] = [];
    const comments: { start: number; node: LayoutNode }[] = [];
    while (!this.#closes("]")) {
      const node = this.value();
      const isComment =
        node.kind === "leaf" &&
        parseEncText(this.#text.slice(node.start + 1, node.end - 1))?.label ===
          "comment";
      (isComment ? comments : items).push({ start: node.start, node });
    }
    return {
      kind: "list",
      start,
      end: this.#at,
      isFlow: true,
      items,
      comments,
    };
  }

  /** Passes blanks and a comma; true, and past it, when the container closes here. */
  #closes(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] === ",") {
      this.#at++;
      this.#skip();
    }
    const isEnd =
      this.#text[this.#at] === mark || this.#at >= this.#text.length;
    if (isEnd) this.#at++;
    return isEnd;
  }

  #token(): string {
    const shape = /"(?:[^"\\]|\\[\s\S])*"|[^\s,\]}:]+/uy;
    shape.lastIndex = this.#at;
    const token = shape.exec(this.#text)?.[0] ?? "";
    this.#at += Math.max(1, token.length);
    return token;
  }

  #skip(): void {
    const space = /[ \t\r\n]*/uy;
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }
}
