import type { Run } from "../../command/command.ts";
import { runCopy } from "./run-copy.ts";
import { pullState } from "./state-place.ts";

/** Carries out `tieline state pull`. Resolves to the exit status. */
export const run: Run = (input, io) => runCopy(pullState, input, io);
