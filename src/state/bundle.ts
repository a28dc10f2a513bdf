/**
 * A whole state as one JSON text, to carry it from one backend to another or to keep a copy. Holds
 * no secret.
 */
import { UserError } from "../domain/problem/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import type { StateContent } from "../domain/state/state.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { parseStrictJson } from "../util/strict-json.ts";
import {
  decodeInventory,
  decodeLedger,
  decodePlan,
  encodeInventory,
  encodeReceipt,
} from "./codec.ts";

const FORMAT = "1.0";

/** The text of a state. */
export function encodeBundle(
  environment: string,
  content: StateContent,
): string {
  const { inventory, ledger, plans } = content;
  const bundle = {
    kind: "state",
    format_version: FORMAT,
    environment,
    inventory:
      inventory === null
        ? null
        : (JSON.parse(encodeInventory(inventory)) as unknown),
    ledger,
    plans,
  };
  const digest = sha256(canonicalJson(bundle));
  return `${JSON.stringify({ ...bundle, digest }, null, 2)}\n`;
}

/**
 * The state in a text.
 * @param place - where the text came from, for messages.
 * @throws UserError STA001 for text that is no state of this environment, was altered, or has a
 * part that cannot be read.
 */
export function decodeBundle(
  text: string,
  environment: string,
  place: string,
): StateContent {
  const value = parse(text);
  if (value?.["kind"] !== "state" || value["format_version"] !== FORMAT)
    throw unusable(place, "it is not state that tieline state pull wrote");
  const { digest, ...bundle } = value;
  if (digestOf(bundle) !== digest)
    throw unusable(place, "its content does not have the digest it names");
  const { environment: named } = bundle;
  if (named !== environment)
    throw unusable(
      place,
      `it is the state of ${typeof named === "string" ? named : "nothing"}, not of ${environment}`,
    );
  const { inventory, ledger, plans } = bundle;
  if (!Array.isArray(ledger) || !Array.isArray(plans))
    throw unusable(place, "it has no ledger or no plans");
  return {
    inventory:
      inventory === null
        ? null
        : decodeInventory(JSON.stringify(inventory), place),
    ledger: decodeLedger(
      // Each was checked for its shape by nobody yet: the same reader as for a ledger does it.
      ledger.map((receipt) => encodeReceipt(receipt as never)).join(""),
      place,
    ),
    plans: plans.map((plan) => planOf(plan, place)),
  };
}

function planOf(value: unknown, place: string): Plan {
  const digest = isJsonObject(value) ? value["digest"] : undefined;
  return decodePlan(
    JSON.stringify(value),
    typeof digest === "string" ? digest : "",
    place,
  );
}

function parse(text: string): JsonObject | undefined {
  const read = parseStrictJson(text);
  return "value" in read && isJsonObject(read.value) ? read.value : undefined;
}

function digestOf(value: JsonObject): string | undefined {
  try {
    return sha256(canonicalJson(value));
  } catch {
    return undefined;
  }
}

function unusable(place: string, why: string): UserError {
  return new UserError("STA001", `the state file "${place}" cannot be used`, {
    why,
    fix: "write one with: tieline state pull <environment> <file>.json",
    notDone: "nothing was changed",
  });
}
