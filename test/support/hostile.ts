/** What every run of the program owes its user, whatever it was given. */
import { lstat, mkdir, mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type EmbeddedOptions,
} from "../../src/embedded/index.ts";
import { tieline, type CliOptions, type CliResult } from "./cli.ts";

export const CREDENTIALS = {
  SCALEKIT_CLIENT_ID: "test",
  SCALEKIT_CLIENT_SECRET: "test-only-secret",
};

/** Longest that any command may take on anything, in milliseconds. */
const MAX_RUN_MS = 20_000;

/**
 * Characters that act on a terminal, turn the reading direction or hide, and what pipelines take
 * for a command; a line feed is all that output needs. Written down here a second time, so that the
 * program's own list is held against something.
 */
const ACTIVE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Cs}|[\ufe0e\ufe0f]{2}|##[\w.-]*\[|^[^\S\n]*::/mu;

/** Checks that an output acts on nothing. */
export function expectHarmless(
  text: string,
  { isPainted = false, hasCommands = false } = {},
): void {
  const unpainted = isPainted
    ? text.replaceAll(/\u001b\[\d{1,2}m/gu, "")
    : text;
  const judged = hasCommands
    ? unpainted.replaceAll(/^::(?:error|warning|notice) /gmu, "")
    : unpainted;
  const found = ACTIVE.exec(judged);
  const at = found?.index ?? 0;
  expect(
    found === null,
    JSON.stringify(judged.slice(Math.max(0, at - 200), at + 200)),
  ).toBe(true);
}

/**
 * Runs the program in little memory and checks what holds for every run: it ends, shows no stack
 * and no active character, keeps its secret.
 */
export async function runTidily(
  args: readonly string[],
  options: CliOptions,
): Promise<CliResult> {
  let timer: NodeJS.Timeout | undefined;
  const killWhen = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_RUN_MS);
  });
  const result = await tieline(args, {
    ...options,
    env: { NODE_OPTIONS: "--max-old-space-size=256", ...options.env },
    killWhen,
  });
  clearTimeout(timer);
  const all = result.stdout + result.stderr;
  expect(
    result.status,
    `ended by itself\n${all.slice(0, 2000)}`,
  ).not.toBeNull();
  expect(all).not.toMatch(/^ {4}at |node:internal|INT001|heap out of memory/mu);
  const form = {
    isPainted: args.includes("--color"),
    hasCommands: args.includes("github"),
  };
  expectHarmless(result.stdout, form);
  expectHarmless(result.stderr, form);
  expect(all).not.toContain(CREDENTIALS.SCALEKIT_CLIENT_SECRET);
  return result;
}

/** An embedded API for whoever closes it. */
export function startApi(
  options: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedApi> {
  return startEmbedded({
    clientId: CREDENTIALS.SCALEKIT_CLIENT_ID,
    clientSecret: CREDENTIALS.SCALEKIT_CLIENT_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
    ...options,
  });
}

/** A workspace with a neighbour folder, so that what leaves the workspace shows. */
export interface Place {
  readonly outer: string;
  readonly root: string;
}

export async function aPlace(folder: string): Promise<Place> {
  const outer = await mkdtemp(join(folder, "place-"));
  const root = join(outer, "workspace");
  await mkdir(root);
  await mkdir(join(outer, "neighbour"));
  return { outer, root };
}

/** Every path below a folder with its kind, size and time, links not followed. */
export async function treeOf(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const { size, mtimeMs } = await lstat(path);
    const isFolder = entry.isDirectory();
    found.push(
      isFolder ? `${path}/` : `${path} ${String(size)} ${String(mtimeMs)}`,
    );
    if (isFolder) found.push(...(await treeOf(path).catch(() => [])));
  }
  return found.sort();
}
