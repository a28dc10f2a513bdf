import { UserError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import {
  openPrivate,
  readPrivate,
  replacePrivateNow,
  type Appender,
} from "../../platform/files/index.ts";
import { parseStrictJson } from "../../util/strict-json.ts";

/**
 * A data file of one JSON object per line. The first line is a header; each further line is one
 * commit, whole or not there.
 *
 * Promises: {@link Journal.append} returns after the line was handed to the operating system, so a
 * killed process loses nothing it answered for; a line that a kill tore off is dropped on the next
 * read; {@link Journal.rewrite} replaces the file atomically. The file is readable by its owner
 * only.
 */
export interface Journal {
  append(line: JsonObject): void;
  rewrite(lines: readonly JsonObject[]): void;
  close(): void;
}

/** What a data file held. */
export interface JournalContent {
  readonly lines: readonly JsonObject[];
  /**
   * True when the last line was torn and dropped; the file should be rewritten before it is
   * appended to.
   */
  readonly isTorn: boolean;
}

/**
 * Reads a data file; a file that is not there is empty.
 * @throws UserError CLI011 when it is no data file, STA008 or STA035 when it cannot be read.
 */
export function readJournal(dataFile: string): JournalContent {
  const text = readPrivate(dataFile);
  if (text === null) return { lines: [], isTorn: false };
  const pieces = text.split("\n");
  const tail = pieces.pop() ?? "";
  const lines = pieces.map((piece, index) => {
    const value = parseLine(piece);
    if (value === undefined)
      throw unusable(
        dataFile,
        `line ${String(index + 1)} is not a JSON object`,
      );
    return value;
  });
  return { lines, isTorn: tail !== "" };
}

function parseLine(text: string): JsonObject | undefined {
  const read = parseStrictJson(text);
  return "value" in read && isJsonObject(read.value) ? read.value : undefined;
}

/** Opens a data file for writing; nothing is created before the first line is written. */
export function createJournal(dataFile: string): Journal {
  let file: Appender | undefined;
  const close = (): void => {
    file?.close();
    file = undefined;
  };
  return {
    append(line) {
      file ??= openPrivate(dataFile);
      // All of it or none: half a line would hide every later one.
      file.append(encodeLines([line]));
    },
    rewrite(lines) {
      close();
      replacePrivateNow(dataFile, encodeLines(lines));
    },
    close,
  };
}

function encodeLines(lines: readonly JsonObject[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** @returns CLI011, with what is wrong with the file. */
export function unusable(dataFile: string, why: string): UserError {
  return new UserError(
    "CLI011",
    `the data file "${dataFile}" of the embedded API cannot be used`,
    {
      why,
      fix: "name another file, or move this one away to start with an empty environment",
      notDone: "the embedded API was not started",
    },
  );
}
