import { hostname } from "node:os";
import { ConflictError } from "../../domain/problem/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import { writeDurably } from "../durable.ts";
import { decodeLease, encodeLease, isHeld } from "../lease-record.ts";
import { turnsIn } from "./turns.ts";

/**
 * A write takes milliseconds; one that holds its turn this long belongs to a machine that is gone.
 */
const TURN_TTL_MS = 30_000;
const ATTEMPTS = 200;
/** Mean wait between two attempts; 200 of them are longer than a turn can last. */
const WAIT_MS = 200;
const FREE = "free\n";

/** Where turns are taken, and by whom. */
export interface WriteTurnContext {
  readonly folder: string;
  readonly place: string;
  readonly clock: Clock;
  readonly processes: Processes;
}

/**
 * Runs a read-check-write as the only writer of a folder, so that of two processes with the same
 * state in mind the second notices the first.
 * @throws ConflictError STA002 when no turn comes.
 */
export async function asOnlyWriter<T>(
  context: WriteTurnContext,
  work: () => Promise<T>,
): Promise<T> {
  const { folder, place, clock, processes } = context;
  const turns = turnsIn(folder, "writer");
  const { self } = processes;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await turns.current();
    const current = decodeLease(before.text);
    const isTaken =
      current !== undefined && isHeld(current, clock.now(), processes);
    const text = encodeLease({
      actor: "",
      host: hostname(),
      pid: process.pid,
      ...(self === null ? {} : { mark: self }),
      runId: "",
      id: "",
      fence: before.number + 1,
      expiresAt: clock.now() + TURN_TTL_MS,
    });
    if (!isTaken && (await turns.take(before, text))) {
      try {
        return await work();
      } finally {
        await writeDurably(turns.pathOf(before.number + 1), FREE);
      }
    }
    await clock.sleep(attempt === 0 ? 1 : WAIT_MS * 2 * clock.random());
  }
  throw new ConflictError(
    "STA002",
    `other runs keep writing to the state in ${place}`,
    { fix: "try again", notDone: "nothing was changed" },
  );
}
