import { isJsonObject } from "../../domain/json.ts";
import { parseStrictJson } from "../../util/strict-json.ts";
import type { OrderKind } from "./environment-page.ts";
import { onlyHeader, ReplyError, type PageRequest } from "./exchange.ts";
import type { Order } from "./give-order.ts";

/** What was filled in, by name. */
export type OrderInput = ReadonlyMap<string, string>;

const MAX_WHY = 500;
const HOUR_MS = 3_600_000;
const MAX_HOURS = 365 * 24;

/** Reads what was filled in into a form. @throws ReplyError 400, 415 for anything else. */
export function readForm(request: PageRequest): OrderInput {
  assertType(request, "application/x-www-form-urlencoded");
  const pairs = [...new URLSearchParams(request.body)];
  const input = new Map(pairs);
  if (input.size !== pairs.length)
    throw new ReplyError(400, "a field of the form is there twice");
  return input;
}

/** Reads what a program sends. @throws ReplyError 400, 415 for what is no object of texts. */
export function readJson(request: PageRequest): OrderInput {
  assertType(request, "application/json");
  const value = parsed(request.body);
  if (!isJsonObject(value)) throw new ReplyError(400, "the body is no object");
  const input = new Map<string, string>();
  for (const [name, member] of Object.entries(value)) {
    if (member === null) continue;
    if (typeof member !== "string" && typeof member !== "number")
      throw new ReplyError(
        400,
        "a member of the body is neither text nor number",
      );
    input.set(name, String(member));
  }
  return input;
}

function parsed(text: string): unknown {
  const read = parseStrictJson(text === "" ? "{}" : text);
  if ("value" in read) return read.value;
  throw new ReplyError(400, "the body is no JSON, or names a member twice");
}

/** A browser sends other types than a form's across sites only after asking. */
function assertType(request: PageRequest, type: string): void {
  const [given = ""] = (onlyHeader(request, "content-type") ?? "").split(";");
  if (given.trim().toLowerCase() !== type)
    throw new ReplyError(415, `the body has to be ${type}`);
}

/** Makes an order of what was filled in. @throws ReplyError 400 for what is missing or wrong. */
export function readOrder(
  kind: OrderKind,
  input: OrderInput,
  now: number,
): Order {
  switch (kind) {
    case "suspend":
      return { kind, why: readWhy(input), until: readUntil(input, now) };
    case "resume":
      return { kind, suspendedAt: input.get("suspended_at") ?? null };
    case "reconcile":
      return { kind };
    case "approve": {
      const digest = input.get("digest") ?? "";
      if (!/^sha256:[0-9a-f]{64}$/u.test(digest))
        throw new ReplyError(
          400,
          '"digest" has to be that of the plan that waits',
        );
      return { kind, digest };
    }
  }
}

function readWhy(input: OrderInput): string {
  const why = (input.get("why") ?? "").trim();
  if (why === "") throw new ReplyError(400, '"why" is missing');
  if (why.length > MAX_WHY)
    throw new ReplyError(
      400,
      `"why" is longer than ${String(MAX_WHY)} characters`,
    );
  return why;
}

function readUntil(input: OrderInput, now: number): string | null {
  const hours = input.get("hours") ?? "";
  const until = input.get("until") ?? "";
  if (hours !== "" && until !== "")
    throw new ReplyError(
      400,
      '"hours" and "until" say the same: leave one out',
    );
  if (hours === "" && until === "") return null;
  const end = hours === "" ? untilMs(until) : now + hoursOf(hours) * HOUR_MS;
  if (!(end > now && end <= now + MAX_HOURS * HOUR_MS))
    throw new ReplyError(400, "a suspension ends within a year from now");
  return new Date(end).toISOString();
}

function hoursOf(text: string): number {
  return /^\d{1,4}(?:\.\d{1,3})?$/u.test(text) ? Number(text) : Number.NaN;
}

function untilMs(text: string): number {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/u.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
