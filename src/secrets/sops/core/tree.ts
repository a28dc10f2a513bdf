/**
 * The value tree of a SOPS file, before and after decryption. Maps are `Map`s: `__proto__` is a
 * legal key, and order matters to the MAC.
 */
export type SopsNode = SopsMap | SopsList | SopsScalar;

/** A mapping; keys are unique and in document order. */
export interface SopsMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, SopsNode>;
}

/** A sequence. */
export interface SopsList {
  readonly kind: "list";
  readonly items: readonly SopsNode[];
}

/**
 * Text. `bytes` is there only when the plaintext is not valid UTF-8, which `text` then cannot
 * express.
 */
export interface SopsString {
  readonly kind: "str";
  readonly text: string;
  readonly bytes?: Uint8Array;
}

/** A leaf, with the types the format can tell apart. `time` holds RFC 3339 text in Go's form. */
export type SopsScalar =
  | SopsString
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "time"; readonly text: string }
  | { readonly kind: "null" };

/** Makes a text leaf. */
export function sopsString(text: string): SopsString {
  return { kind: "str", text };
}

/**
 * The node below a map at a path of keys and list positions; `undefined` when it leads nowhere.
 * List positions are canonical decimal numbers from 0.
 */
export function nodeAt(
  root: SopsMap,
  path: readonly string[],
): SopsNode | undefined {
  let node: SopsNode | undefined = root;
  for (const segment of path) {
    if (node?.kind === "map") node = node.entries.get(segment);
    else if (node?.kind === "list" && /^(?:0|[1-9]\d{0,8})$/u.test(segment))
      node = node.items[Number(segment)];
    else return undefined;
  }
  return node;
}

/**
 * The map keys of a path: what a value is bound to and what rules look at. List positions are left
 * out.
 */
export function keysOfPath(
  root: SopsMap,
  path: readonly string[],
): readonly string[] {
  return path.filter(
    (_, at) => nodeAt(root, path.slice(0, at))?.kind !== "list",
  );
}
