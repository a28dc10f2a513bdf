import { coveredBy } from "./cipher-stash.ts";
import { parseEncText } from "../core/enc-text.ts";
import { macBytes } from "../core/go-text.ts";
import type { OpenedSops } from "./open.ts";
import type { RuleSpec } from "../core/selection-rule.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsFile } from "./sops-file.ts";
import {
  keysOfPath,
  nodeAt,
  type SopsMap,
  type SopsNode,
  type SopsScalar,
} from "../core/tree.ts";
import { mapLeaves, type LeafPlace } from "../core/walk.ts";

/**
 * True where there is something to read: null and empty text tell nothing, and SOPS leaves them as
 * they are.
 */
export function hasContent(node: SopsNode): boolean {
  return (
    node.kind !== "null" &&
    (node.kind !== "str" || node.text !== "" || node.bytes !== undefined)
  );
}

/**
 * True for a value of the first document that stands in the file for everyone to read. The rule
 * decides, not what the text looks like; where only the `sops` program can follow the rule, what
 * has not the form of a ciphertext counts as readable.
 */
export function standsReadable(
  file: SopsFile,
  path: readonly string[],
): boolean {
  const root = file.documents[0];
  const node = root === undefined ? undefined : nodeAt(root, path);
  if (root === undefined || node === undefined) return false;
  if (node.kind === "map" || node.kind === "list" || !hasContent(node))
    return false;
  if (!coveredBy(file.rule)(keysOfPath(root, path))) return true;
  return node.kind !== "str" || parseEncText(node.text) === undefined;
}

/** Tells what is no secret whatever file it stands in. */
export type MayBeReadable = (
  path: readonly string[],
  leaf: SopsScalar,
) => boolean;

/** A selection rule as people write it. */
export function shownRule({ kind, pattern }: RuleSpec): string {
  return `${kind}: ${JSON.stringify(pattern)}`;
}

/**
 * The values that stand readable in a file before it is changed. None other may stand so
 * afterwards: what someone stores in a file of secrets is encrypted, whatever rules and metadata a
 * change of the repository has brought along.
 */
export class ReadableLeaves {
  readonly #mayBeReadable: MayBeReadable;
  readonly #known = new Set<string>();

  constructor(mayBeReadable: MayBeReadable) {
    this.#mayBeReadable = mayBeReadable;
  }

  /** Remembers what is readable in a file already: writing the same again tells nobody anything. */
  learn(opened: OpenedSops): void {
    visitReadable(opened.file, opened.documents, (leaf, place) => {
      this.#known.add(leafKey(leaf, place.keys));
    });
  }

  /** @throws UserError SEC005 for the first value that would become readable. */
  assertHolds(file: SopsFile, documents: readonly SopsMap[]): void {
    visitReadable(file, documents, (leaf, place) => {
      if (this.#mayBeReadable(place.path, leaf)) return;
      if (this.#known.has(leafKey(leaf, place.keys))) return;
      throw sopsError(
        "SEC005",
        file.path,
        "the value would stand readable in the file",
        {
          path: place.path,
          why: `the file's rule is ${shownRule(file.metadata.rule)}, which does not encrypt it`,
          fix: "correct the rule in .sops.yaml, and make a new file under it; or choose a key that the rule encrypts",
          notDone: "nothing was written",
        },
      );
    });
  }
}

function visitReadable(
  file: SopsFile,
  documents: readonly SopsMap[],
  visit: (leaf: SopsScalar, place: LeafPlace) => void,
): void {
  for (const tree of documents)
    mapLeaves(tree, file.rule, (leaf, place) => {
      if (!place.isEncrypted && hasContent(leaf)) visit(leaf, place);
      return leaf;
    });
}

/** Positions in lists do not enter: they move. */
function leafKey(leaf: SopsScalar, keys: readonly string[]): string {
  return JSON.stringify([
    keys,
    leaf.kind,
    Buffer.from(macBytes(leaf)).toString("base64"),
  ]);
}
