import { SopsEditor } from "./editor.ts";
import { keyName } from "../keys/key-names.ts";
import { replaceMetadata } from "../formats/metadata-text.ts";
import type { OpenedSops } from "../file/open.ts";
import { nodeAt, type SopsMap, type SopsNode } from "../core/tree.ts";
import { sameTree } from "../core/tree-edit.ts";

/** The three sides of a merge, each opened and verified. */
export interface MergeSides {
  /** Without it every difference is a conflict. */
  readonly base: OpenedSops | undefined;
  readonly ours: OpenedSops;
  readonly theirs: OpenedSops;
}

/**
 * What a merge gave: the file, or the places where both sides changed the same thing differently.
 */
export type MergeResult =
  | {
      readonly kind: "merged";
      readonly bytes: Buffer;
      /** The values the file holds. */
      readonly tree: SopsMap;
    }
  | { readonly kind: "conflict"; readonly paths: readonly string[] };

/** A change of one side: the node it put somewhere, or `undefined` for one it took out. */
interface SideChange {
  readonly path: readonly string[];
  readonly node: SopsNode | undefined;
}

/**
 * Merges value by value. The text of one side is kept, with the other's changes made in it: ours,
 * unless only theirs has a new data key. Ciphertexts of the other side are taken over as they are
 * when both have the same data key.
 */
export async function mergeSops(
  sides: MergeSides,
  now: Date,
): Promise<MergeResult> {
  const { base, ours, theirs } = sides;
  if (isMultiDocument(sides))
    return { kind: "conflict", paths: ["(several documents)"] };
  const oursChanges = changesOf(base?.tree, ours.tree);
  const theirChanges = changesOf(base?.tree, theirs.tree);
  const conflicts = conflictsOf(oursChanges, theirChanges, sides);
  const metadata = mergedMetadata(sides);
  if (metadata === "conflict") conflicts.push("sops (recipients)");
  if (conflicts.length > 0)
    return { kind: "conflict", paths: [...new Set(conflicts)].sort() };
  const takesTheirs =
    base !== undefined &&
    ours.dataKey.equals(base.dataKey) &&
    !theirs.dataKey.equals(base.dataKey);
  const [host, guest, changes] = takesTheirs
    ? [theirs, ours, oursChanges]
    : [ours, theirs, theirChanges];
  const editor = new SopsEditor(host);
  if (guest.dataKey.equals(host.dataKey)) editor.stash.learn(guest);
  editor.readable.learn(guest);
  for (const change of changes) {
    if (change.node !== undefined) editor.set(change.path, change.node);
    else if (nodeAt(editor.tree, change.path) !== undefined)
      editor.unset(change.path);
  }
  if (metadata !== "conflict" && metadata !== host)
    editor.replaceAll(
      replaceMetadata(editor.text, editor.format, metadata.file.metadataTree),
      [editor.tree],
    );
  const bytes = await editor.finish(now);
  return { kind: "merged", bytes, tree: editor.tree };
}

/**
 * The side whose metadata stand; those of another data key are of no use to the side that is kept.
 */
function mergedMetadata({
  base,
  ours,
  theirs,
}: MergeSides): OpenedSops | "conflict" {
  const [a, b] = [keysOf(ours), keysOf(theirs)];
  const isSameKey = ours.dataKey.equals(theirs.dataKey);
  const before = base === undefined ? undefined : keysOf(base);
  if (base !== undefined && !isSameKey) {
    const oursIsNew = !ours.dataKey.equals(base.dataKey);
    const theirsIsNew = !theirs.dataKey.equals(base.dataKey);
    if (oursIsNew && theirsIsNew) return a === b ? ours : "conflict";
    const [kept, other] = theirsIsNew
      ? [theirs, b === a || a === before]
      : [ours, a === b || b === before];
    return other ? kept : "conflict";
  }
  if (a === b) return ours;
  if (!isSameKey) return "conflict";
  if (a === before) return theirs;
  return b === before ? ours : "conflict";
}

function keysOf(opened: OpenedSops): string {
  return JSON.stringify([
    opened.file.metadata.keyGroups.map((group) => group.map(keyName).sort()),
    opened.file.metadata.shamirThreshold,
  ]);
}

function isMultiDocument({ base, ours, theirs }: MergeSides): boolean {
  return [base, ours, theirs].some(
    (side) => (side?.documents.length ?? 1) !== 1,
  );
}

/** Maps are compared key by key, everything else as a whole: positions in lists move. */
function changesOf(before: SopsMap | undefined, after: SopsMap): SideChange[] {
  const changes: SideChange[] = [];
  const visit = (
    a: SopsNode | undefined,
    b: SopsNode | undefined,
    path: readonly string[],
  ): void => {
    if (sameTree(a, b)) return;
    if (a?.kind !== "map" || b?.kind !== "map") {
      changes.push({ path, node: b });
      return;
    }
    for (const key of new Set([...a.entries.keys(), ...b.entries.keys()]))
      visit(a.entries.get(key), b.entries.get(key), [...path, key]);
  };
  visit(before ?? { kind: "map", entries: new Map() }, after, []);
  return changes;
}

function conflictsOf(
  ours: readonly SideChange[],
  theirs: readonly SideChange[],
  sides: MergeSides,
): string[] {
  return ours.flatMap((mine) =>
    theirs
      .filter(
        (other) =>
          isAround(mine.path, other.path) || isAround(other.path, mine.path),
      )
      .filter(({ path }) => {
        const shorter = path.length < mine.path.length ? path : mine.path;
        return !sameTree(
          nodeAt(sides.ours.tree, shorter),
          nodeAt(sides.theirs.tree, shorter),
        );
      })
      .map(({ path }) =>
        (path.length > mine.path.length ? path : mine.path).join("/"),
      ),
  );
}

function isAround(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.every((key, at) => inner[at] === key);
}
