/**
 * Text forms of what the reconciler stores: the value, its kind and format, and a digest over all
 * of it. What cannot be understood, was altered, or belongs to another environment is an error.
 */
import { isJsonObject } from "../domain/json.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { Orders } from "../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
} from "../domain/reconcile/status.ts";
import type { Shape } from "../domain/shape.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { isPlainJson } from "../util/plain-json.ts";
import { parseStrictJson } from "../util/strict-json.ts";
import { damaged, decodePlan, encodePlan } from "./codec.ts";
import {
  isEnvironmentStatus,
  isOrders,
  isRunRecord,
} from "./reconcile-shapes.ts";

const FORMAT = "1.0";

/** One kind of what is stored, as text and back. */
export interface StoredForm<T> {
  /** One line. */
  encode(environment: string, value: T): string;
  /** @throws UserError STA001. */
  decode(text: string, environment: string, place: string): T;
}

/** What is known of an environment. */
export const STATUS: StoredForm<EnvironmentStatus> = storedForm(
  "reconcile-status",
  isEnvironmentStatus,
);
/** What people asked for. */
export const ORDERS: StoredForm<Orders> = storedForm(
  "reconcile-orders",
  isOrders,
);
/** A line of history. */
export const RUN: StoredForm<RunRecord> = storedForm(
  "reconcile-run",
  isRunRecord,
);
/** The plan that waits; it has a digest of its own. */
export const PENDING: StoredForm<Plan> = {
  encode: (_environment, plan) => encodePlan(plan),
  decode(text, environment, place) {
    const read = parseStrictJson(text);
    const value = "value" in read ? read.value : undefined;
    const digest = isJsonObject(value) ? value["digest"] : undefined;
    const plan = decodePlan(
      text,
      typeof digest === "string" ? digest : "",
      place,
    );
    if (plan.environment === environment) return plan;
    throw damaged(place, "it is of another environment");
  },
};

function storedForm<T>(kind: string, shape: Shape<T>): StoredForm<T> {
  return {
    encode(environment, value) {
      const content = { kind, format: FORMAT, environment, value };
      const digest = sha256(canonicalJson(content));
      return `${JSON.stringify({ ...content, digest })}\n`;
    },
    decode(text, environment, place) {
      const read = parseStrictJson(text);
      const stored = "value" in read ? read.value : undefined;
      if (!isJsonObject(stored) || !isPlainJson(stored))
        throw damaged(place, "it is not JSON");
      const { digest, ...content } = stored;
      if (content["kind"] !== kind || content["format"] !== FORMAT)
        throw damaged(place, `it is no ${kind} of format ${FORMAT}`);
      if (digest !== digestOf(content))
        throw damaged(place, "its content does not have the digest it names");
      if (content["environment"] !== environment)
        throw damaged(place, "it is of another environment");
      const { value } = content;
      if (!shape(value))
        throw damaged(place, "it has members that this version does not know");
      return value;
    },
  };
}

/** `undefined` for content that has no canonical form. */
function digestOf(content: unknown): string | undefined {
  try {
    return sha256(canonicalJson(content));
  } catch {
    return undefined;
  }
}
