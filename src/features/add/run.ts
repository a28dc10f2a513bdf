import type { Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { runAdd } from "./add-connection.ts";

/** Carries out `tieline add <provider>`. Resolves to the exit status. */
export function run(input: Input, io: Io): Promise<number> {
  return runAdd(input, io);
}
