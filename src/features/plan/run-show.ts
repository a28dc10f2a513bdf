import { textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { showPlanFile } from "./show-plan-file.ts";

/** Carries out `tieline show <plan file>`. Resolves to the exit status. */
export function run(input: Input, io: Io): Promise<number> {
  return Promise.resolve(showPlanFile(textOf(input.args["plan"]) ?? "", io));
}
