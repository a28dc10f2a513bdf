import { isMap, isScalar, type Scalar } from "yaml";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import { pairOf, rangeOf } from "../read/document.ts";
import { readText } from "./read-text.ts";
import { Splices } from "./splices.ts";

/** A member that gets another name, where it stands. */
export interface Rename {
  readonly pointer: Pointer;
  readonly name: string;
}

/**
 * The text with members renamed in place: their order, values and comments stay. `undefined` where
 * a member is not written there itself.
 * @throws UserError CFG047 when the text is no document.
 */
export function renameMembers(
  text: string,
  renames: readonly Rename[],
  index = 0,
): string | undefined {
  const { documents, isJson } = readText(text);
  const splices = new Splices(text);
  for (const { pointer, name } of renames) {
    const key = keyAt(documents[index]?.contents, pointer);
    const range = rangeOf(key);
    if (range === undefined) return undefined;
    splices.replace(...range, isJson ? JSON.stringify(name) : name);
  }
  return splices.apply();
}

function keyAt(root: unknown, pointer: Pointer): Scalar | undefined {
  const path = segmentsOf(pointer);
  const last = path.pop();
  let at = root;
  for (const segment of path)
    at = isMap(at) ? pairOf(at, segment)?.value : undefined;
  const key =
    isMap(at) && last !== undefined ? pairOf(at, last)?.key : undefined;
  return isScalar(key) ? key : undefined;
}
