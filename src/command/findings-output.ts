import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { VERSION } from "../domain/generated/version.ts";
import type { ReportedFinding } from "../output/findings.ts";
import { renderGithub } from "../output/github.ts";
import { jsonText } from "../output/json.ts";
import { sarifLog, type SarifRule } from "../output/sarif.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";

/**
 * Writes findings in the form that `--output sarif` or `--output github` asks for.
 * @returns false, and writes nothing, for every other form.
 */
export function writeFindings(
  {
    findings,
    rules = [],
    root,
  }: {
    readonly findings: readonly ReportedFinding[];
    /** What the findings are of, where they are of a linter. */
    readonly rules?: readonly SarifRule[];
    /** Folder of the workspace. */
    readonly root: string;
  },
  input: CommonInput,
  io: Io,
): boolean {
  if (io.isJson) return false;
  const format = input.options.output;
  const prefix = repositoryPrefix(resolve(io.cwd, root));
  if (format === "github") {
    io.commands(renderGithub(findings, { prefix }));
    return true;
  }
  if (format !== "sarif") return false;
  io.out(jsonText(sarifLog(findings, { prefix, version: VERSION, rules })));
  return true;
}

/**
 * Where the workspace lies in its repository, with a slash at the end: GitHub takes paths from the
 * repository's root.
 */
function repositoryPrefix(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) {
      const way = relative(folder, root).split(sep).join("/");
      return way === "" ? "" : `${way}/`;
    }
    if (dirname(folder) === folder) return "";
  }
}
