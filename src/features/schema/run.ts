import { EXIT } from "../../command/exit-codes.ts";
import type { SchemaInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { writeSchemas, schemaText } from "./schemas.ts";

/** Carries out `tieline schema [name]`. Resolves to the exit status. */
export async function run(input: SchemaInput, io: Io): Promise<number> {
  const out = input.options.out;
  if (out !== undefined) {
    const files = await writeSchemas(io.cwd, out);
    return respond(io, {
      json: () => ({ kind: "schemas", files }),
      print: () => {
        io.out(files.map((file) => `${plainText(file)}\n`).join(""));
        if (!io.isQuiet) io.err(`\n${NEXT}\n`);
      },
    });
  }
  io.out(schemaText(input.args.name));
  return EXIT.done;
}

/**
 * How editors learn of the files. Named here, because the guide is not part of an installed
 * package.
 */
const NEXT =
  'Next: begin a document with "# yaml-language-server: $schema=<way to the file>" (connection.schema.json for connections/, overlay.schema.json\nfor environments/*/connections/, environment.schema.json, template.schema.json for templates/), or map the files in your editor\'s settings.';
