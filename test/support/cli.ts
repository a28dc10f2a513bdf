import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** The built program; `npm test` builds it first. */
export const PROGRAM = new URL("../../dist/bin/tieline.cjs", import.meta.url)
  .pathname;

/** What a run of the program left. */
export interface CliResult {
  /** Exit status, or `null` when it was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  /** Added to an environment that holds nothing but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Kills it with SIGKILL when this resolves. */
  readonly killWhen?: Promise<void>;
  /** Sends SIGINT when this resolves. */
  readonly interruptWhen?: Promise<void>;
  /** A program that runs it, with its arguments, such as one that makes a container. */
  readonly via?: readonly string[];
}

/** Runs the program. Nothing of the caller's environment leaks in: no colour, no CI, no keys. */
export async function tieline(
  args: readonly string[],
  options: CliOptions,
): Promise<CliResult> {
  const [program, ...before] = [...(options.via ?? []), process.execPath];
  const child = spawn(program ?? "", [...before, PROGRAM, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: options.cwd, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout
    .setEncoding("utf8")
    .on("data", (chunk: string) => (stdout += chunk));
  child.stderr
    .setEncoding("utf8")
    .on("data", (chunk: string) => (stderr += chunk));
  child.stdin.end(options.input ?? "");
  void options.killWhen?.then(() => child.kill("SIGKILL"));
  void options.interruptWhen?.then(() => child.kill("SIGINT"));
  const status = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { status, stdout, stderr };
}

/** A temporary folder with these files, removed when the test ends. */
export async function aWorkspace(
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "tieline-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFiles(root, files);
  return root;
}

/** Writes files into a folder, making folders on the way. */
export async function writeFiles(
  root: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** An environment without limits that get in the way of tests. */
export function environmentText(
  target = "embedded:",
  more: readonly string[] = [],
): string {
  return [
    "environment: dev",
    `target: "${target}"`,
    "prune: true",
    "limits: {concurrency: 16, requests_per_second: 10000, max_deletes: 100000, max_change_ratio: 1}",
    ...more,
    "",
  ].join("\n");
}

/** An ordinary connection. */
export function connectionText(
  name: string,
  scopes: readonly string[],
  more: readonly string[] = [],
): string {
  return [
    `connection_id: ${name}`,
    "provider: gmail",
    "auth_type: oauth2",
    "credentials: {client_id: 1.apps.example, use_platform_creds: false}",
    "scopes:",
    ...scopes.map((scope) => `  - ${scope}`),
    ...more,
    "",
  ].join("\n");
}
