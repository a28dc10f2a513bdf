import type { Io } from "../../command/io.ts";
import type { CopyInput } from "./command-copy.ts";
import { runCopy } from "./run-copy.ts";
import { pullState } from "./state-place.ts";

/** Carries out `tieline state pull <environment> <where>`. Resolves to the exit status. */
export function run(input: CopyInput, io: Io): Promise<number> {
  return runCopy(pullState, input, io);
}
