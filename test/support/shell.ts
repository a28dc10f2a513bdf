import { spawn } from "node:child_process";
import type { CliResult } from "./cli.ts";

/** Runs a line of bash, for what only a shell can do to a program: redirections, pipes, limits. */
export async function runInShell(
  line: string,
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<CliResult> {
  const child = spawn("bash", ["-c", line], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: options.cwd, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout
    .setEncoding("utf8")
    .on("data", (chunk: string) => (stdout += chunk));
  child.stderr
    .setEncoding("utf8")
    .on("data", (chunk: string) => (stderr += chunk));
  const status = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { status, stdout, stderr };
}
