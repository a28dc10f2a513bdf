import type { Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { runImport } from "./import-documents.ts";

/** Carries out `tieline import <environment…>`. Resolves to the exit status. */
export function run(input: Input, io: Io): Promise<number> {
  return runImport(input, io);
}
