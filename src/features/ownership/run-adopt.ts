import type { AdoptInput } from "./command-adopt.ts";
import type { Io } from "../../command/io.ts";
import { changeOwnership } from "./change-ownership.ts";

/** Carries out `tieline adopt <environment> [connection…]`. Resolves to the exit status. */
export function run(input: AdoptInput, io: Io): Promise<number> {
  return changeOwnership("adopt", input, io);
}
