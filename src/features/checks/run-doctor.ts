import { EXIT } from "../../command/exit-codes.ts";
import type { DoctorInput } from "./command-doctor.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { runDoctor } from "./check-environments.ts";
import { doctorJson } from "./json.ts";
import { isAnyBad } from "./report.ts";
import { renderDoctor } from "./text.ts";

/** Carries out `tieline doctor [environment…]`. Resolves to the exit status. */
export async function run(input: DoctorInput, io: Io): Promise<number> {
  const report = await runDoctor(input.args.environment, input, io);
  const isBad = isAnyBad([
    ...report.general,
    ...report.environments.flatMap(({ results }) => results),
  ]);
  const exitCode = isBad ? EXIT.failed : EXIT.done;
  return respond(io, {
    json: () => doctorJson(report),
    text: () => renderDoctor(report, io.style),
    exitCode: exitCode,
  });
}
