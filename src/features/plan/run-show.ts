import type { ShowInput } from "./command-show.ts";
import type { Io } from "../../command/io.ts";
import { showPlanFile } from "./show-plan-file.ts";

/** Carries out `tieline show <plan file>`. Resolves to the exit status. */
export function run(input: ShowInput, io: Io): Promise<number> {
  return showPlanFile(input, io);
}
