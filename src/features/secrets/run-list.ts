import { EXIT } from "../../command/exit-codes.ts";
import type { ListInput } from "./command-list.ts";
import type { Io } from "../../command/io.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { listTarget } from "./list-target.ts";
import { openTarget } from "./target.ts";

/** Carries out `tieline secrets list <file>`. Resolves to the exit status. */
export async function run(input: ListInput, io: Io): Promise<number> {
  const target = await openTarget(input.args.file, input, io);
  const listing = await listTarget(target);
  if (io.isJson)
    io.out(
      jsonText({
        kind: "secrets-list",
        file: target.shown,
        values: listing.values,
        recipients: listing.recipients,
        last_modified: listing.lastModified,
        version: listing.version,
        exit_code: EXIT.done,
      }),
    );
  else {
    const lines = listing.values.map(
      ({ path, encrypted }) =>
        `${plainText(path)}${encrypted ? "" : " (not encrypted)"}\n`,
    );
    const names = listing.recipients.map((name) => `  ${plainText(name)}\n`);
    io.out(
      `${lines.join("")}\nopened by:\n${names.join("")}last changed ${plainText(listing.lastModified)}\n`,
    );
  }
  return EXIT.done;
}
