import { countOf, countText } from "../util/count.ts";
import { type Paint, paint, type Style } from "./style.ts";
import { joinSafe, safe, type SafeText } from "./escape.ts";
import type { Outcome } from "../domain/state/outcome.ts";
import type { RunEvent } from "../domain/state/event.ts";

const STATUS_PAINT: Readonly<Record<Outcome["status"], Paint>> = {
  applied: "green",
  skipped: "yellow",
  failed: "red",
  unknown: "red",
};

type Phase = Extract<RunEvent, { kind: "phase" }>["phase"];

const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  documents: "reading the documents",
  observe: "reading what is live",
  plan: "planning",
  secrets: "opening the secrets",
  apply: "applying",
  record: "recording what was done",
};

/** One outcome on one line, without its reason: `applied  update "gmail"`. */
export function outcomeText(outcome: Outcome, style: Style): SafeText {
  const status = paint(style, STATUS_PAINT[outcome.status], outcome.status);
  return safe`${status} ${outcome.action} "${outcome.key}"`;
}

/** Why a change was not applied, `CODE: sentence`; empty where nothing is known. */
export function reasonText(outcome: Outcome): SafeText {
  const parts = [outcome.code, outcome.message].filter(
    (part) => part !== undefined,
  );
  return joinSafe(parts, ": ");
}

/**
 * One event as one line, without a line feed, so that it can be logged or drawn in place; it moves
 * no cursor itself.
 */
export function renderEvent(
  event: RunEvent,
  style: Style = { color: false, width: 80 },
): string {
  return eventLine(event, style).toString();
}

function eventLine(event: RunEvent, style: Style): SafeText {
  switch (event.kind) {
    case "phase":
      return paint(style, "dim", PHASE_WORDS[event.phase]);
    case "listed":
      return safe`listed ${countOf(event.count, "connection")}`;
    case "fetched":
      return safe`read ${progress(event.done, event.total)}`;
    case "change-started":
      return safe`started ${event.action} "${event.key}"`;
    case "step":
      return safe`  ${event.step} "${event.key}"`;
    case "change-finished":
      return finishedLine(event, style);
    case "notice":
      return safe`note: ${event.message}`;
  }
}

function finishedLine(
  event: Extract<RunEvent, { kind: "change-finished" }>,
  style: Style,
): SafeText {
  const { outcome, done, total } = event;
  const reason =
    outcome.code === undefined && outcome.message === undefined
      ? safe``
      : safe`: ${reasonText(outcome)}`;
  return safe`${progress(done, total)} ${outcomeText(outcome, style)}${reason}`;
}

function progress(done: number, total: number): string {
  return `${countText(done)}/${countText(total)}`;
}
