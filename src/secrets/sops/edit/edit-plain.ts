import { coveredBy } from "../file/cipher-stash.ts";
import { CommentCipher } from "./comment-cipher.ts";
import {
  insertRaw,
  isMetadataKey,
  layoutOf,
  removeChild,
  replaceLeaf,
  scalarText,
  type EditableFormat,
} from "../formats/edit-text.ts";
import type { SopsEditor } from "./editor.ts";
import { parseEncText } from "../core/enc-text.ts";
import { macBytes, scalarFromBytes } from "../core/go-text.ts";
import {
  applySplices,
  endOfNode,
  layoutAt,
  layoutLeaves,
  lineEnd,
  lineStart,
  type LayoutLeaf,
  type LayoutNode,
  type Splice,
} from "../formats/layout.ts";
import { SOPS_LIMITS } from "../core/limits.ts";
import type { OpenedSops } from "../file/open.ts";
import { isRepresentable } from "../file/representable.ts";
import { sopsError } from "../core/sops-error.ts";
import { decodeUtf8, parseTrees } from "../file/sops-file.ts";
import {
  nodeAt,
  sopsString,
  type SopsMap,
  type SopsScalar,
} from "../core/tree.ts";
import { mapLeaves } from "../core/walk.ts";

/**
 * The file as a person edits it: the same text with plain values and comments in place of the
 * ciphertexts, and without metadata. What a format cannot show as it is, such as bytes in JSON,
 * stays a ciphertext.
 */
export function plainText(editor: SopsEditor, opened: OpenedSops): string {
  if (editor.format === "binary") return binaryValue(opened.tree).text;
  const { text, format } = editor;
  const splices = layoutOf(text, format).flatMap((root, index) => {
    const tree = opened.documents[index];
    return [
      ...metadataSplices(text, root, format),
      ...(tree === undefined ? [] : valueSplices(text, root, { tree, format })),
    ];
  });
  return applySplices(text, [
    ...splices,
    ...commentsIn(editor, opened).plainSplices(),
  ]);
}

/**
 * {@link plainText} as the bytes an editor is given: a binary file is what it was, whatever is in
 * it.
 */
export function plainBytes(editor: SopsEditor, opened: OpenedSops): Buffer {
  return editor.format === "binary"
    ? Buffer.from(macBytes(binaryValue(opened.tree)))
    : Buffer.from(plainText(editor, opened), "utf8");
}

/**
 * Takes bytes that {@link plainBytes} gave and a person changed.
 * @throws UserError SEC003 for what is no UTF-8 where text is wanted, and what {@link
 * takePlainText} throws.
 */
export function takePlainBytes(
  editor: SopsEditor,
  opened: OpenedSops,
  edited: Uint8Array,
): void {
  if (editor.format !== "binary")
    takePlainText(editor, opened, decodeUtf8(edited, editor.path));
  else
    editor.set(
      ["data"],
      scalarFromBytes("str", Buffer.from(edited)) ?? sopsString(""),
    );
}

/**
 * Takes text that {@link plainText} gave and a person changed: encrypts the values and comments
 * that the rule covers, keeps the ciphertext of what is as it was, and puts the metadata back.
 * @throws UserError SEC003 for text that cannot be read, SEC018 for what cannot be written.
 */
export function takePlainText(
  editor: SopsEditor,
  opened: OpenedSops,
  edited: string,
): void {
  const { format, path } = editor;
  if (format === "binary") {
    editor.set(["data"], sopsString(edited));
    return;
  }
  const before = plainText(editor, opened);
  if (edited === before) return;
  if (
    format === "dotenv" &&
    edited.includes("\r\n") &&
    !before.includes("\r\n")
  )
    throw refused(
      path,
      "the editor ended the lines in CR LF, and to dotenv a carriage return is part of each value",
    );
  const trees = parseTrees(edited, format, { file: path, limits: SOPS_LIMITS });
  if (trees.some((tree) => tree.entries.has("sops")))
    throw refused(path, 'a key "sops" is the place of the metadata');
  const given = trees.map((tree) => withoutComments(tree, opened));
  const comments = commentsIn(editor, opened).sealedByLine(edited);
  const roots = layoutOf(edited, format);
  const values = roots.flatMap((root, at) => {
    const tree = given[at];
    return tree === undefined
      ? []
      : cipherSplices(edited, root, { editor, opened, tree, comments });
  });
  const encrypted = applySplices(edited, [...values, ...comments.values()]);
  editor.replaceAll(
    withMetadata(encrypted, editor),
    given.map((tree) => withKnownValues(tree, editor, opened)),
  );
}

function binaryValue(tree: SopsMap): SopsScalar & { readonly kind: "str" } {
  const data = tree.entries.get("data");
  return data?.kind === "str" ? data : sopsString("");
}

function commentsIn(editor: SopsEditor, opened: OpenedSops): CommentCipher {
  return new CommentCipher(editor, opened.dataKey, coveredBy(opened.file.rule));
}

function metadataSplices(
  text: string,
  root: LayoutNode,
  format: EditableFormat,
): readonly Splice[] {
  if (root.kind !== "map") return [];
  return root.entries
    .filter(({ key }) => isMetadataKey(key, format))
    .flatMap((entry) => {
      // The metadata are the last entry of a file without values; then its lines go, and an empty
      // text is left.
      if (!root.isFlow)
        return [
          {
            start: lineStart(text, entry.start),
            end: lineEnd(text, endOfNode(entry.node)),
            text: "",
          },
        ];
      const at = root.entries.indexOf(entry);
      return removeChild(text, root, { at, owner: root.start }) ?? [];
    });
}

function valueSplices(
  text: string,
  root: LayoutNode,
  { tree, format }: { readonly tree: SopsMap; readonly format: EditableFormat },
): readonly Splice[] {
  return layoutLeaves(root).flatMap(({ path, leaf }) => {
    const plain = nodeAt(tree, path);
    const isCipher = /ENC\[AES256_GCM,/u.test(text.slice(leaf.start, leaf.end));
    if (
      !isCipher ||
      plain === undefined ||
      isMetadataKey(path[0] ?? "", format)
    )
      return [];
    if (plain.kind === "map" || plain.kind === "list") return [];
    if (!isRepresentable(plain, format)) return [];
    return [
      replaceLeaf(text, leaf, plainScalarText(text, leaf, { plain, format })),
    ];
  });
}

/**
 * Text of several lines as a literal block where its place allows it: a key is then readable in the
 * editor.
 */
function plainScalarText(
  text: string,
  leaf: LayoutLeaf,
  {
    plain,
    format,
  }: { readonly plain: SopsScalar; readonly format: EditableFormat },
): string {
  const line = text.slice(lineStart(text, leaf.start), leaf.start);
  const rest = text.slice(leaf.end, lineEnd(text, leaf.end));
  const isBlockable =
    format === "yaml" &&
    !leaf.isFlow &&
    leaf.form === "inline" &&
    // What stands behind a value would stand behind the last line of the block.
    rest.trim() === "" &&
    plain.kind === "str" &&
    plain.bytes === undefined &&
    /^[!-~][\t -~]*\n(?:(?:[!-~][\t -~]*)?\n)*[!-~]?[\t -~]*$/u.test(
      plain.text,
    ) &&
    !plain.text.endsWith("\n\n") &&
    /^ *(?:- )?[^\s#-][^\n]*: +$/u.test(line);
  if (!isBlockable) return scalarText(plain, format, leaf.isFlow);
  const pad = " ".repeat((/^ */u.exec(line)?.[0].length ?? 0) + 4);
  const hasBreak = plain.text.endsWith("\n");
  const lines = (hasBreak ? plain.text.slice(0, -1) : plain.text).split("\n");
  const body = lines.map((one) => (one === "" ? "" : pad + one)).join("\n");
  return `${hasBreak ? "|" : "|-"}\n${body}`;
}

function cipherSplices(
  edited: string,
  root: LayoutNode,
  given: {
    readonly editor: SopsEditor;
    readonly opened: OpenedSops;
    readonly tree: SopsMap;
    /** By line; those that are used up here are taken out. */
    readonly comments: Map<number, Splice>;
  },
): readonly Splice[] {
  const { editor, opened, tree, comments } = given;
  const splices: Splice[] = [];
  mapLeaves(tree, opened.file.rule, (leaf, place) => {
    const isKept =
      leaf.kind === "null" || (leaf.kind === "str" && leaf.text === "");
    if (!place.isEncrypted || isKept) return leaf;
    const layout = layoutAt(root, place.path);
    if (layout?.kind !== "leaf" || layout.form === "alias")
      throw refused(
        editor.path,
        "an encrypted value is an alias of another one",
        place.path,
      );
    if (leaf.kind === "str" && parseEncText(leaf.text) !== undefined) {
      if (editor.stash.plainOf(leaf.text, place.keys) !== undefined)
        return leaf;
      throw refused(editor.path, "a value is a ciphertext already", place.path);
    }
    const stored = editor.stash.encrypt(leaf, place.keys);
    const written = scalarText(stored, editor.format, layout.isFlow);
    splices.push(
      replaceLeaf(
        edited,
        layout,
        written + headerComment(edited, layout, comments),
      ),
    );
    return leaf;
  });
  return splices;
}

/** The comment behind the mark of a block scalar: it goes behind what takes the block's place. */
function headerComment(
  edited: string,
  leaf: LayoutLeaf,
  comments: Map<number, Splice>,
): string {
  const line = lineStart(edited, leaf.start);
  const comment = comments.get(line);
  if (leaf.form !== "block" || comment === undefined) return "";
  if (comment.start < leaf.start) return "";
  comments.delete(line);
  return ` ${comment.text}`;
}

/** Ciphertexts that a person left as they were stand for the values they hold. */
function withKnownValues(
  tree: SopsMap,
  editor: SopsEditor,
  opened: OpenedSops,
): SopsMap {
  return mapLeaves(tree, opened.file.rule, (leaf, place) =>
    place.isEncrypted && leaf.kind === "str"
      ? (editor.stash.plainOf(leaf.text, place.keys) ?? leaf)
      : leaf,
  );
}

/** The trees without encrypted comments in lists, which stay as they are. */
function withoutComments(tree: SopsMap, opened: OpenedSops): SopsMap {
  const isCovered = coveredBy(opened.file.rule);
  return mapLeaves(tree, opened.file.rule, (leaf, place) =>
    place.inList &&
    isCovered(place.keys) &&
    leaf.kind === "str" &&
    parseEncText(leaf.text)?.label === "comment"
      ? undefined
      : leaf,
  );
}

/** Puts the metadata of the file that was opened behind the last entry of each document. */
function withMetadata(text: string, editor: SopsEditor): string {
  const { format, path } = editor;
  const source = editor.text;
  const [root] = layoutOf(source, format);
  if (root?.kind !== "map") throw refused(path, "the file has no document");
  const lines = root.entries
    .filter(({ key }) => isMetadataKey(key, format))
    .map((entry) => {
      const start = root.isFlow ? entry.start : lineStart(source, entry.start);
      const end = endOfNode(entry.node);
      const raw = source.slice(start, root.isFlow ? end : lineEnd(source, end));
      return root.isFlow || raw.endsWith("\n") ? raw : `${raw}\n`;
    });
  const splices = layoutOf(text, format).map((target) => {
    const splice =
      target.kind === "map"
        ? insertRaw(text, target, lines.join(""))
        : undefined;
    if (
      splice === undefined ||
      (target.kind === "map" && target.isFlow !== root.isFlow)
    )
      throw refused(
        path,
        "a document has no entry the metadata could be put behind",
      );
    return splice;
  });
  return applySplices(text, splices);
}

function refused(file: string, why: string, path?: readonly string[]): Error {
  return sopsError("SEC018", file, "the edited text cannot be taken", {
    ...(path === undefined ? {} : { path }),
    why,
    notDone: "nothing was written",
  });
}
