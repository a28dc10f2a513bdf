import { posix } from "node:path";
import { expect } from "vitest";
import { roleOf } from "../../src/environment/documents/document-files.ts";
import { resolveDocuments } from "../../src/environment/documents/documents.ts";
import { formatFile } from "../../src/documents/format/format.ts";
import { aFile } from "./documents.ts";
import type { Files } from "./import.ts";
import { textSource } from "./text-source.ts";

/**
 * What every command promises of the files it writes: the common form, no error and nothing wrong
 * with their names.
 */
export async function expectTidy(
  files: Files,
  environment: string,
): Promise<void> {
  const { diagnostics } = await resolveDocuments(
    textSource(files),
    environment,
    {},
  );
  const wrong = diagnostics.filter(
    ({ severity, code }) =>
      (severity === "error" && code !== "CFG020") || code === "CFG010",
  );
  expect(wrong).toEqual([]);
  expectForm(files);
}

/** The common form, and a line for editors that leads to the schema of what the file is. */
export function expectForm(files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const role = roleOf(path);
    if (role === undefined) continue;
    expect(formatFile(aFile(path, text), role)).toEqual({
      kind: "formatted",
      before: text,
      after: text,
    });
    const schema = /^# yaml-language-server: \$schema=(.*)$/mu.exec(text)?.[1];
    if (schema === undefined) continue;
    const name = role.layer === "overlay" ? "overlay" : role.kind;
    expect(posix.join(posix.dirname(path), schema)).toBe(
      `schemas/${name}.schema.json`,
    );
  }
}
