import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  placeIn,
  replaceFile,
  Scratch,
  sweepScratch,
} from "../../../../src/platform/files/index.ts";
import {
  draftName,
  isLeftOver,
  processName,
} from "../../../../src/platform/files/leftovers.ts";
import { aRealFolder } from "../../../support/folder.ts";
import { lstatSync, utimesSync } from "node:fs";

/** The number of a process that was, and is no more. */
function aDeadProcess(): number {
  return spawnSync(process.execPath, ["-e", "0"]).pid;
}

const ofProcess = (name: string, pid: number): string =>
  name.replace(`-${String(process.pid)}-`, `-${String(pid)}-`);

describe("what a killed process left in a folder", () => {
  it("goes with the next write there, and nothing else does", async () => {
    const root = aRealFolder();
    const left = ofProcess(draftName(), aDeadProcess());
    const elsewhere = left.replace(/draft-.{8}/u, "draft-00000000");
    const kept = [draftName(), elsewhere, ".tieline-draft-notes", "notes.tmp"];
    for (const name of [left, ...kept]) writeFileSync(join(root, name), "x");
    mkdirSync(join(root, `${left}0`));
    await replaceFile(placeIn(root, "file"), Buffer.of(), { mode: 0o600 });
    expect(readdirSync(root).sort()).toEqual(
      [...kept, `${left}0`, "file"].sort(),
    );
  });

  it("is old enough after a week, wherever its process ran", () => {
    const root = aRealFolder();
    const name = draftName().replace(/draft-.{8}/u, "draft-00000000");
    const path = join(root, name);
    writeFileSync(path, "x");
    expect(isLeftOver(name, ".tieline-draft-", lstatSync(path))).toBe(false);
    const weekAgo = new Date(Date.now() - 8 * 24 * 3_600_000);
    utimesSync(path, weekAgo, weekAgo);
    expect(isLeftOver(name, ".tieline-draft-", lstatSync(path))).toBe(true);
  });
});

describe("a file that another program has to see", () => {
  it("is for its owner only, is read again, and goes", () => {
    const scratch = new Scratch("secrets.enc.yaml", Buffer.from("a: 1\n"));
    const folder = dirname(scratch.file);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(lstatSync(scratch.file).mode & 0o777).toBe(0o600);
    writeFileSync(scratch.file, "a: 2\n");
    expect(Buffer.from(scratch.read()).toString()).toBe("a: 2\n");
    scratch.dispose();
    expect(existsSync(folder)).toBe(false);
  });

  it("goes with the next run when its own was killed", async () => {
    const { outputFiles } = await build({
      entryPoints: ["src/platform/files/scratch.ts"],
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
    });
    const [module] = outputFiles;
    const program = `
      const { Scratch } = await import(${JSON.stringify(`data:text/javascript;base64,${Buffer.from(module?.contents ?? []).toString("base64")}`)});
      const scratch = new Scratch("plain", Buffer.from("plain text"));
      process.stdout.write(scratch.file);
      setInterval(() => undefined, 1000);`;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "-e", program],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const [chunk] = (await once(child.stdout, "data")) as [Buffer];
    const file = chunk.toString();
    sweepScratch();
    expect(existsSync(file)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(existsSync(file)).toBe(true);
    sweepScratch();
    expect(existsSync(dirname(file))).toBe(false);
  });

  it("has a name that differs every time and is never another's", () => {
    const names = new Set(
      Array.from({ length: 100 }, () => processName("tieline-edit-")),
    );
    expect(names.size).toBe(100);
  });
});
