import { spawn, spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { aWorkspace, PROGRAM, tieline } from "../support/cli.ts";

/** A terminal is made by the program `script` of util-linux; without it nobody can be asked. */
const NO_TERMINAL = spawnSync("script", ["--version"], {
  encoding: "utf8",
}).stdout?.includes("util-linux")
  ? undefined
  : "the program script of util-linux is not installed";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** A command that asks, and what is typed then. */
interface Question {
  readonly root: string;
  readonly args: readonly string[];
  readonly asks: string;
  readonly keys: string;
}

const APPLY = { args: ["apply", "dev"], asks: "to go on" };
const SET = {
  args: ["secrets", "set", "dev", "gmail-support/client_secret"],
  asks: "(not shown)",
};

/** Runs the program on a terminal, and types this when it asks. */
async function typed({ root, args, asks, keys }: Question): Promise<{
  readonly status: number | null;
  readonly shown: string;
}> {
  const line = [process.execPath, PROGRAM, ...args]
    .map((word) => `'${word}'`)
    .join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    cwd: root,
    env: { PATH: process.env["PATH"] ?? "", HOME: root, TERM: "dumb" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let shown = "";
  let isTyped = false;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    shown += chunk;
    if (isTyped || !shown.includes(asks)) return;
    isTyped = true;
    child.stdin.write(keys);
  });
  const status = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { status, shown };
}

/** Documents and secrets; what the embedded API keeps lies elsewhere. */
async function documents(root: string): Promise<readonly string[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile() && !file.parentPath.includes(".tieline"))
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths
      .sort()
      .map(async (path) => `${path} ${await readFile(path, "base64")}`),
  );
}

describe.skipIf(NO_TERMINAL !== undefined)(
  `questions on a terminal${NO_TERMINAL === undefined ? "" : `: ${NO_TERMINAL}`}`,
  () => {
    it.each([
      { keys: CTRL_D, ...APPLY, status: 64, code: "CLI005" },
      { keys: CTRL_C, ...APPLY, status: 130, code: "CLI002" },
      { keys: `half${CTRL_D}`, ...SET, status: 3, code: "SEC031" },
      { keys: `half${CTRL_C}`, ...SET, status: 130, code: "CLI002" },
    ])(
      "$keys ends $args, and nothing is written",
      async ({ keys, args, asks, status, code }) => {
        const root = await aWorkspace({});
        const made = await tieline(["init", "."], { cwd: root });
        expect(made.status, made.stderr).toBe(0);
        const before = await documents(root);
        const ended = await typed({ root, args, asks, keys });
        expect([ended.status, ended.shown]).toEqual([
          status,
          expect.stringContaining(code),
        ]);
        expect(ended.shown).not.toContain("half");
        expect(await documents(root)).toEqual(before);
      },
    );
  },
);
