import { fileStemOf, markedStem } from "../../../documents/read/file-stem.ts";

/**
 * Names for new documents that no other document has, whatever the case of its letters: one that is
 * taken gets a mark made from the connection's name, so the result does not depend on the machine.
 */
export class FileNames {
  readonly #taken: Set<string>;

  /** `paths`: what is there already. */
  constructor(paths: Iterable<string>) {
    this.#taken = new Set([...paths].map(placeOf));
  }

  /** A path nobody has, in this folder; it is taken from now on. */
  pathFor(folder: string, key: string): string {
    const plain = fileStemOf(key);
    const stem = this.#taken.has(placeOf(`${folder}/${plain}`))
      ? markedStem(plain, key)
      : plain;
    this.#taken.add(placeOf(`${folder}/${stem}`));
    return `${folder}/${stem}.yaml`;
  }
}

function placeOf(path: string): string {
  return path.replace(/\.(?:yaml|yml|json)$/u, "").toLowerCase();
}
