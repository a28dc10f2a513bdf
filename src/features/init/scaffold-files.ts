import { isDeepStrictEqual } from "node:util";
import {
  readBytesIfThere,
  SHARED_FILE,
  type FileWrite,
  type Place,
} from "../../platform/files/index.ts";
import { missingLines } from "../../util/missing-lines.ts";

/** Files of lines that a repository often has already. */
export const LINE_FILES: ReadonlyMap<string, string> = new Map([
  [".gitattributes", "*.enc.yaml linguist-generated=false\n"],
  [
    ".gitignore",
    "# state and data of the embedded API; a real environment keeps its state elsewhere\n.tieline/\n",
  ],
]);
/** Far beyond any of them. */
const MAX_LINES_BYTES = 1024 * 1024;

/** Writes a file that must not be there yet. */
export function newFile(
  place: Place,
  text: string,
  mode: number = SHARED_FILE,
): FileWrite {
  return {
    place,
    bytes: new TextEncoder().encode(text),
    mode,
    objection: (now) => (now === null ? undefined : "it exists already"),
  };
}

/** Replaces what was read before; whoever changed it meanwhile is not written over. */
export function changedFile(
  place: Place,
  before: Uint8Array,
  after: Uint8Array,
): FileWrite {
  return {
    place,
    bytes: after,
    mode: SHARED_FILE,
    objection: (now) =>
      now !== null && isDeepStrictEqual(Buffer.from(now), Buffer.from(before))
        ? undefined
        : "it changed while the command ran",
  };
}

/** Adds the lines that a file lacks; `undefined` when it has them all. */
export function withLines(place: Place, text: string): FileWrite | undefined {
  const before = readBytesIfThere(place, MAX_LINES_BYTES);
  if (before === null) return newFile(place, text);
  const lines = text.split("\n").filter((line) => /^[^#]/u.test(line));
  const added = missingLines(new TextDecoder().decode(before), lines);
  return added === ""
    ? undefined
    : changedFile(place, before, Buffer.concat([before, Buffer.from(added)]));
}
