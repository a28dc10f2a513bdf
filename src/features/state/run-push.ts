import type { Io } from "../../command/io.ts";
import type { CopyInput } from "./command-copy.ts";
import { runCopy } from "./run-copy.ts";
import { pushState } from "./state-place.ts";

/** Carries out `tieline state push <environment> <where>`. Resolves to the exit status. */
export function run(input: CopyInput, io: Io): Promise<number> {
  return runCopy(pushState, input, io);
}
