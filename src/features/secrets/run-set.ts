import type { SetInput } from "./command-set.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { warningFor, changeValues, pathOf } from "./change.ts";
import { openSecretsFile, isBinary } from "./secrets-file.ts";
import { readSecretValue } from "./value-input.ts";

/** Carries out `tieline secrets set <file> <path>`. Resolves to the exit status. */
export async function run(input: SetInput, io: Io): Promise<number> {
  const path = input.args.path;
  const target = await openSecretsFile(input.args.file, input, io);
  const { value, isBreakLeftOut } = await readSecretValue(input, io, {
    question: `Value of ${plainText(path)} (not shown): `,
    isBinary: isBinary(target),
    type: input.options.type,
  });
  const warning = warningFor(value);
  if (warning !== undefined)
    io.err(`warning: the value would be refused when it is used: ${warning}\n`);
  const { isChanged, isNew, recipients } = await changeValues(
    target,
    io,
    (editor) => {
      editor.set(pathOf(path), value);
    },
  );
  return respond(io, {
    json: () => ({
      kind: "secrets-set",
      file: target.shown,
      path,
      changed: isChanged,
      created: isNew,
      ...(isNew ? { recipients } : {}),
      line_break_left_out: isBreakLeftOut,
    }),
    text: () => {
      const openedBy = `opened by:\n${recipients.map((name) => `  ${plainText(name)}\n`).join("")}`;
      return isChanged
        ? `set ${plainText(path)} in ${isNew ? "the new file " : ""}${plainText(target.shown)}${isBreakLeftOut ? ", without the line break at the end of the input" : ""}\n${isNew ? openedBy : ""}`
        : `${plainText(path)} has that value already\n`;
    },
  });
}
