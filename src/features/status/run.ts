import { statusJson } from "./json.ts";
import type { StatusInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";

import { withEnvironment } from "../../command/open-environment.ts";
import { readStatus } from "./status.ts";
import { renderStatus } from "./text.ts";

/** Carries out `tieline status <environment>`. Resolves to the exit status. */
export async function run(input: StatusInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const report = await readStatus(
      environment.name,
      (await environment.documents()).connections,
      { ...environment, countsAccounts: input.options.accounts },
    );
    return respond(io, {
      json: () => statusJson(report),
      text: () => renderStatus(report, io.style),
    });
  });
}
