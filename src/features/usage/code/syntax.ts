import type { SyntaxNode } from "@lezer/common";

/** Deepest expression that is taken apart; what is nested deeper is opaque. */
export const MAX_DEPTH = 40;

/**
 * Calls that are looked at in one file: more than any written by hand, few enough for a file made
 * to keep the scan busy.
 */
export const MAX_CALLS: number = 5_000;

/** The text of a file with what reads it off the parser's tree. */
export class Source {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  of({ from, to }: { readonly from: number; readonly to: number }): string {
    return this.text.slice(from, to);
  }
}

/** The children of a node, comments and marks of errors left out. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (!child.type.isError && !child.name.endsWith("Comment"))
      children.push(child);
  return children;
}

/** Splits the children between an opening and a closing mark at their commas. */
export function commaSeparated(node: SyntaxNode): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [];
  let group: SyntaxNode[] = [];
  for (const child of childrenOf(node)) {
    if ("([{)]}".includes(child.name)) continue;
    if (child.name === ",") {
      groups.push(group);
      group = [];
    } else group.push(child);
  }
  groups.push(group);
  return groups.filter((each) => each.length > 0);
}

/** Nodes of a call that are looked at for errors; a call with more counts as broken. */
const MAX_NODES = 5_000;

/** True when the parser had to guess somewhere in a node. */
export function isBroken(node: SyntaxNode): boolean {
  const cursor = node.cursor();
  for (let count = 0; count < MAX_NODES; count += 1) {
    if (cursor.from >= node.to) return false;
    if (cursor.type.isError) return true;
    if (!cursor.next()) return false;
  }
  return true;
}

const ESCAPE =
  /\\(?:u\{([0-9a-fA-F]{1,6})\}|[ux]([0-9a-fA-F]{4}|[0-9a-fA-F]{2})|\r\n|[\s\S])/gu;
const SHORT: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  0: "\0",
  "\n": "",
  "\r\n": "",
};

/**
 * What a string literal says, given what stands between its quotes. Both languages spell their
 * common escapes alike.
 */
export function unescaped(inner: string): string {
  return inner.replace(ESCAPE, (whole, braced?: string, digits?: string) => {
    const code = braced ?? digits;
    if (code === undefined) return SHORT[whole.slice(1)] ?? whole.slice(1);
    const point = Number.parseInt(code, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : "\uFFFD";
  });
}
