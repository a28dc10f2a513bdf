import { renderEvent } from "../output/event-text.ts";
import type { RunEvent } from "../domain/state/event.ts";
import type { EventSink } from "../ports/event-sink.ts";

import { agentVariable } from "./agent.ts";
import { eventLine, headerLine } from "./event-lines.ts";
import type { Io } from "./io.ts";
import { isPipeline } from "./switches.ts";

/** Quicker work than this shows no progress: a flicker tells nobody anything. */
const PATIENCE_MS = 1000;
/** On a terminal a line is redrawn at most this often. */
const REDRAW_MS = 100;

/**
 * Shows progress on stderr: one line that is redrawn on a terminal, one line per phase elsewhere,
 * each step with `--verbose`, nothing with `--quiet` or for the first second.
 */
export function createProgress(io: Io, now: () => number): EventSink {
  const startedAt = now();
  const isLive =
    process.stderr.isTTY &&
    !isPipeline(io.env) &&
    agentVariable(io.env) === undefined &&
    !io.isVerbose;
  let drawnAt = 0;
  return {
    emit(event) {
      if (io.isQuiet) return;
      if (event.kind === "notice" || io.isVerbose) {
        io.err(`${renderEvent(event)}\n`);
        return;
      }
      const at = now();
      if (at - startedAt < PATIENCE_MS) return;
      if (isLive) {
        if (at - drawnAt < REDRAW_MS) return;
        drawnAt = at;
        io.transient(renderEvent(event));
      } else if (isMilestone(event)) io.err(`${renderEvent(event)}\n`);
    },
  };
}

/** Writes every event as one JSON line on stdout, after a line that says which format follows. */
export function createEventStream(io: Io): EventSink {
  io.out(headerLine());
  return {
    emit(event) {
      io.out(eventLine(event));
    },
  };
}

function isMilestone(event: RunEvent): boolean {
  return event.kind === "phase";
}
