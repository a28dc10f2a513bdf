import type { JsonPrimitive, JsonValue } from "../json.ts";

/**
 * Which way of changing a rule lets more pass. A list names the values, loosest first, with `null`
 * where the rule is absent. `higher` and `lower` speak of an amount or a date, of which absent is
 * the loosest; `more` and `fewer` of the items of a list; `absent` and `present` of the rule as a
 * whole.
 */
export type Looser =
  | "higher"
  | "lower"
  | "more"
  | "fewer"
  | "absent"
  | "present"
  | readonly JsonPrimitive[];

/** What a change of a rule does; `changed` where that cannot be told from the two values alone. */
export type Direction = "loosened" | "tightened" | "changed";

/** Which way one value of a rule was changed. Pure; `undefined` is absent. */
export function directionOf(
  looser: Looser | undefined,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Direction {
  switch (looser) {
    case undefined:
      return "changed";
    case "absent":
    case "fewer":
      return byPresence(after === undefined, before === undefined);
    case "present":
    case "more":
      return byPresence(after !== undefined, before !== undefined);
    case "higher":
    case "lower":
      return byAmount(looser, before, after);
    default:
      return byRank(looser, before, after);
  }
}

function byPresence(isLooserNow: boolean, wasLooser: boolean): Direction {
  if (isLooserNow === wasLooser) return "changed";
  return isLooserNow ? "loosened" : "tightened";
}

function byAmount(
  looser: "higher" | "lower",
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Direction {
  if (before === undefined || after === undefined)
    return byPresence(after === undefined, before === undefined);
  const isComparable =
    (typeof before === "number" && typeof after === "number") ||
    (typeof before === "string" && typeof after === "string");
  if (!isComparable || before === after) return "changed";
  const isHigher = after > before;
  return isHigher === (looser === "higher") ? "loosened" : "tightened";
}

function byRank(
  values: readonly JsonPrimitive[],
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Direction {
  const rank = (value: JsonValue | undefined): number =>
    values.findIndex((each) => each === (value ?? null));
  const [from, to] = [rank(before), rank(after)];
  if (from < 0 || to < 0 || from === to) return "changed";
  return to < from ? "loosened" : "tightened";
}
