/**
 * The standalone executable for this platform. It is made with a Node.js that can do so, which is a
 * later one than the floor: TIELINE_SEA_NODE names it where the tests run on an earlier one.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aWorkspace, tieline } from "../support/cli.ts";

const TOP = new URL("../../", import.meta.url).pathname;
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const builder =
  process.env["TIELINE_SEA_NODE"] ??
  (major > 25 || (major === 25 && minor >= 5) ? process.execPath : undefined);
const SECRET = "gmail-support/client_secret";

let folder = "";
let program = "";

/** Runs it where there is no Node.js, and no folder of packages. */
function run(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly input?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
) {
  return spawnSync(program, args, {
    encoding: "utf8",
    cwd: options.cwd,
    input: options.input ?? "",
    env: { PATH: "/usr/bin:/bin", HOME: options.cwd, ...options.env },
  });
}

async function aConfiguration(): Promise<string> {
  const root = await aWorkspace({});
  expect(run(["init", "."], { cwd: root })).toMatchObject({ status: 0 });
  return root;
}

describe.skipIf(builder === undefined || process.platform === "win32")(
  "the standalone executable (skipped without Node 25.5: TIELINE_SEA_NODE)",
  { timeout: 240_000 },
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "tieline-standalone-"));
      program = execFileSync(
        process.execPath,
        [
          join(TOP, "scripts/package-sea.mjs"),
          "--builder",
          builder ?? "",
          "--out",
          folder,
        ],
        { encoding: "utf8" },
      ).trim();
    }, 240_000);
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it("is the program: its version, its pages, its schemas", async () => {
      const cwd = await aWorkspace({});
      for (const args of [
        ["--version"],
        ["explain", "CFG001"],
        ["schema", "connection"],
        ["catalog", "show", "gmail"],
        ["no-such-command"],
      ]) {
        const { status, stdout, stderr } = run(args, { cwd });
        expect({ status, stdout, stderr }).toEqual(
          await tieline(args, { cwd }),
        );
      }
    });

    it("validates, plans and applies, and unpacks itself nowhere", async () => {
      const cwd = await aConfiguration();
      const scratch = await aWorkspace({});
      const env = { TMPDIR: scratch };
      expect(run(["validate"], { cwd, env }).stdout).toContain("dev: ");
      const planned = run(["plan", "dev", "--detailed-exitcode"], { cwd, env });
      expect(planned.status, planned.stderr).toBe(2);
      const applied = run(["apply", "dev", "--yes"], { cwd, env });
      expect(applied.status, applied.stderr).toBe(0);
      const again = run(["plan", "dev", "--detailed-exitcode"], { cwd, env });
      expect(again.status, again.stderr).toBe(0);
      expect(await readdir(scratch)).toEqual([]);
    });

    it("encrypts a secret and gives it back", async () => {
      const cwd = await aConfiguration();
      const set = run(["secrets", "set", "dev", SECRET, "--stdin"], {
        cwd,
        input: "demo-value-of-a-test",
      });
      expect(set.status, set.stderr).toBe(0);
      const check = run(["secrets", "check"], { cwd });
      expect(check.status, check.stdout).toBe(0);
      const editor = join(cwd, "editor.sh");
      await writeFile(editor, `#!/bin/sh\ncat "$1" > "${cwd}/seen"\n`);
      await chmod(editor, 0o700);
      const edit = run(["secrets", "edit", "dev"], {
        cwd,
        env: { EDITOR: editor },
      });
      expect(edit.status, edit.stderr).toBe(0);
      expect(await readFile(join(cwd, "seen"), "utf8")).toContain(
        "demo-value-of-a-test",
      );
    });

    it("has inside what an installation leaves to people", async () => {
      const cwd = await aConfiguration();
      const file = join(cwd, "environments/dev/environment.yaml");
      const document = await readFile(file, "utf8");
      await writeFile(file, `${document}state: { backend: postgres }\n`);
      const { status, stderr } = run(["status", "dev"], {
        cwd,
        env: { TIELINE_DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" },
      });
      expect(status).not.toBe(0);
      expect(stderr).toContain("STA013");
      expect(stderr).not.toContain("npm install");
    });

    it("is what git runs to show a file of secrets", async () => {
      const cwd = await aConfiguration();
      const git = (...args: readonly string[]) =>
        execFileSync("git", args, {
          cwd,
          encoding: "utf8",
          env: {
            PATH: "/usr/bin:/bin",
            HOME: cwd,
            GIT_CONFIG_GLOBAL: "/dev/null",
            GIT_CONFIG_SYSTEM: "/dev/null",
          },
        });
      git("init", "-q");
      git("add", "-A");
      const installed = run(["secrets", "install-git"], { cwd });
      expect(installed.status, installed.stderr).toBe(0);
      run(["secrets", "set", "dev", SECRET, "--stdin"], { cwd, input: "new" });
      const shown = git("diff", "--", "environments/dev/secrets.enc.yaml");
      expect(shown).toContain("client_secret:");
      expect(shown).not.toContain("ENC[");
    });
  },
);
