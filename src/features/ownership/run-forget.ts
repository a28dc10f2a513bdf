import type { ForgetInput } from "./command-forget.ts";
import type { Io } from "../../command/io.ts";
import { changeOwnership } from "./change-ownership.ts";

/** Carries out `tieline forget <environment> <connection…>`. Resolves to the exit status. */
export function run(input: ForgetInput, io: Io): Promise<number> {
  return changeOwnership("forget", input, io);
}
