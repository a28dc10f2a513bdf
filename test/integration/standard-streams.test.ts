import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { API_CREDENTIALS, anApi, runIn } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  PROGRAM,
  writeFiles,
} from "../support/cli.ts";
import { runInShell } from "../support/shell.ts";

const COUNT = 16;
const FILES: Readonly<Record<string, string>> = {
  "environments/dev/environment.yaml": environmentText(),
  ...Object.fromEntries(
    Array.from({ length: COUNT }, (_, index) => {
      const name = `gmail-${String(index).padStart(2, "0")}`;
      return [`connections/${name}.yaml`, connectionText(name, ["read"])];
    }),
  ),
};

/** Nothing of the program's own text, and no stack. */
const CRASH = /INT001|\bat .*:\d+:\d+|throw |node:internal|\.cjs/u;

/**
 * What is done to the output of a command, and the status that is right after it when all else went
 * well.
 */
const OUTPUTS: readonly (readonly [
  name: string,
  redirect: string,
  status: number,
])[] = [
  ["a full disk under standard output", ">/dev/full", 1],
  ["a full disk under both", ">/dev/full 2>/dev/full", 1],
  ["a full disk under standard error", "2>/dev/full", 1],
  ["a reader that went away", "| true", 0],
  ["both closed", ">&- 2>&-", 0],
  ["a file that may not grow", ">big.txt", 1],
];

const COMMANDS: readonly (readonly string[])[] = [
  ["--help"],
  ["catalog", "list", "--json"],
  ["plan", "dev", "--verbose", "--trace-http"],
  ["render", "dev"],
];

describe.each(OUTPUTS)("%s", (_, redirect, status) => {
  it("is no crash of any command", async () => {
    const root = await aWorkspace(FILES);
    for (const args of COMMANDS) {
      // The last one is a real limit: a file of no more than four blocks, standard error apart.
      const limit = redirect.includes("big.txt") ? "ulimit -f 4; " : "";
      const line = `${limit}${[process.execPath, PROGRAM, ...args].join(" ")} ${redirect}`;
      const result = await runInShell(
        redirect.startsWith("|") ? `set -o pipefail; ${line}` : line,
        { cwd: root, env: API_CREDENTIALS },
      );
      const where = `${args.join(" ")}: ${result.stderr}`;
      expect(result.stderr, where).not.toMatch(CRASH);
      // What fits into four blocks is no failure; neither is what standard error was not needed
      // for.
      expect([0, status], where).toContain(result.status);
      if (result.status === 1 && !redirect.includes("2>")) {
        expect(result.stderr, where).toMatch(
          /^error CLI016: standard output cannot be written: .+ \((?:ENOSPC|EFBIG)\)/mu,
        );
        expect(result.stderr.trim().split("\n").at(-1), where).toMatch(
          /^error CLI016/u,
        );
      }
    }
  });
});

describe("an apply nobody listens to any more", () => {
  const endings: readonly (readonly [
    name: string,
    act: (child: ChildProcess) => void,
    status: number,
    result: string,
  ])[] = [
    [
      "because both readers went away",
      (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
      0,
      "applied",
    ],
    [
      "because its terminal was closed",
      (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        child.kill("SIGHUP");
        child.kill("SIGHUP");
      },
      129,
      "interrupted",
    ],
    [
      "because of Ctrl-\\",
      (child) => void child.kill("SIGQUIT"),
      131,
      "interrupted",
    ],
    [
      "because of SIGTERM",
      (child) => void child.kill("SIGTERM"),
      143,
      "interrupted",
    ],
  ];

  it.each(endings)(
    "%s is finished and recorded truthfully",
    async (_, act, status, result) => {
      let child: ChildProcess | undefined;
      const server = await anApi(({ isWrite }) => {
        const running = child;
        child = isWrite ? undefined : child;
        if (isWrite && running !== undefined) act(running);
      });
      server.setFaults([{ kind: "latency", route: "*", ms: 20 }]);
      const root = await aWorkspace(FILES);
      await writeFiles(root, {
        "environments/dev/environment.yaml": environmentText(
          "embedded:",
        ).replace("concurrency: 16", "concurrency: 2"),
      });
      const args = ["apply", "dev", "--yes", "--json-events", "--verbose"];
      child = spawn(
        process.execPath,
        [PROGRAM, ...args, "--target", server.origin],
        {
          cwd: root,
          env: {
            PATH: process.env["PATH"] ?? "",
            HOME: root,
            ...API_CREDENTIALS,
          },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      child.stdout?.resume();
      child.stderr?.resume();
      const running = child;
      const ended = await new Promise<number | null>((resolve) => {
        running.once("exit", resolve);
      });
      expect(ended).toBe(status);
      const log = await runIn(root, null, ["ledger", "log", "dev", "--json"]);
      expect(log.status, log.stderr).toBe(0);
      const { receipts } = JSON.parse(log.stdout) as {
        receipts: { result: string }[];
      };
      expect(receipts.map((receipt) => receipt.result)).toEqual([result]);
      const live = server.snapshot().connections.length;
      expect(live === COUNT).toBe(result === "applied");
      server.setFaults([]);
      const rest = await runIn(root, server, ["apply", "dev", "--yes"]);
      expect(rest.status, rest.stderr).toBe(0);
      expect(server.snapshot().connections).toHaveLength(COUNT);
    },
  );

  it("because its disk is full says so and ends with 1, and the state is whole", async () => {
    const server = await anApi();
    const root = await aWorkspace(FILES);
    const full = openSync("/dev/full", "w");
    try {
      const child = spawn(
        process.execPath,
        [PROGRAM, "apply", "dev", "--yes", "--target", server.origin],
        {
          cwd: root,
          env: {
            PATH: process.env["PATH"] ?? "",
            HOME: root,
            ...API_CREDENTIALS,
          },
          stdio: ["ignore", full, "pipe"],
        },
      );
      let stderr = "";
      child.stderr
        ?.setEncoding("utf8")
        .on("data", (chunk: string) => (stderr += chunk));
      const status = await new Promise<number | null>((resolve) => {
        child.once("close", resolve);
      });
      expect(status, stderr).toBe(1);
      expect(stderr).toMatch(/^error CLI016: standard output .*ENOSPC/mu);
      expect(stderr).not.toMatch(CRASH);
      expect(server.snapshot().connections).toHaveLength(COUNT);
      const again = await runIn(root, server, [
        "plan",
        "dev",
        "--detailed-exitcode",
      ]);
      expect(again.status, again.stderr).toBe(0);
    } finally {
      closeSync(full);
    }
  });
});

describe("a working folder that is gone", () => {
  it("is told, whatever the command", async () => {
    const root = await aWorkspace({ "gone/x": "" });
    for (const args of ["plan dev", "init", "secrets list dev", "doctor"]) {
      const result = await runInShell(
        `mkdir -p gone; cd gone; rm -r ../gone; ${process.execPath} ${PROGRAM} ${args}`,
        { cwd: root, env: {} },
      );
      expect(result.status, result.stderr).toBe(64);
      expect(result.stderr).toMatch(/^error CLI105: /u);
    }
  });
});
