import { expect } from "vitest";
import { resolveDocuments } from "../../src/app/documents.ts";
import { formatFile } from "../../src/config/index.ts";
import { aFile } from "./documents.ts";
import type { Files } from "./import.ts";
import { textSource } from "./text-source.ts";

/** What every command promises of the files it writes: the common form, no error and nothing wrong with their names. */
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
  for (const [path, text] of Object.entries(files)) {
    if (!path.includes("connections/")) continue;
    const layer = path.startsWith("connections/") ? "base" : "overlay";
    expect(
      formatFile(aFile(path, text), { kind: "connection", layer }),
    ).toEqual({ kind: "formatted", before: text, after: text });
  }
}
