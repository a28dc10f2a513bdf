import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/**
 * One place of a layer: what lies below, what the layer says, what that gives, and what it is to
 * give. Absent is `undefined`.
 */
interface Situation {
  readonly lower: JsonValue | undefined;
  readonly over: JsonValue | undefined;
  readonly now: JsonValue | undefined;
  readonly wanted: JsonValue | undefined;
}

/** What a layer says so that the result is what is wanted. */
export interface AdjustedLayer {
  readonly value: JsonObject;
  /** Fields that a layer of this manner cannot bring about. */
  readonly unreachable: readonly Pointer[];
}

/**
 * The document of a layer, changed where the result is not what is wanted, and nowhere else. With
 * `merge` a field is taken away by `null`; otherwise `null` is a value, and nothing that lies below
 * can be taken away.
 */
export function adjustLayer(
  manner: "merge" | "over",
  situation: {
    readonly lower: JsonObject;
    readonly over: JsonObject;
    readonly now: JsonObject;
    readonly wanted: JsonObject;
  },
): AdjustedLayer {
  const adjuster = new Adjuster(manner);
  const value = adjuster.members(situation, []);
  return { value, unreachable: adjuster.unreachable };
}

class Adjuster {
  readonly unreachable: Pointer[] = [];
  readonly #manner: "merge" | "over";

  constructor(manner: "merge" | "over") {
    this.#manner = manner;
  }

  members(
    { lower, over, now, wanted }: Situation,
    path: readonly string[],
  ): JsonObject {
    const [below, said, wish] = [
      membersOf(lower),
      membersOf(over),
      membersOf(wanted),
    ];
    // Where the layer said something that was no mapping, nothing of it remains, and what lies
    // below shows again.
    const given =
      over === undefined || isJsonObject(over) ? membersOf(now) : below;
    const names = new Set([
      ...Object.keys(said),
      ...Object.keys(below),
      ...Object.keys(wish),
    ]);
    const out: [string, JsonValue][] = [];
    for (const name of names) {
      const value = this.#value(
        {
          lower: own(below, name),
          over: own(said, name),
          now: own(given, name),
          wanted: own(wish, name),
        },
        [...path, name],
      );
      if (value !== undefined) out.push([name, value]);
    }
    return Object.fromEntries(out);
  }

  #value(
    { lower, over, now, wanted }: Situation,
    path: readonly string[],
  ): JsonValue | undefined {
    if (isSame(now, wanted)) return over;
    if (isSame(lower, wanted)) return undefined;
    if (wanted === undefined) {
      if (this.#manner === "merge") return null;
      this.unreachable.push(pointerOf(path));
      return over;
    }
    if (isJsonObject(wanted) && isJsonObject(lower)) {
      const members = this.members({ lower, over, now, wanted }, path);
      return Object.keys(members).length === 0 ? undefined : members;
    }
    if (isJsonObject(wanted) && isJsonObject(over))
      return this.members({ lower: undefined, over, now, wanted }, path);
    if (this.#manner === "merge" && holdsNull(wanted))
      this.unreachable.push(pointerOf(path));
    return wanted;
  }
}

function membersOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function own(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

/** Whether a merge patch would lose a part of the value. Lists are taken over whole. */
function holdsNull(value: JsonValue): boolean {
  return (
    value === null ||
    (isJsonObject(value) && Object.values(value).some(holdsNull))
  );
}
