/**
 * The real `sops` program, for comparing with it. Tests that need it are skipped, and say so, where
 * it is not installed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anIdentity, type TestIdentity } from "./sops-builder.ts";

export const hasSops: boolean =
  spawnSync("sops", ["--version", "--disable-version-check"]).status === 0;

/** One folder of the program, with an age key of its own. */
export interface SopsBench {
  readonly mine: TestIdentity;
  /** What `createSopsProgram` and the program itself run with. */
  readonly env: Readonly<Record<string, string>>;
  run(
    args: readonly string[],
    input?: Uint8Array | string,
  ): {
    readonly status: number | null;
    readonly stdout: Buffer;
    readonly stderr: string;
  };
  /** Puts a file into the folder the program runs in. @returns its name. */
  write(name: string, content: Uint8Array | string): string;
  dispose(): void;
}

export async function aSopsBench(): Promise<SopsBench> {
  const mine = await anIdentity();
  const folder = mkdtempSync(join(tmpdir(), "tieline-bench-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    SOPS_AGE_KEY: mine.identity,
    SOPS_DISABLE_VERSION_CHECK: "1",
  };
  return {
    mine,
    env,
    run: (args, input = "") => {
      const { status, stdout, stderr } = spawnSync("sops", args, {
        input,
        env,
        cwd: folder,
      });
      return { status, stdout, stderr: stderr.toString("utf8") };
    },
    write: (name, content) => {
      writeFileSync(join(folder, name), content);
      return name;
    },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
