import type { ListInput } from "./command-list.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { listValues } from "./list-values.ts";
import { openSecretsFile } from "./secrets-file.ts";

/** Carries out `tieline secrets list <file>`. Resolves to the exit status. */
export async function run(input: ListInput, io: Io): Promise<number> {
  const target = await openSecretsFile(input.args.file, input, io);
  const listing = await listValues(target);
  return respond(io, {
    json: () => ({
      kind: "secrets-list",
      file: target.shown,
      values: listing.values,
      recipients: listing.recipients,
      last_modified: listing.lastModified,
      version: listing.version,
    }),
    text: () => {
      const lines = listing.values.map(
        ({ path, encrypted }) =>
          `${plainText(path)}${encrypted ? "" : " (not encrypted)"}\n`,
      );
      const names = listing.recipients.map((name) => `  ${plainText(name)}\n`);
      return `${lines.join("")}\nopened by:\n${names.join("")}last changed ${plainText(listing.lastModified)}\n`;
    },
  });
}
