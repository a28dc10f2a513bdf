import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isProcessAlive } from "../../../src/compose/process-alive.ts";

describe("isProcessAlive", () => {
  it("knows its own process", () => {
    expect(isProcessAlive(process.pid)).toBe(true);
  });

  it("knows that a process which was reaped is gone", async () => {
    const child = spawn(process.execPath, ["-e", "0"]);
    await new Promise((resolve) => child.once("exit", resolve));
    expect(isProcessAlive(child.pid ?? -1)).toBe(false);
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "takes a zombie for gone (needs /proc)",
    async () => {
      // The shell starts a child that ends at once, tells its id, and then never waits for it.
      const script = "sleep 0 & echo $!; exec sleep 30";
      const shell = spawn("sh", ["-c", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        const pid = await new Promise<number>((resolve) => {
          shell.stdout.once("data", (text: Buffer) => {
            resolve(Number(text.toString()));
          });
        });
        let isAlive = true;
        for (let look = 0; look < 100_000 && isAlive; look += 1) {
          isAlive = isProcessAlive(pid);
          await new Promise((resolve) => setImmediate(resolve));
        }
        expect(isAlive).toBe(false);
      } finally {
        shell.kill("SIGKILL");
      }
    },
  );
});
