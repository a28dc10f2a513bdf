import type { RunEvent } from "../domain/state/event.ts";

/** Takes progress. Must not throw and must not wait. */
export interface EventSink {
  emit(event: RunEvent): void;
}
