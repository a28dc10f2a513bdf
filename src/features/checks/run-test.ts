import { EXIT } from "../../command/exit-codes.ts";
import type { TestInput } from "./command-test.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { runTest } from "./check-environments.ts";
import { testJson } from "./json.ts";
import { isAnyBad } from "./report.ts";
import { renderTest } from "./text.ts";

/** Carries out `tieline test <environment> [connection…]`. Resolves to the exit status. */
export async function run(input: TestInput, io: Io): Promise<number> {
  const report = await runTest(
    {
      environment: input.args.environment,
      keys: input.args.connection,
      probes: input.options.probe,
    },
    input,
    io,
  );
  const isBad = isAnyBad([
    ...report.api,
    ...report.connections.flatMap(({ results }) => results),
  ]);
  const exitCode = isBad ? EXIT.failed : EXIT.done;
  return respond(io, {
    json: () => testJson(report),
    text: () => renderTest(report, io.style),
    exitCode: exitCode,
  });
}
