import { commentsOf } from "../formats/comments.ts";
import { layoutOf, type EditableFormat } from "../formats/edit-text.ts";
import {
  additionalDataOf,
  decryptEncText,
  encryptEncText,
  parseEncText,
} from "../core/enc-text.ts";
import { lineStart, type LayoutNode, type Splice } from "../formats/layout.ts";
import type { CommentPlace } from "../formats/yaml-comments.ts";

const LABEL = "comment";
/**
 * How often a comment may be tried at a place other than its own: a file made to hold many of both
 * must not keep anyone waiting.
 */
const MAX_TRIALS = 20_000;
/** Text that would end the comment it is put into. */
const BREAK = /[\n\r\u0085\u2028\u2029]/u;

/** A comment that was opened. */
interface OpenComment {
  readonly place: CommentPlace;
  readonly plain: string;
}

/**
 * The encrypted comments of one file. Each is bound to the mapping or list it stands in, and
 * unchanged ones keep their ciphertext. One that does not open stays as it is, as upstream has it.
 */
export class CommentCipher {
  readonly #dataKey: Uint8Array;
  readonly #format: EditableFormat;
  readonly #isCovered: (keys: readonly string[]) => boolean;
  readonly #known = new Map<string, CommentPlace>();
  readonly #opened: readonly OpenComment[];

  constructor(
    file: { readonly text: string; readonly format: EditableFormat },
    dataKey: Uint8Array,
    isCovered: (keys: readonly string[]) => boolean,
  ) {
    this.#dataKey = dataKey;
    this.#format = file.format;
    this.#isCovered = isCovered;
    this.#opened = this.#open(file.text);
  }

  /** What puts every comment that opens in plain text in place of its ciphertext. */
  plainSplices(): readonly Splice[] {
    return this.#opened.map(({ place: { start, end }, plain }) => ({
      start,
      end,
      text: `#${plain}`,
    }));
  }

  /**
   * What encrypts the comments of edited text, where the rule covers the place; by the line they
   * are on.
   */
  sealedByLine(edited: string): Map<number, Splice> {
    const splices = new Map<number, Splice>();
    for (const comment of commentsOf(edited, this.#format)) {
      const isKept =
        comment.form === "item" ||
        comment.text === "" ||
        parseEncText(comment.text)?.label === LABEL ||
        !this.#isCovered(comment.keys);
      if (isKept) continue;
      const { start, end } = comment;
      splices.set(lineStart(edited, start), {
        start,
        end,
        text: this.#sealed(comment),
      });
    }
    return splices;
  }

  #sealed(comment: CommentPlace): string {
    const known = this.#known.get(commentKey(comment.keys, comment.text));
    if (known?.form === "item" && comment.isBesideItems)
      return `- ${known.text}`;
    const text =
      known?.text ??
      encryptEncText(comment.text, this.#dataKey, {
        additionalData: additionalDataOf(comment.keys),
        label: LABEL,
      });
    return `#${text}`;
  }

  #open(text: string): readonly OpenComment[] {
    const encrypted = commentsOf(text, this.#format).filter(
      (comment) => parseEncText(comment.text)?.label === LABEL,
    );
    if (encrypted.length === 0) return [];
    const places = containerKeys(layoutOf(text, this.#format));
    let trials = 0;
    return encrypted.flatMap((place) => {
      // The place upstream wrote it for can differ from the one it stands at now, so all others are
      // tried after that.
      for (const keys of [place.keys, ...places]) {
        if (keys !== place.keys && ++trials > MAX_TRIALS) break;
        const plain = this.#decrypt(place.text, keys);
        if (plain === undefined) continue;
        const key = commentKey(keys, plain);
        if (!this.#known.has(key)) this.#known.set(key, { ...place, keys });
        return [{ place, plain }];
      }
      return [];
    });
  }

  #decrypt(cipherText: string, keys: readonly string[]): string | undefined {
    const enc = parseEncText(cipherText);
    if (enc === undefined) return undefined;
    const bytes = decryptEncText(enc, this.#dataKey, additionalDataOf(keys));
    const plain = bytes?.toString("utf8");
    const isShowable =
      plain !== undefined &&
      Buffer.from(plain, "utf8").equals(bytes ?? Buffer.of()) &&
      !BREAK.test(plain);
    return isShowable ? plain : undefined;
  }
}

/** The keys of every mapping and list. */
export function containerKeys(
  roots: readonly LayoutNode[],
): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  const visit = (node: LayoutNode, keys: readonly string[]): void => {
    if (node.kind === "leaf") return;
    found.set(additionalDataOf(keys), keys);
    if (node.kind === "map")
      for (const entry of node.entries) visit(entry.node, [...keys, entry.key]);
    else for (const item of node.items) visit(item.node, keys);
  };
  for (const root of roots) visit(root, []);
  return [...found.values()];
}

function commentKey(keys: readonly string[], plain: string): string {
  return `${additionalDataOf(keys)}\0${plain}`;
}
