import { askYes } from "../../command/ask-yes.ts";
import type { StateRebuildInput } from "./command-rebuild.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { proposeRebuild, storeRebuilt } from "./state-rebuild.ts";
import { rebuildJson } from "./json.ts";
import { renderRebuild } from "./text.ts";

/** Carries out `tieline state rebuild <environment>`. Resolves to the exit status. */
export async function run(input: StateRebuildInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const proposal = await proposeRebuild(await environment.documents(), {
      ...environment,
      provenance: await environment.provenance(),
      approvals: [],
    });
    const isEmpty = proposal.entries.length === 0;
    if (!io.isJson) io.out(renderRebuild(proposal, io.style));
    if (!isEmpty) {
      if (!input.options.yes) await askYes("Store this inventory?", io);
      await storeRebuilt(proposal, environment.state, environment.holder);
    }
    return respond(io, {
      json: () => rebuildJson(proposal, !isEmpty),
      // Shown before it was stored.
      text: () => "",
    });
  });
}
