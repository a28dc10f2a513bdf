import type { Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { changeOwnership } from "./change-ownership.ts";

/** Carries out `tieline adopt <environment> [connection…]`. Resolves to the exit status. */
export function run(input: Input, io: Io): Promise<number> {
  return changeOwnership("adopt", input, io);
}
