import type { Run } from "../../command/command.ts";
import { runCopy } from "./run-copy.ts";
import { pushState } from "./state-place.ts";

/** Carries out `tieline state push`. Resolves to the exit status. */
export const run: Run = (input, io) => runCopy(pushState, input, io);
