import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import {
  placeAt,
  placeOfDocument,
  type Place,
} from "../../documents/read/document.ts";
import { fieldAt } from "../../documents/read/field-pointers.ts";
import type { JsonValue } from "../../domain/json.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { isEqualValue } from "../../engine/diff/equal.ts";

/**
 * A value of a shared document or template that changed, while the connection keeps what a layer
 * above says.
 */
export interface HiddenChange {
  readonly key: string;
  readonly path: Pointer;
  /** The shared file. */
  readonly file: string;
  readonly place: Place;
  /** The file that keeps the value. */
  readonly hiddenBy: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** What stays. */
  readonly stays?: JsonValue;
}

/** Connections as they were written, by key. */
export type Authored = ReadonlyMap<string, AuthoredConnection>;

/** What of the shared documents changed and a layer above hides, by connection and field. */
export function hiddenChanges(
  before: Authored,
  after: Authored,
): HiddenChange[] {
  return [...after].flatMap(([key, now]) => {
    const then = before.get(key);
    return then === undefined ? [] : hiddenOf(key, then, now);
  });
}

/** The shared files of which a layer above may hide something. */
export function coveredFiles(authored: Authored): ReadonlyMap<string, string> {
  return new Map(
    [...authored.values()].flatMap((connection) =>
      sharedLayers(connection).map(
        ({ document }) => [document.source.file, document.source.text] as const,
      ),
    ),
  );
}

type Layers = AuthoredConnection["layers"];

/** Layers that other environments have, too, with one above them. */
function sharedLayers({ layers }: AuthoredConnection): Layers {
  return layers.slice(0, -1).filter(({ layer }) => layer !== "overlay");
}

function hiddenOf(
  key: string,
  then: AuthoredConnection,
  now: AuthoredConnection,
): HiddenChange[] {
  return sharedLayers(now).flatMap(({ document }, index) => {
    const { file } = document.source;
    const above = now.layers.slice(index + 1);
    const former = then.layers.find(
      (each) => each.document.source.file === file,
    )?.document;
    if (former === undefined || former.source.text === document.source.text)
      return [];
    return FIELD_RULES.flatMap(({ pointer, semantics }): HiddenChange[] => {
      const was = fieldAt(former.value, pointer);
      const is = fieldAt(document.value, pointer);
      const stays = fieldAt(now.resolved, pointer);
      const isHidden =
        !isEqualValue(semantics, was, is) &&
        isEqualValue(semantics, fieldAt(then.resolved, pointer), stays) &&
        !isEqualValue(semantics, is, stays);
      if (!isHidden) return [];
      return [
        {
          key,
          path: pointer,
          file,
          hiddenBy: hidingFile(above, pointer),
          place: placeAt(document, pointer, "key") ?? placeOfDocument(document),
          ...(was === undefined ? {} : { before: was }),
          ...(is === undefined ? {} : { after: is }),
          ...(stays === undefined ? {} : { stays }),
        },
      ];
    });
  });
}

/** The highest file that says something of a field; an operation on it names it elsewhere. */
function hidingFile(above: Layers, pointer: Pointer): string {
  const saying =
    above.findLast(
      ({ document }) => fieldAt(document.value, pointer) !== undefined,
    ) ?? above.at(-1);
  return saying?.document.source.file ?? "";
}
