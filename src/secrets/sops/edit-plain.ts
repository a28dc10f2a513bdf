import { coveredBy } from "./cipher-stash.ts";
import {
  insertRaw,
  isMetadataKey,
  layoutOf,
  removeChild,
  replaceLeaf,
  scalarText,
  type EditableFormat,
} from "./edit-text.ts";
import type { SopsEditor } from "./editor.ts";
import { parseEncText } from "./enc-text.ts";
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
} from "./layout.ts";
import { SOPS_LIMITS } from "./limits.ts";
import type { OpenedSops } from "./open.ts";
import { sopsError } from "./sops-error.ts";
import { parseTrees } from "./sops-file.ts";
import { nodeAt, type SopsMap, type SopsScalar } from "./tree.ts";
import { sameTree } from "./tree-edit.ts";
import { mapLeaves } from "./walk.ts";

/**
 * The file as a person edits it: the same text with plain values in place of the ciphertexts and without metadata. Encrypted comments stay
 * encrypted.
 */
export function plainText(editor: SopsEditor, opened: OpenedSops): string {
  if (editor.format === "binary") return binaryText(opened.tree);
  const { text, format } = editor;
  const splices = layoutOf(text, format).flatMap((root, index) => {
    const tree = opened.documents[index];
    return [
      ...metadataSplices(text, root, format),
      ...(tree === undefined ? [] : valueSplices(text, root, { tree, format })),
    ];
  });
  return applySplices(text, splices);
}

/**
 * Takes text that {@link plainText} gave and a person changed: encrypts what the rule covers, keeps the ciphertext of what is as it was, and
 * puts the metadata back.
 * @throws UserError SEC003 and SEC004 for text that cannot be read, SEC021 for what cannot be written.
 */
export function takePlainText(
  editor: SopsEditor,
  opened: OpenedSops,
  edited: string,
): void {
  const { format, path } = editor;
  if (format === "binary") {
    editor.set(["data"], { kind: "str", text: edited });
    return;
  }
  const trees = parseTrees(edited, format, { file: path, limits: SOPS_LIMITS });
  if (trees.some((tree) => tree.entries.has("sops")))
    throw refused(path, 'a key "sops" is the place of the metadata');
  const documents = trees.map((tree) => withoutComments(tree, opened));
  const isSame =
    documents.length === opened.documents.length &&
    documents.every((tree, at) => sameTree(tree, opened.documents[at]));
  if (isSame && edited === plainText(editor, opened)) return;
  const roots = layoutOf(edited, format);
  const encrypted = applySplices(
    edited,
    roots.flatMap((root, at) => {
      const tree = documents[at];
      return tree === undefined
        ? []
        : cipherSplices(edited, root, { editor, opened, tree });
    }),
  );
  editor.replaceAll(withMetadata(encrypted, editor), documents);
}

function binaryText(tree: SopsMap): string {
  const data = tree.entries.get("data");
  return data?.kind === "str" ? data.text : "";
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
      // The metadata are the last entry of a file without values; then its lines go, and an empty text is left.
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
    return [
      replaceLeaf(text, leaf, plainScalarText(text, leaf, { plain, format })),
    ];
  });
}

/** Text of several lines as a literal block where its place allows it: a key is then readable in the editor. */
function plainScalarText(
  text: string,
  leaf: LayoutLeaf,
  {
    plain,
    format,
  }: { readonly plain: SopsScalar; readonly format: EditableFormat },
): string {
  const line = text.slice(lineStart(text, leaf.start), leaf.start);
  const isBlockable =
    format === "yaml" &&
    !leaf.isFlow &&
    plain.kind === "str" &&
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
  },
): readonly Splice[] {
  const { editor, opened, tree } = given;
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
    if (leaf.kind === "str" && parseEncText(leaf.text) !== undefined)
      throw refused(editor.path, "a value is a ciphertext already", place.path);
    const stored = editor.stash.encrypt(leaf, place.keys);
    splices.push(
      replaceLeaf(
        edited,
        layout,
        scalarText(stored, editor.format, layout.isFlow),
      ),
    );
    return leaf;
  });
  return splices;
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
  return sopsError("SEC021", file, "the edited text cannot be taken", {
    ...(path === undefined ? {} : { path }),
    why,
    notDone: "nothing was written",
  });
}
