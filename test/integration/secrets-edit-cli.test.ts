import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { aWorkspace, PROGRAM, tieline } from "../support/cli.ts";

const FILE = "environments/dev/secrets.enc.yaml";

async function aDemo(): Promise<string> {
  const root = await aWorkspace({});
  expect((await tieline(["init", "."], { cwd: root })).status).toBe(0);
  return root;
}

/** An editor that does what its script says; `$1` is the file. */
async function anEditor(root: string, script: string): Promise<string> {
  const editor = join(root, "editor.sh");
  await writeFile(editor, `#!/bin/sh\n${script}\n`);
  await chmod(editor, 0o700);
  return editor;
}

async function set(
  root: string,
  file: string,
  path: string,
  input: string,
): Promise<void> {
  const args = ["secrets", "set", file, path, "--stdin"];
  const { status, stderr } = await tieline(args, { cwd: root, input });
  expect([status, stderr]).toEqual([0, ""]);
}

describe.skipIf(process.platform === "win32")("secrets edit", () => {
  it("hands a binary file over bit by bit, and takes it back so", async () => {
    const root = await aDemo();
    const file = "environments/dev/key.enc.bin";
    const before = Buffer.from([0, 255, 254, 13, 10, 128, 10]);
    const source = join(root, "source");
    await writeFile(source, before);
    const config = await readFile(join(root, ".sops.yaml"), "utf8");
    await writeFile(
      join(root, ".sops.yaml"),
      config.replace(/path_regex: \S+/u, "path_regex: dev/"),
    );
    const stored = await tieline(
      ["secrets", "set", file, "data", "--value-file", "source", "--json"],
      { cwd: root },
    );
    expect(JSON.parse(stored.stdout)).toMatchObject({
      line_break_left_out: false,
    });
    const editor = await anEditor(
      root,
      `cp "$1" '${root}/seen'\nprintf '\\377\\376' >> "$1"`,
    );
    const env = { EDITOR: editor };
    const edited = await tieline(["secrets", "edit", file, "--json"], {
      cwd: root,
      env,
    });
    expect(JSON.parse(edited.stdout)).toMatchObject({ changed: true });
    expect(await readFile(join(root, "seen"))).toEqual(before);
    await tieline(["secrets", "edit", file], { cwd: root, env });
    expect(await readFile(join(root, "seen"))).toEqual(
      Buffer.concat([before, Buffer.from([255, 254])]),
    );
  });

  it("shows comments, encrypts what is written in their place, and leaves nothing readable", async () => {
    const root = await aDemo();
    const add = await anEditor(
      root,
      `printf '# why this is here\\nnew: value-1 # beside\\n' >> "$1"`,
    );
    const first = await tieline(["secrets", "edit", "dev"], {
      cwd: root,
      env: { EDITOR: add },
    });
    expect(first.status).toBe(0);
    const stored = await readFile(join(root, FILE), "utf8");
    expect(stored).not.toMatch(/why this|beside|value-1/u);
    expect(stored.match(/type:comment\]/gu)).toHaveLength(2);
    const look = await anEditor(root, `cp "$1" '${root}/seen'`);
    const second = await tieline(["secrets", "edit", "dev"], {
      cwd: root,
      env: { EDITOR: look },
    });
    expect(second.stdout).toBe("nothing changed\n");
    expect(await readFile(join(root, "seen"), "utf8")).toContain(
      "# why this is here\nnew: value-1 # beside\n",
    );
    expect(await readFile(join(root, FILE), "utf8")).toBe(stored);
    await writeFile(
      join(root, FILE),
      stored.replace(/^sops:/mu, "# readable\nsops:"),
    );
    const check = await tieline(["secrets", "check", "--json"], { cwd: root });
    expect(JSON.parse(check.stdout)).toMatchObject({
      diagnostics: [{ code: "SEC005", severity: "warning" }],
    });
  });

  it("gives the editor what it is shown on, and no credential", async () => {
    const root = await aDemo();
    const editor = await anEditor(root, `env > '${root}/seen'`);
    await tieline(["secrets", "edit", "dev"], {
      cwd: root,
      env: {
        EDITOR: editor,
        TERM: "xterm",
        LANG: "C.UTF-8",
        SCALEKIT_CLIENT_SECRET: "canary-1",
        SCALEKIT_PROD_CLIENT_SECRET: "canary-2",
        TIELINE_API_TOKEN: "canary-3",
        SOPS_AGE_KEY: "canary-4",
        AWS_SECRET_ACCESS_KEY: "canary-5",
        GITHUB_TOKEN: "canary-6",
        SSH_AUTH_SOCK: "canary-7",
        MY_PASSWORD: "canary-8",
      },
    });
    const seen = await readFile(join(root, "seen"), "utf8");
    expect(seen).not.toContain("canary");
    expect(seen).toContain("TERM=xterm");
    expect(seen).toContain("PATH=");
  });

  it("says what was left out of a value", async () => {
    const root = await aDemo();
    await set(root, "dev", "a/b", "value-1");
    const args = ["secrets", "set", "dev", "a/b", "--stdin", "--json"];
    const result = await tieline(args, { cwd: root, input: "value-2\n" });
    expect(JSON.parse(result.stdout)).toMatchObject({
      changed: true,
      line_break_left_out: true,
    });
  });
});

/** An edit under way: the plain text is on show, and the editor waits. */
async function anOpenEdit(
  root: string,
): Promise<{ readonly child: ChildProcess; readonly shown: string }> {
  const marker = join(root, "shown");
  const editor = await anEditor(
    root,
    `echo "$$ $1" > '${marker}.new'; mv '${marker}.new' '${marker}'; exec sleep 60`,
  );
  const child = spawn(process.execPath, [PROGRAM, "secrets", "edit", "dev"], {
    cwd: root,
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: root,
      EDITOR: editor,
    },
  });
  while (!existsSync(marker)) await sleep(20);
  const [pid = "", shown = ""] = readFileSync(marker, "utf8").trim().split(" ");
  onTestFinished(() => {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended with its parent.
    }
  });
  expect(existsSync(shown)).toBe(true);
  return { child, shown };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) =>
    child.once("close", () => {
      resolve();
    }),
  );
}

const SIGNALS = (
  [
    ...["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"],
    ...["SIGALRM", "SIGUSR2", "SIGXCPU"],
  ] as NodeJS.Signals[]
).filter((signal) => signal in constants.signals);

describe.skipIf(process.platform === "win32")("plain text of an edit", () => {
  it.each(SIGNALS)("is gone after %s", async (signal) => {
    const { child, shown } = await anOpenEdit(await aDemo());
    const end = ended(child);
    child.kill(signal);
    await end;
    expect(existsSync(dirname(shown))).toBe(false);
  });

  it("is gone with the next command after SIGKILL", async () => {
    const root = await aDemo();
    const { child, shown } = await anOpenEdit(root);
    const end = ended(child);
    child.kill("SIGKILL");
    await end;
    expect(existsSync(shown)).toBe(true);
    await tieline(["validate"], { cwd: root });
    expect(existsSync(dirname(shown))).toBe(false);
  });

  it("is for its owner only", async () => {
    const { child, shown } = await anOpenEdit(await aDemo());
    expect(statSync(dirname(shown)).mode & 0o777).toBe(0o700);
    expect(statSync(shown).mode & 0o777).toBe(0o600);
    const end = ended(child);
    child.kill("SIGTERM");
    await end;
  });
});
