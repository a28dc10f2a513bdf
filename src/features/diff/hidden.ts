import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import { fieldAt } from "../../documents/read/field-pointers.ts";
import type { JsonValue } from "../../domain/json.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { isEqualValue } from "../../engine/diff/equal.ts";
import type { Side } from "./side.ts";

/**
 * A value of a shared document that changed, while the connection keeps what its environment says.
 */
export interface HiddenChange {
  readonly key: string;
  readonly path: Pointer;
  /** The shared document. */
  readonly file: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
  /** What stays. */
  readonly stays?: JsonValue;
}

/** What of the shared documents changed and an overlay hides, by connection and field. */
export function hiddenChanges(before: Side, after: Side): HiddenChange[] {
  return [...after.authored].flatMap(([key, now]) => {
    const then = before.authored.get(key);
    return then === undefined ? [] : hiddenOf(key, then, now);
  });
}

function hiddenOf(
  key: string,
  then: AuthoredConnection,
  now: AuthoredConnection,
): HiddenChange[] {
  const shared = baseOf(now);
  const former = baseOf(then);
  if (shared === undefined || former === undefined) return [];
  if (now.layers.length < 2) return [];
  return FIELD_RULES.flatMap(({ pointer, semantics }) => {
    const was = fieldAt(former.value, pointer);
    const is = fieldAt(shared.value, pointer);
    const stays = fieldAt(now.resolved, pointer);
    const isHidden =
      !isEqualValue(semantics, was, is) &&
      isEqualValue(semantics, fieldAt(then.resolved, pointer), stays) &&
      !isEqualValue(semantics, is, stays);
    return isHidden
      ? [
          {
            key,
            path: pointer,
            file: shared.source.file,
            ...(was === undefined ? {} : { before: was }),
            ...(is === undefined ? {} : { after: is }),
            ...(stays === undefined ? {} : { stays }),
          },
        ]
      : [];
  });
}

function baseOf({ layers }: AuthoredConnection) {
  return layers.find(({ layer }) => layer === "base")?.document;
}
