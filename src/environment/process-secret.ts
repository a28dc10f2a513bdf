import type { ProcessEnv } from "../domain/environment-access.ts";
import { UserError } from "../domain/problem/error.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import { readVariableFile } from "../platform/files/index.ts";

/** Far above any address and any row of secrets. */
const MAX_BYTES = 8_192;

/** Where values of the process are read from, and who must know them. */
export interface ProcessSecrets {
  readonly env: ProcessEnv;
  readonly scrubber: Scrubber;
}

/**
 * Reads what a variable holds, or the file that the variable of the same name with `_FILE` names.
 * @returns `undefined` where neither is set.
 * @throws UserError CLI110; nothing of the value is in a message.
 */
export async function readProcessSecret(
  name: string,
  { env, scrubber }: ProcessSecrets,
): Promise<string | undefined> {
  const fileName = `${name}_FILE`;
  const [value, file] = [env[name] ?? "", env[fileName] ?? ""];
  if (value === "" && file === "") return undefined;
  if (value !== "" && file !== "")
    throw unusable(name, `${name} and ${fileName} are both set`);
  const text = value === "" ? await textIn(file, fileName, name) : value;
  scrubber.register(text, name);
  if (text === "" || text.trim() !== text || /\p{Cc}/u.test(text))
    throw unusable(
      name,
      "it is empty, has white space at an edge, or holds a line break",
    );
  return text;
}

/** A value that cannot be used. */
export function unusable(
  name: string,
  why: string,
  fix = `correct ${name} where the process is started, or unset it`,
): UserError {
  return new UserError("CLI110", `${name} cannot be used`, {
    why,
    fix,
    notDone: "nothing was started",
  });
}

async function textIn(
  file: string,
  fileName: string,
  name: string,
): Promise<string> {
  const read = await readVariableFile(file, fileName, MAX_BYTES);
  if ("why" in read) throw unusable(name, read.why);
  // One line break at the end belongs to the file.
  return read.text.replace(/\r?\n$/u, "");
}
