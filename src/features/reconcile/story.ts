import { countOf } from "../../util/count.ts";
import type { ActOutcome, LookOutcome, TickOutcome } from "./tick-outcome.ts";

/** Connections named in a sentence before the rest is only counted. */
const MAX_NAMES = 10;

/** What happened in a tick, in sentences; empty where nothing did. */
export function storyOf(outcome: TickOutcome): readonly string[] {
  switch (outcome.kind) {
    case "suspended":
    case "nothing-new":
      return [];
    case "failed": {
      const { code, message, why, fix } = outcome.error;
      return [
        `${code}: ${message}`,
        ...(why === undefined ? [] : [`why: ${why}`]),
        ...(fix === undefined ? [] : [`fix: ${fix}`]),
      ];
    }
    case "looked":
      return lookedStory(outcome);
    case "acted":
      return actedStory(outcome);
  }
}

function lookedStory({ looked }: LookOutcome): readonly string[] {
  return [
    ...looked.drift.map(({ key, paths, isMissing }) =>
      isMissing
        ? `${key} is gone from the platform`
        : `${key} changed on the platform: ${paths.join(", ")}`,
    ),
    ...(looked.waiting?.pending.waitsFor ?? []).map(
      (reason) => `a plan waits: ${reason}`,
    ),
    ...(looked.proposal === null || looked.drift.length === 0
      ? []
      : [looked.proposal.message]),
  ];
}

function actedStory({ looked, acted }: ActOutcome): readonly string[] {
  const { result, purpose, approvedBy } = acted;
  const isDone = (status: string): boolean => status === "applied";
  const done = result.outcomes.filter(({ status }) => isDone(status));
  const open = result.outcomes.filter(({ status }) => !isDone(status));
  const verb = purpose === "heal" ? "taken back" : "carried out";
  return [
    `${countOf(done.length, "change")} ${verb}${approvedBy === null ? "" : `, approved by ${approvedBy}`}: ${named(done.map(({ key, action }) => `${action} ${key}`))}`,
    ...open.map(
      ({ key, status, code, message }) =>
        `${key}: ${status}${code === undefined ? "" : ` (${code})`}${message === undefined ? "" : `: ${message}`}`,
    ),
    ...(result.unrecorded === null
      ? []
      : [
          `not recorded: ${result.unrecorded.code}: ${result.unrecorded.message}`,
        ]),
    ...(looked.waiting?.pending.waitsFor ?? []).map(
      (reason) => `a plan waits: ${reason}`,
    ),
  ];
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  const rest = names.length - MAX_NAMES;
  return rest > 0 ? `${shown} and ${String(rest)} more` : shown;
}
