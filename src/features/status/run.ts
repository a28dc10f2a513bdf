import { statusJson } from "./json.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { StatusInput } from "./command.ts";
import type { Io } from "../../command/io.ts";

import { withEnvironment } from "../../command/open-environment.ts";
import { readStatus } from "./status.ts";
import { jsonText } from "../../output/json.ts";
import { renderStatus } from "./text.ts";

/** Carries out `tieline status <environment>`. Resolves to the exit status. */
export async function run(input: StatusInput, io: Io): Promise<number> {
  const name = input.args.environment;
  return withEnvironment(name, { input, io }, async (environment) => {
    const report = await readStatus(
      environment.name,
      (await environment.documents()).connections,
      environment,
    );
    if (io.isJson)
      io.out(
        jsonText({
          ...statusJson(report),
          exit_code: EXIT.done,
        }),
      );
    else io.out(renderStatus(report, io.style));
    return EXIT.done;
  });
}
