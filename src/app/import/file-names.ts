import { sha256 } from "../../util/hash.ts";

/** Longest name of a file without its extension: with it and a temporary suffix it stays under the 255 bytes file systems take. */
const MAX_STEM = 150;
/** Names that Windows keeps for devices. @remarks Source: Microsoft, "Naming Files, Paths, and Namespaces". */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/iu;
const MARK_DIGITS = 8;

/**
 * Names for new documents: the connection's own where every file system can hold it, otherwise the nearest that can. A name that another file
 * has already, whatever the case of its letters, gets a mark made from the connection's name, so the result does not depend on the machine.
 */
export class FileNames {
  readonly #taken: Set<string>;

  /** `paths`: what is there already. */
  constructor(paths: Iterable<string>) {
    this.#taken = new Set([...paths].map(placeOf));
  }

  /** A path nobody has, in this folder; it is taken from now on. */
  pathFor(folder: string, key: string): string {
    const plain = stemOf(key);
    const stem = this.#taken.has(placeOf(`${folder}/${plain}`))
      ? `${plain}-${markOf(key)}`
      : plain;
    this.#taken.add(placeOf(`${folder}/${stem}`));
    return `${folder}/${stem}.yaml`;
  }
}

function placeOf(path: string): string {
  return path.replace(/\.(?:yaml|yml|json)$/u, "").toLowerCase();
}

function stemOf(key: string): string {
  const plain = key.replaceAll(/[^A-Za-z0-9_ -]/gu, "-");
  if (plain.length > MAX_STEM)
    return `${plain.slice(0, MAX_STEM).trimEnd()}-${markOf(key)}`;
  return DEVICE.test(plain) || /^-|^$/u.test(plain) ? `_${plain}` : plain;
}

function markOf(key: string): string {
  const digest = sha256(key);
  const start = digest.indexOf(":") + 1;
  return digest.slice(start, start + MARK_DIGITS);
}
