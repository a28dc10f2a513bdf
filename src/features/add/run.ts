import type { AddInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { runAdd } from "./add-connection.ts";

/** Carries out `tieline add <provider>`. Resolves to the exit status. */
export function run(input: AddInput, io: Io): Promise<number> {
  return runAdd(input, io);
}
