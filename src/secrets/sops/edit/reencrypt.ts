import { CipherStash } from "../file/cipher-stash.ts";
import { containerKeys } from "./comment-cipher.ts";
import { layoutOf, replaceLeaf, scalarText } from "../formats/edit-text.ts";
import type { SopsEditor } from "./editor.ts";
import {
  additionalDataOf,
  decryptEncText,
  encryptEncText,
  parseEncText,
} from "../core/enc-text.ts";
import { applySplices, layoutAt, type Splice } from "../formats/layout.ts";
import type { OpenedSops } from "../file/open.ts";
import type { SopsScalar } from "../core/tree.ts";
import { classifyLeaf, mapLeaves } from "../core/walk.ts";

/** A bound on trying comments at places: a file can be made to hold very many of both. */
const MAX_TRIALS = 1_000_000;

/** The text with every ciphertext made anew for another data key. */
export function reencrypted(
  editor: SopsEditor,
  opened: OpenedSops,
  dataKey: Buffer,
): string {
  const { file } = opened;
  const stash = new CipherStash(dataKey);
  const splices: Splice[] = [];
  layoutOf(editor.text, editor.format).forEach((root, index) => {
    const raw = file.documents[index];
    const plain: SopsScalar[] = [];
    const document = opened.documents[index];
    if (raw === undefined || document === undefined) return;
    mapLeaves(document, file.rule, (leaf) => {
      plain.push(leaf);
      return leaf;
    });
    let at = 0;
    mapLeaves(raw, file.rule, (leaf, place) => {
      const value = plain[at++];
      const layout = layoutAt(root, place.path);
      const isCipher = classifyLeaf(leaf, place, file.path).kind === "cipher";
      if (
        isCipher &&
        value !== undefined &&
        layout?.kind === "leaf" &&
        layout.form !== "alias"
      ) {
        const stored = stash.encrypt(value, place.keys);
        splices.push(
          replaceLeaf(
            editor.text,
            layout,
            scalarText(stored, editor.format, layout.isFlow),
          ),
        );
      }
      return leaf;
    });
  });
  const comments = new CommentCipher(
    opened.dataKey,
    dataKey,
    containerKeys(layoutOf(editor.text, editor.format)).map(additionalDataOf),
  );
  return comments.reencrypt(applySplices(editor.text, splices));
}

/** Encrypted comments carry no path, so each is tried with the places there are. */
class CommentCipher {
  readonly #from: Uint8Array;
  readonly #to: Uint8Array;
  readonly #places: readonly string[];
  #trials = 0;

  constructor(from: Uint8Array, to: Uint8Array, places: readonly string[]) {
    this.#from = from;
    this.#to = to;
    this.#places = places;
  }

  reencrypt(text: string): string {
    return text.replace(
      /ENC\[AES256_GCM,[A-Za-z0-9+/=,:]*,type:comment\]/gu,
      (cipherText) => this.#one(cipherText),
    );
  }

  /** A comment that does not open stays as it is, as upstream has it. */
  #one(cipherText: string): string {
    const enc = parseEncText(cipherText);
    if (enc === undefined) return cipherText;
    for (const additionalData of this.#places) {
      if (++this.#trials > MAX_TRIALS) break;
      const plain = decryptEncText(enc, this.#from, additionalData);
      if (plain !== undefined)
        return encryptEncText(plain, this.#to, {
          additionalData,
          label: "comment",
        });
    }
    return cipherText;
  }
}
