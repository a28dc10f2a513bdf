import type { ImportInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { runImport } from "./import-documents.ts";

/** Carries out `tieline import <environment…>`. Resolves to the exit status. */
export function run(input: ImportInput, io: Io): Promise<number> {
  return runImport(input, io);
}
