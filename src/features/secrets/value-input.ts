import { InterruptedError, UserError } from "../../domain/problem/error.ts";
import { inWords, readHandedOver } from "../../platform/files/index.ts";
import { goText, scalarFromBytes } from "../../secrets/sops/core/go-text.ts";
import { sopsString, type SopsScalar } from "../../secrets/sops/core/tree.ts";
import type { SetInput } from "./command-set.ts";
import type { Io } from "../../command/io.ts";
import { typedValue } from "./edit/typed-value.ts";

const MAX_BYTES = 1_048_576;
const ENTER = ["\r", "\n"];
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const DELETE = ["\u007f", "\b"];

/** A value as it was given. */
export interface SecretInput {
  readonly value: SopsScalar;
  /** True when a line break at the end of the input was left out. */
  readonly isBreakLeftOut: boolean;
}

/** What to read. */
export interface InputRequest {
  readonly question: string;
  /** The value is a whole file: taken bit by bit, whatever is in it. */
  readonly isBinary: boolean;
  /** `str` when absent. */
  readonly type: string | undefined;
}

/**
 * Reads a secret from standard input, from a file, or from a prompt that shows nothing. Never from
 * an argument: those stand in the history of the shell and in the list of processes. One line break
 * at the end of input and file is not part of the value, unless that is a whole file.
 * @throws UserError SEC031 when there is no way to ask, or the input cannot be used.
 */
export async function readSecretValue(
  input: SetInput,
  io: Io,
  request: InputRequest,
): Promise<SecretInput> {
  const file = input.options.valueFile;
  const bytes =
    file !== undefined
      ? await readFileOrRefuse(io.cwd, file)
      : input.options.stdin
        ? await readStdin()
        : undefined;
  if (request.isBinary && bytes !== undefined)
    return { value: registered(wholeFile(bytes), io), isBreakLeftOut: false };
  const given =
    bytes === undefined ? await prompt(io, request.question) : decoded(bytes);
  const text = bytes === undefined ? given : withoutBreak(given);
  io.scrubber.register(text, "the value given");
  return {
    value: typedValue(text, request.type),
    isBreakLeftOut: text !== given,
  };
}

function wholeFile(bytes: Uint8Array): SopsScalar {
  return scalarFromBytes("str", Buffer.from(bytes)) ?? sopsString("");
}

function registered(value: SopsScalar, io: Io): SopsScalar {
  io.scrubber.register(goText(value), "the value given");
  return value;
}

async function readFileOrRefuse(
  cwd: string,
  file: string,
): Promise<Uint8Array> {
  try {
    return await readHandedOver(cwd, file, MAX_BYTES);
  } catch (error) {
    throw inWords(error, {
      code: "SEC031",
      what: `the file "${file}" cannot be read`,
      fix: "name a file that holds nothing but the value",
      notDone: "nothing was written",
    });
  }
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array); // a stream without an encoding gives bytes
    size += bytes.length;
    if (size > MAX_BYTES)
      throw refused("the value is too large", "give at most 1 MiB");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refused(
      "the value is not UTF-8 text",
      "encode it, for example as base64",
    );
  }
}

function withoutBreak(text: string): string {
  return text.replace(/\r?\n$/u, "");
}

async function prompt(io: Io, question: string): Promise<string> {
  const { stdin } = process;
  if (!io.canAsk || io.isJson)
    throw refused(
      "there is no terminal to ask for the value on",
      "give it by --stdin or --value-file",
    );
  // Before the question: what somebody types at once would be shown.
  stdin.setRawMode(true);
  io.err(question);
  stdin.setEncoding("utf8");
  try {
    return await readHidden(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    io.err("\n");
  }
}

async function readHidden(stdin: NodeJS.ReadStream): Promise<string> {
  let value = "";
  for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
    for (const char of String(chunk)) {
      if (ENTER.includes(char)) return value;
      // What was typed so far may be half a secret.
      if (char === CTRL_D) throw ended();
      if (char === CTRL_C)
        throw new InterruptedError("CLI002", "interrupted", "SIGINT");
      value = DELETE.includes(char) ? value.slice(0, -1) : value + char;
    }
  }
  throw ended();
}

function ended(): UserError {
  return refused(
    "the input ended before Enter",
    "run the command again, and end the value with Enter",
  );
}

function refused(what: string, fix: string): UserError {
  return new UserError("SEC031", what, { fix, notDone: "nothing was written" });
}
