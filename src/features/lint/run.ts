import type { LintInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { lintWorkspace } from "./lint-workspace.ts";

/** Carries out `tieline lint [environment…]`. Resolves to the exit status. */
export function run(input: LintInput, io: Io): Promise<number> {
  return lintWorkspace(input, io);
}
