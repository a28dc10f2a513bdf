import { isAbsolute } from "node:path";
import { AppError } from "../../domain/problem/error.ts";
import { readOwnFile } from "./pipe.ts";

/**
 * The text of a file that a variable of the process names, such as one that holds a secret.
 * @returns why it cannot be had, in words that hold nothing of it.
 */
export async function readVariableFile(
  path: string,
  variable: string,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly why: string }> {
  if (!isAbsolute(path))
    return {
      why: `${variable} is not an absolute path, so what it leads to depends on the folder`,
    };
  try {
    const bytes = await readOwnFile(path, maxBytes);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error instanceof AppError ? error.why : "it is not UTF-8";
    const because = why === undefined ? "" : `: ${why}`;
    return { why: `the file that ${variable} names cannot be read${because}` };
  }
}
