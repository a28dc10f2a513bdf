import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

import { UserError } from "../domain/error.ts";
import { isJsonObject } from "../domain/json.ts";
import type { JsonObject } from "../domain/json.ts";
import { parseStrictJson } from "../util/strict-json.ts";

/**
 * A data file of one JSON object per line. The first line is a header; each further line is one commit, whole or not there.
 *
 * Promises: {@link Journal.append} returns after the line was handed to the operating system, so a killed process loses nothing it
 * answered for; a line that a kill tore off is dropped on the next read; {@link Journal.rewrite} replaces the file atomically.
 * The file is readable by its owner only.
 */
export interface Journal {
  append(line: JsonObject): void;
  rewrite(lines: readonly JsonObject[]): void;
  close(): void;
}

/** What a data file held. */
export interface JournalContent {
  readonly lines: readonly JsonObject[];
  /** True when the last line was torn and dropped; the file should be rewritten before it is appended to. */
  readonly isTorn: boolean;
}

/**
 * Reads a data file; a file that is not there is empty.
 * @throws UserError CLI011 when it cannot be read or is no data file.
 */
export function readJournal(dataFile: string): JournalContent {
  const text = readText(dataFile);
  if (text === undefined) return { lines: [], isTorn: false };
  const pieces = text.split("\n");
  const tail = pieces.pop() ?? "";
  const lines = pieces.map((piece, index) => {
    const value = parseLine(piece);
    if (value === undefined)
      throw unusable(dataFile, `line ${String(index + 1)} is no JSON object`);
    return value;
  });
  return { lines, isTorn: tail !== "" };
}

function readText(dataFile: string): string | undefined {
  try {
    return readFileSync(dataFile, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(dataFile, "it cannot be read", error);
  }
}

function parseLine(text: string): JsonObject | undefined {
  const read = parseStrictJson(text);
  return "value" in read && isJsonObject(read.value) ? read.value : undefined;
}

/** Opens a data file for writing; nothing is created before the first line is written. */
export function createJournal(dataFile: string): Journal {
  let descriptor: number | undefined;
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    append(line) {
      descriptor ??= openForAppend(dataFile);
      appendWhole(descriptor, encodeLines([line]));
    },
    rewrite(lines) {
      close();
      replaceFile(dataFile, encodeLines(lines));
    },
    close,
  };
}

function openForAppend(dataFile: string): number {
  try {
    mkdirSync(dirname(dataFile), { recursive: true });
    return openSync(dataFile, "a", 0o600);
  } catch (error) {
    throw unusable(dataFile, "it cannot be written", error);
  }
}

/** Writes all of it or, when the disk refuses, none of it: half a line would hide every later one. */
function appendWhole(descriptor: number, bytes: Uint8Array): void {
  const { size } = fstatSync(descriptor);
  try {
    writeWhole(descriptor, bytes);
  } catch (error) {
    ftruncateSync(descriptor, size);
    throw error;
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;) {
    offset += writeSync(descriptor, bytes, offset);
  }
}

function replaceFile(dataFile: string, bytes: Uint8Array): void {
  const temporary = `${dataFile}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(dirname(dataFile), { recursive: true });
    const descriptor = openSync(temporary, "w", 0o600);
    try {
      writeWhole(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, dataFile);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unusable(dataFile, "it cannot be written", error);
  }
}

function encodeLines(lines: readonly JsonObject[]): Uint8Array {
  return Buffer.from(
    lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    "utf8",
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** @returns CLI011, with what is wrong with the file. */
export function unusable(
  dataFile: string,
  why: string,
  cause?: unknown,
): UserError {
  return new UserError(
    "CLI011",
    `the data file "${dataFile}" of the embedded API cannot be used`,
    {
      why,
      fix: "name another file, or move this one away to start with an empty environment",
      notDone: "the embedded API was not started",
      cause,
    },
  );
}
