import { EXIT } from "../../command/exit-codes.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import type { TestInput } from "./command-test.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { testJson } from "./json.ts";
import { isAnyBad } from "./report.ts";
import { testConnections } from "./test-connections.ts";
import { renderTest } from "./text.ts";

/** Carries out `tieline test <environment> [connection…]`. Resolves to the exit status. */
export async function run(input: TestInput, io: Io): Promise<number> {
  const { environment: name, connection: keys } = input.args;
  const report = await withEnvironment(
    name,
    { input, io },
    async (environment) =>
      testConnections(await environment.documents(), keys, {
        ...environment,
        concurrency: environment.rules.limits.concurrency,
        // Providers are asked about client secrets only on request.
        ...(input.options.probe ? { probe: environment.secretProbe } : {}),
      }),
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
