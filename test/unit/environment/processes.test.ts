import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { systemProcesses } from "../../../src/environment/processes.ts";
import type { ProcessMark } from "../../../src/ports/processes.ts";

const SELF = systemProcesses.self;

function isSleep(pid: number | undefined): boolean {
  return readFileSync(`/proc/${String(pid)}/comm`, "utf8").trim() === "sleep";
}

/** When a process started, read independently: the 22nd field of its line in /proc. */
function startOf(pid: number): string {
  const text = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

async function aGoneProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "0"]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? -1;
}

describe("processes of the system", () => {
  it("never take one without a mark for gone", async () => {
    expect(systemProcesses.isGone(await aGoneProcess(), undefined)).toBe(false);
  });
});

describe.skipIf(SELF === null)("processes where /proc tells of them", () => {
  const mark = (parts: Partial<ProcessMark> = {}): ProcessMark => ({
    boot: "",
    pidNamespace: "",
    started: "",
    ...SELF,
    ...parts,
  });

  it("know their own", () => {
    expect(SELF?.started).toBe(startOf(process.pid));
    expect(systemProcesses.isGone(process.pid, mark())).toBe(false);
  });

  it("know that one which was reaped is gone", async () => {
    expect(systemProcesses.isGone(await aGoneProcess(), mark())).toBe(true);
  });

  it("know that an id was given out again by when its process started", () => {
    expect(systemProcesses.isGone(process.pid, mark({ started: "1" }))).toBe(
      true,
    );
  });

  it.each([
    ["of another boot", { boot: "another" }],
    ["of another container", { pidNamespace: "pid:[1]" }],
    ["of another machine", { boot: "another", pidNamespace: "pid:[1]" }],
  ])("never take one %s for gone", async (_, parts) => {
    for (const started of [mark().started, "1"])
      expect(
        systemProcesses.isGone(
          await aGoneProcess(),
          mark({ ...parts, started }),
        ),
      ).toBe(false);
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "take a zombie for gone",
    async () => {
      // The child ends when its input does; by then the shell is a program that never waits for it.
      const script = "cat <&3 >&2 & echo $!; exec sleep 30";
      const shell = spawn("sh", ["-c", script], {
        stdio: ["ignore", "pipe", "inherit", "pipe"],
      });
      try {
        const pid = await new Promise<number>((resolve) => {
          shell.stdout?.once("data", (text: Buffer) => {
            resolve(Number(text.toString()));
          });
        });
        for (let look = 0; look < 100_000 && !isSleep(shell.pid); look += 1)
          await new Promise((resolve) => setImmediate(resolve));
        const started = startOf(pid);
        shell.stdio[3]?.destroy();
        let isGone = false;
        for (let look = 0; look < 100_000 && !isGone; look += 1) {
          isGone = systemProcesses.isGone(pid, mark({ started }));
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(isGone).toBe(true);
      } finally {
        shell.kill("SIGKILL");
      }
    },
  );
});
