import type { StateShowInput } from "./command-show.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { stateJson } from "./json.ts";
import { readStateReport } from "./state-place.ts";
import { openStateOf } from "../../command/open-state.ts";
import { renderState } from "./text.ts";

/** Carries out `tieline state show <environment>`. Resolves to the exit status. */
export async function run(input: StateShowInput, io: Io): Promise<number> {
  const opened = await openStateOf(input.args.environment, input, io);
  const report = await readStateReport(opened);
  return respond(io, {
    json: () => stateJson(report),
    text: () => renderState(report, io.style),
  });
}
