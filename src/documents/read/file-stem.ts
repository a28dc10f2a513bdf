import { sha256 } from "../../util/hash.ts";

/**
 * Longest name of a file without its extension: with it and a temporary suffix it stays under the
 * 255 bytes file systems take.
 */
const MAX_STEM = 150;
/**
 * Names that Windows keeps for devices. @remarks Source: Microsoft, "Naming Files, Paths, and
 * Namespaces".
 */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/iu;
const MARK_DIGITS = 8;

/**
 * The name of a connection's file, without extension: the connection's own where every file system
 * can hold it. Otherwise the nearest that can, with a mark made from the whole name, so that no two
 * connections share a file. Never leads to another folder.
 */
export function fileStemOf(key: string): string {
  const plain = key
    .replaceAll(/[^A-Za-z0-9_ -]/gu, "-")
    .slice(0, MAX_STEM)
    .trim();
  const hasStart = /^[A-Za-z0-9_]/u.test(plain);
  if (plain === key && hasStart && !DEVICE.test(plain)) return key;
  return markedStem(hasStart ? plain : `_${plain}`, key);
}

/** A name with the mark of a connection, for when the plain one is taken by a file of another. */
export function markedStem(stem: string, key: string): string {
  const digest = sha256(key);
  const start = digest.indexOf(":") + 1;
  return `${stem}-${digest.slice(start, start + MARK_DIGITS)}`;
}
