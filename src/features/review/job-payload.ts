/** What the event of a job tells, as the forges write it. */
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { isObjectName } from "../../domain/provenance.ts";

/**
 * The event of a job; `undefined` for a text that is no JSON object. Why is not told: others wrote
 * its words.
 */
export function eventIn(text: string): JsonObject | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return isJsonObject(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Only whole names of commits are used; forges write zeros where there is none. */
export function commitIn(value: unknown): string | null {
  return typeof value === "string" &&
    isObjectName(value) &&
    !/^0+$/u.test(value)
    ? value
    : null;
}

/** Numbers of pull requests, as both forges keep them. */
export function isPullNumber(value: unknown): value is number {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value > 0 &&
    value <= 2_147_483_647
  );
}
