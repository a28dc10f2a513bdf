import { encryptEncText } from "../core/enc-text.ts";
import { CipherStash, coveredBy } from "../file/cipher-stash.ts";
import {
  appendItem,
  insertEntry,
  isMetadataKey,
  layoutOf,
  removeChild,
  replaceLeaf,
  scalarText,
  spliced,
  type EditableFormat,
} from "../formats/edit-text.ts";
import {
  applySplices,
  layoutAt,
  type LayoutNode,
  type Splice,
} from "../formats/layout.ts";
import {
  computeMac,
  decryptWithDataKey,
  type OpenedSops,
} from "../file/open.ts";
import { sopsError } from "../core/sops-error.ts";
import { assertReachable } from "../file/reachable.ts";
import { ReadableLeaves, type MayBeReadable } from "../file/readable.ts";
import { readSopsFile, type SopsFile } from "../file/sops-file.ts";
import {
  keysOfPath,
  nodeAt,
  sopsString,
  type SopsMap,
  type SopsNode,
} from "../core/tree.ts";
import { sameTree, withNode, withoutNode } from "../core/tree-edit.ts";

const BOM = "\ufeff";

/**
 * Changes values of an opened SOPS file in its text. Every byte that a change does not touch stays:
 * comments, order, style, and the ciphertext of every other value. Nothing is given out before it
 * was read back and found to hold exactly what was asked for.
 */
export class SopsEditor {
  readonly path: string;
  readonly format: EditableFormat;
  readonly stash: CipherStash;
  /** What may stand readable in the result: all of it did before. */
  readonly readable: ReadableLeaves;
  readonly #dataKey: Buffer;
  readonly #isCovered: (keys: readonly string[]) => boolean;
  readonly #bom: string;
  #text: string;
  #documents: readonly SopsMap[];
  #isChanged = false;

  /**
   * @param opened - stays the caller's: the editor keeps no copy of its data key.
   * @param mayBeReadable - what is no secret; nothing by default.
   */
  constructor(opened: OpenedSops, mayBeReadable: MayBeReadable = () => false) {
    const { file } = opened;
    this.readable = new ReadableLeaves(mayBeReadable);
    this.readable.learn(opened);
    this.path = file.path;
    this.format = editableFormat(file);
    this.#dataKey = opened.dataKey;
    this.stash = new CipherStash(opened.dataKey);
    this.stash.learn(opened);
    this.#isCovered = coveredBy(file.rule);
    const text = Buffer.from(file.bytes).toString("utf8");
    this.#bom = text.startsWith(BOM) ? BOM : "";
    this.#text = text.slice(this.#bom.length);
    this.#documents = opened.documents;
  }

  /** The text as it stands, without a byte order mark. */
  get text(): string {
    return this.#text;
  }

  /** True once something differs from the file that was opened. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** The value trees as they will be. */
  get documents(): readonly SopsMap[] {
    return this.#documents;
  }

  /** The value tree of the first document as it will be. */
  get tree(): SopsMap {
    return this.#documents[0] ?? { kind: "map", entries: new Map() };
  }

  /**
   * Puts a value at a path of the first document. Setting what is there already changes nothing.
   * @throws UserError SEC018.
   */
  set(path: readonly string[], value: SopsNode): void {
    this.#checkPath(path);
    const existing = nodeAt(this.tree, path);
    if (sameTree(existing, value)) return;
    const stored = this.stash.encryptTree(
      value,
      keysOfPath(this.tree, path),
      this.#isCovered,
    );
    const isLeaf = (node: SopsNode | undefined): boolean =>
      node !== undefined && node.kind !== "map" && node.kind !== "list";
    const layout = layoutAt(this.#root(), path);
    if (isLeaf(existing) && isLeaf(value) && layout?.kind === "leaf") {
      this.#replace(path, layout, stored);
    } else {
      if (existing !== undefined) this.unset(path);
      this.#insert(path, stored);
    }
    this.#changed(withNode(this.tree, path, value));
  }

  /**
   * Takes out what is at a path of the first document. @throws UserError SEC018 when nothing is
   * there.
   */
  unset(path: readonly string[]): void {
    this.#checkPath(path);
    const root = this.#root();
    const parent = layoutAt(root, path.slice(0, -1));
    const key = path.at(-1) ?? "";
    const at =
      parent?.kind === "map"
        ? parent.entries.findIndex((entry) => entry.key === key)
        : parent?.kind === "list" && parent.items[Number(key)] !== undefined
          ? Number(key)
          : -1;
    if (at < 0 || parent === undefined || parent.kind === "leaf")
      throw this.#refused(path, "nothing is there");
    const owner = ownerOf(root, path.slice(0, -1));
    const splices = removeChild(this.#text, parent, { at, owner });
    if (splices === undefined)
      throw this.#refused(path, "its layout is not safe to cut");
    this.#text = applySplices(this.#text, splices);
    this.#changed(withoutNode(this.tree, path));
  }

  /**
   * Takes another text and the trees it must read as: for changes that are not made value by value.
   */
  replaceAll(text: string, documents: readonly SopsMap[]): void {
    this.#text = text;
    this.#documents = documents;
    this.#isChanged = true;
  }

  /**
   * The new file: time and MAC renewed, read back and compared. No value stands readable in it that
   * did not before.
   * @param now - the time the file will name.
   * @throws UserError SEC005 for a value its rule would leave readable, SEC018 when it does not
   * read back as it should, SEC022 when its keys could not open it.
   */
  async finish(now: Date): Promise<Buffer> {
    const lastModified = now.toISOString().replace(/\.\d+Z$/u, "Z");
    this.#setMetadata("lastmodified", lastModified);
    const draft = await this.#read();
    const mac = encryptEncText(
      computeMac(draft, this.#dataKey),
      this.#dataKey,
      {
        additionalData: lastModified,
        label: "str",
      },
    );
    this.#setMetadata("mac", mac);
    const written = await this.#read();
    const reread = decryptWithDataKey(written, Buffer.from(this.#dataKey));
    reread.dispose();
    const isSame =
      reread.documents.length === this.#documents.length &&
      reread.documents.every((tree, at) => sameTree(tree, this.#documents[at]));
    if (!isSame)
      throw this.#refused([], "the result does not read back as it should");
    assertReachable(written.metadata, this.path);
    this.readable.assertHolds(written, reread.documents);
    return this.#bytes();
  }

  #bytes(): Buffer {
    return Buffer.from(this.#bom + this.#text, "utf8");
  }

  #read(): Promise<SopsFile> {
    return readSopsFile(this.#bytes(), {
      path: this.path,
      format: this.format,
    });
  }

  #root(): LayoutNode {
    const [root] = layoutOf(this.#text, this.format);
    if (root === undefined) throw this.#refused([], "the file has no document");
    return root;
  }

  #changed(tree: SopsMap): void {
    this.#documents = [tree, ...this.#documents.slice(1)];
    this.#isChanged = true;
  }

  #replace(
    path: readonly string[],
    layout: LayoutNode & { readonly kind: "leaf" },
    stored: SopsNode,
  ): void {
    if (
      layout.form === "alias" ||
      stored.kind === "map" ||
      stored.kind === "list"
    )
      throw this.#refused(path, "the value is an alias of another one");
    const written = scalarText(stored, this.format, layout.isFlow);
    this.#text = spliced(this.#text, replaceLeaf(this.#text, layout, written));
  }

  #insert(path: readonly string[], stored: SopsNode): void {
    let depth = path.length - 1;
    while (depth > 0 && nodeAt(this.tree, path.slice(0, depth)) === undefined)
      depth--;
    const parent = layoutAt(this.#root(), path.slice(0, depth));
    const key = path[depth] ?? "";
    const value = path
      .slice(depth + 1)
      .reduceRight<SopsNode>(
        (inner, name) => ({ kind: "map", entries: new Map([[name, inner]]) }),
        stored,
      );
    let splice: Splice | undefined;
    if (parent?.kind === "map")
      splice = insertEntry(this.#text, parent, {
        key,
        value,
        format: this.format,
      });
    else if (parent?.kind === "list" && key === String(parent.items.length))
      splice = appendItem(this.#text, parent, { value, format: this.format });
    if (splice === undefined)
      throw this.#refused(path, "there is no group it could be put into");
    this.#text = spliced(this.#text, splice);
  }

  /** In every document: they all repeat the metadata, though only those of the first count. */
  #setMetadata(name: string, value: string): void {
    const splices = layoutOf(this.#text, this.format).flatMap((root) => {
      const path = this.format === "dotenv" ? [`sops_${name}`] : ["sops", name];
      const leaf = layoutAt(root, path);
      if (leaf?.kind !== "leaf") return [];
      const isBare = this.format === "dotenv" || value.startsWith("ENC[");
      const written =
        this.format === "yaml" && !isBare
          ? JSON.stringify(value)
          : scalarText(sopsString(value), this.format, leaf.isFlow);
      return [replaceLeaf(this.#text, leaf, written)];
    });
    this.#text = applySplices(this.#text, splices);
  }

  #checkPath(path: readonly string[]): void {
    const [first = ""] = path;
    if (path.some((key) => key === "" || !key.isWellFormed()))
      throw this.#refused(path, "a key is empty or no valid text");
    if (isMetadataKey(first, this.format))
      throw this.#refused(path, "that is the place of the metadata");
    const isFlat = this.format === "dotenv";
    if (isFlat && (path.length > 1 || /[=\n\r#]/u.test(first)))
      throw this.#refused(path, "dotenv files have names, no groups");
    if (this.format === "binary" && (path.length > 1 || first !== "data"))
      throw this.#refused(path, 'binary files have one value, called "data"');
  }

  #refused(path: readonly string[], why: string): Error {
    return sopsError("SEC018", this.path, "the change cannot be made", {
      ...(path.length === 0 ? {} : { path }),
      why,
      fix: "look at the names with: tieline secrets list <file>; or make the change with: tieline secrets edit <file>",
      notDone: "nothing was written",
    });
  }
}

function editableFormat(file: SopsFile): EditableFormat {
  if (file.format !== "ini") return file.format;
  throw sopsError("SEC018", file.path, ".ini files are not written here", {
    fix: "use the sops program, or keep the secrets in YAML",
    notDone: "nothing was written",
  });
}

/** Where the value at a path may begin: after its key's colon, or after its dash. */
function ownerOf(root: LayoutNode, path: readonly string[]): number {
  const parent = layoutAt(root, path.slice(0, -1));
  const key = path.at(-1) ?? "";
  if (parent?.kind === "map")
    return parent.entries.find((entry) => entry.key === key)?.valueStart ?? 0;
  if (parent?.kind === "list")
    return (parent.items[Number(key)]?.start ?? 0) + 1;
  return 0;
}
