import {
  additionalDataOf,
  encryptEncText,
  parseEncText,
} from "../core/enc-text.ts";
import { macBytes } from "../core/go-text.ts";
import type { OpenedSops } from "./open.ts";
import { sopsString, type SopsNode, type SopsScalar } from "../core/tree.ts";
import { classifyLeaf, mapLeaves, type LeafPlace } from "../core/walk.ts";

/**
 * Encrypts values for one data key, and gives a value that the file already had at its place the
 * very text it had there: so unchanged values do not show up as changed. The same key, nonce, value
 * and place give the same text, so nothing is weakened by it.
 */
export class CipherStash {
  readonly #dataKey: Uint8Array;
  readonly #known = new Map<string, string>();
  readonly #plain = new Map<string, SopsScalar>();

  constructor(dataKey: Uint8Array) {
    this.#dataKey = dataKey;
  }

  /** Remembers every ciphertext of a file that has the same data key. */
  learn(opened: OpenedSops): void {
    const { file } = opened;
    opened.documents.forEach((plainTree, index) => {
      const plain: SopsScalar[] = [];
      mapLeaves(plainTree, file.rule, (leaf) => {
        plain.push(leaf);
        return leaf;
      });
      let at = 0;
      const raw = file.documents[index];
      if (raw === undefined) return;
      mapLeaves(raw, file.rule, (leaf, place) => {
        const value = plain[at++];
        const isCipher = classifyLeaf(leaf, place, file.path).kind === "cipher";
        if (isCipher && leaf.kind === "str" && value !== undefined)
          this.#remember(leaf.text, value, place.keys);
        return leaf;
      });
    });
  }

  /** The scalar as it stands in the file: empty text and null stay as they are. */
  encrypt(scalar: SopsScalar, keys: readonly string[]): SopsScalar {
    if (scalar.kind === "null") return scalar;
    if (
      scalar.kind === "str" &&
      scalar.text === "" &&
      scalar.bytes === undefined
    )
      return scalar;
    const additionalData = additionalDataOf(keys);
    const label = scalar.kind;
    const known = this.#known.get(stashKey(additionalData, label, scalar));
    return sopsString(
      known ??
        encryptEncText(macBytes(scalar), this.#dataKey, {
          additionalData,
          label,
        }),
    );
  }

  /**
   * The value of a ciphertext that stood at these keys in a file that was learnt; `undefined` for
   * any other text.
   */
  plainOf(cipherText: string, keys: readonly string[]): SopsScalar | undefined {
    return this.#plain.get(`${additionalDataOf(keys)}\0${cipherText}`);
  }

  /** A tree with every leaf that the rule covers encrypted. */
  encryptTree(
    node: SopsNode,
    keys: readonly string[],
    isEncrypted: (keys: readonly string[]) => boolean,
  ): SopsNode {
    if (node.kind === "map")
      return {
        kind: "map",
        entries: new Map(
          [...node.entries].map(([key, child]) => [
            key,
            this.encryptTree(child, [...keys, key], isEncrypted),
          ]),
        ),
      };
    if (node.kind === "list")
      return {
        kind: "list",
        items: node.items.map((item) =>
          this.encryptTree(item, keys, isEncrypted),
        ),
      };
    return isEncrypted(keys) ? this.encrypt(node, keys) : node;
  }

  #remember(text: string, value: SopsScalar, keys: readonly string[]): void {
    const label = parseEncText(text)?.label ?? "";
    const additionalData = additionalDataOf(keys);
    this.#known.set(stashKey(additionalData, label, value), text);
    this.#plain.set(`${additionalData}\0${text}`, value);
  }
}

/** Whether a leaf below these keys is encrypted. */
export function coveredBy(
  rule: OpenedSops["file"]["rule"],
): (keys: LeafPlace["keys"]) => boolean {
  return (keys) => rule.isEncrypted(keys.some((key) => rule.matchesKey(key)));
}

function stashKey(
  additionalData: string,
  label: string,
  value: SopsScalar,
): string {
  return `${additionalData}\0${label}\0${Buffer.from(macBytes(value)).toString("base64")}`;
}
