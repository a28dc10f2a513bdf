import { EXIT } from "../../command/exit-codes.ts";
import { textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { statusJson } from "../../command/report-json.ts";
import { openSession } from "../../environment/session.ts";
import { jsonText } from "../../output/json.ts";
import { renderStatus } from "./text.ts";

/** Carries out `tieline status <environment>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const session = await openSession(
    textOf(input.args["environment"]) ?? "",
    input,
    io,
  );
  try {
    const report = await session.status();
    if (io.isJson)
      io.out(
        jsonText({
          ...statusJson(report),
          exit_code: EXIT.done,
        }),
      );
    else io.out(renderStatus(report, io.style));
    return EXIT.done;
  } finally {
    await session.close();
  }
}
