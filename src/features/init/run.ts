import type { InitInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { documentSchemas } from "../schema/schemas.ts";
import { askedEnvironment, initEnvironment } from "./init-environment.ts";
import { scaffold } from "./scaffold.ts";

/** Carries out `tieline init [folder]`. Resolves to the exit status. */
export async function run(input: InitInput, io: Io): Promise<number> {
  const asked = askedEnvironment(input, io);
  if (asked !== undefined) return initEnvironment(asked, input, io);
  const folder = input.args.folder ?? ".";
  const files = await scaffold(io.cwd, folder, documentSchemas());
  return respond(io, {
    json: () => ({ kind: "scaffold", folder, files }),
    text: () => {
      const next = [
        ...(folder === "." ? [] : [`cd ${plainText(folder)}`]),
        ...NEXT,
      ];
      return `${files.map((file) => `wrote ${plainText(file)}\n`).join("")}\nNext:\n${next.map((line) => `  ${line}\n`).join("")}`;
    },
  });
}

/** What a newcomer types after it, in this order. */
const NEXT: readonly string[] = [
  "tieline plan dev               what an apply would do",
  "tieline apply dev              do it, in the embedded API: no account is needed",
  "tieline add <provider>         a connection of your own; tieline catalog search <words> finds providers",
  "tieline init --environment prod --target https://<yours>.scalekit.com    a real environment, with a key of its own",
];
