import { execFileSync, spawnSync } from "node:child_process";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, tieline, type CliResult } from "../support/cli.ts";
import { anIdentity } from "../support/sops-builder.ts";

const FILE = "environments/dev/secrets.enc.yaml";

async function aDemo(): Promise<string> {
  const root = await aWorkspace({});
  const { status } = await tieline(["init", "."], { cwd: root });
  expect(status).toBe(0);
  return root;
}

async function set(
  cwd: string,
  path: string,
  value: string,
  file = FILE,
): Promise<CliResult> {
  const result = await tieline(["secrets", "set", file, path, "--stdin"], {
    cwd,
    input: value,
  });
  expect(result.stderr).toBe("");
  expect(result.status).toBe(0);
  return result;
}

function text(root: string, file = FILE): Promise<string> {
  return readFile(join(root, file), "utf8");
}

function ciphers(file: string): readonly string[] {
  return file.match(/ENC\[[^\]]*\]/gu) ?? [];
}

function git(cwd: string, ...args: readonly string[]): string {
  const settings = [
    "-c",
    "user.name=alex",
    "-c",
    "user.email=alex@example.com",
  ];
  const quiet = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  return execFileSync("git", [...settings, ...args], {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, ...quiet },
  });
}

describe("tieline secrets", () => {
  it("sets a value without showing it, keeps the rest and the mode, and is done when it is there already", async () => {
    const root = await aDemo();
    await chmod(join(root, FILE), 0o640);
    const before = await text(root);
    const result = await set(
      root,
      "gmail-support/client_secret",
      "hunter2-hunter2\n",
    );
    expect(result.stdout).not.toContain("hunter2");
    const after = await text(root);
    expect(
      ciphers(before).filter((one) => !ciphers(after).includes(one)),
    ).toHaveLength(2);
    expect((await stat(join(root, FILE))).mode & 0o777).toBe(0o640);
    await set(root, "gmail-support/client_secret", "hunter2-hunter2");
    expect(await text(root)).toBe(after);
    expect((await readdir(join(root, "environments/dev"))).sort()).toEqual([
      "demo.agekey",
      "environment.yaml",
      "secrets.enc.yaml",
    ]);
  });

  it("begins a new file by the rules of .sops.yaml, and not without", async () => {
    const root = await aDemo();
    await set(root, "a/b", "v-93kfa0x", "environments/dev/more.enc.yaml");
    expect(await text(root, "environments/dev/more.enc.yaml")).toContain(
      "unencrypted_suffix",
    );
    const refused = await tieline(
      ["secrets", "set", "other/x.yaml", "a", "--stdin"],
      { cwd: root, input: "v" },
    );
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain("SEC022");
  });

  it("never asks without a terminal and never takes a value as an argument", async () => {
    const root = await aDemo();
    const asked = await tieline(["secrets", "set", "dev", "a"], { cwd: root });
    expect([asked.status, asked.stderr.includes("SEC031")]).toEqual([3, true]);
    const extra = await tieline(["secrets", "set", "dev", "a", "value"], {
      cwd: root,
    });
    expect(extra.status).toBe(64);
  });

  it.skipIf(process.platform === "win32")(
    "edits in a private place that is gone afterwards",
    async () => {
      const root = await aDemo();
      const script = join(root, "editor.sh");
      await writeFile(
        script,
        `#!/bin/sh\nstat -c '%a' "$1" "$(dirname "$1")" > "${root}/modes"\necho "$1" > "${root}/name"\nsed -i 's/demo-.*/edited-value-1/' "$1"\n`,
      );
      await chmod(script, 0o700);
      const result = await tieline(["secrets", "edit", "dev", "--json"], {
        cwd: root,
        env: { EDITOR: script },
      });
      expect(JSON.parse(result.stdout)).toMatchObject({
        kind: "secrets-edit",
        changed: true,
      });
      expect(await text(root, "modes")).toBe("600\n700\n");
      await expect(stat((await text(root, "name")).trim())).rejects.toThrow();
      expect(await text(root)).not.toContain("edited-value-1");
      await writeFile(script, "#!/bin/sh\nexit 1\n");
      const failed = await tieline(["secrets", "edit", "dev"], {
        cwd: root,
        env: { EDITOR: script },
      });
      expect([failed.status, failed.stderr.includes("SEC031")]).toEqual([
        3,
        true,
      ]);
    },
  );

  it("rotates and re-keys for the recipients of .sops.yaml only", async () => {
    const root = await aDemo();
    const before = await text(root);
    expect(
      (await tieline(["secrets", "rotate", "dev"], { cwd: root })).status,
    ).toBe(0);
    const rotated = await text(root);
    expect(ciphers(before).some((one) => rotated.includes(one))).toBe(false);
    const { recipient } = await anIdentity();
    const config = await text(root, ".sops.yaml");
    await writeFile(
      join(root, ".sops.yaml"),
      config.replace(/age: (\S+)/u, `age: $1,${recipient}`),
    );
    const refused = await tieline(["secrets", "rotate", "dev"], { cwd: root });
    expect([refused.status, refused.stderr.includes("SEC023")]).toEqual([
      3,
      true,
    ]);
    const check = await tieline(["secrets", "check"], { cwd: root });
    expect([check.status, check.stderr.includes("SEC023")]).toEqual([3, true]);
    const update = ["secrets", "updatekeys", "dev", "--recipient", recipient];
    expect((await tieline(update, { cwd: root })).status).toBe(0);
    const updated = await text(root);
    expect(ciphers(updated)).toEqual(ciphers(rotated));
    expect(updated).toContain(recipient);
    expect((await tieline(["secrets", "check"], { cwd: root })).status).toBe(0);
  });

  it("lists names without a key and values never", async () => {
    const root = await aDemo();
    await writeFile(join(root, "environments/dev/demo.agekey"), "");
    const result = await tieline(["secrets", "list", "dev", "--json"], {
      cwd: root,
    });
    expect(JSON.parse(result.stdout)).toMatchObject({
      kind: "secrets-list",
      values: [
        { path: "gmail-support/client_secret", encrypted: true },
        { path: "_tieline/fingerprint_key", encrypted: true },
      ],
    });
  });

  it("shows a changed value in a diff by what changes with it, with a key and without", async () => {
    const root = await aDemo();
    const shown = async (): Promise<Record<string, string>> => {
      const { stdout } = await tieline(
        ["secrets", "textconv", FILE, "--json"],
        { cwd: root },
      );
      const { values } = JSON.parse(stdout) as {
        values: { path: string; shown: string }[];
      };
      return Object.fromEntries(
        values.map(({ path, shown: by }) => [path, by]),
      );
    };
    const first = await shown();
    await tieline(["secrets", "rotate", "dev"], { cwd: root });
    expect(await shown()).toEqual(first);
    await set(root, "gmail-support/client_secret", "another value");
    expect((await shown())["gmail-support/client_secret"]).not.toBe(
      first["gmail-support/client_secret"],
    );
    await writeFile(join(root, "environments/dev/demo.agekey"), "");
    const keyless = await shown();
    expect(keyless["gmail-support/client_secret"]).toMatch(/^ciphertext …/u);
  });
});

describe("planning with secrets", () => {
  /**
   * The state of the one secret, as the plan has it; nothing when the plan leaves its connection
   * alone.
   */
  async function secretState(
    root: string,
    ...options: readonly string[]
  ): Promise<string | undefined> {
    const { stdout, stderr } = await tieline(
      ["plan", "dev", "--json", ...options],
      { cwd: root },
    );
    expect(stdout, stderr).not.toBe("");
    const plan = JSON.parse(stdout) as {
      changes: { key: string; secrets: { state: string }[] }[];
    };
    return plan.changes.find(({ key }) => key === "gmail-support")?.secrets[0]
      ?.state;
  }

  it("tells a changed value from one that was only encrypted anew, and sends again what it is told to", async () => {
    const root = await aDemo();
    expect(
      (await tieline(["apply", "dev", "--yes"], { cwd: root })).status,
    ).toBe(0);
    const key = await text(root, "environments/dev/demo.agekey");
    const without = async (
      ...options: readonly string[]
    ): Promise<string | undefined> => {
      await writeFile(join(root, "environments/dev/demo.agekey"), "");
      const state = await secretState(root, ...options);
      await writeFile(join(root, "environments/dev/demo.agekey"), key);
      return state;
    };
    // The same file, with a key and without.
    expect([await secretState(root), await without()]).toEqual([
      undefined,
      undefined,
    ]);
    // A new data key: with a key the value is known to be the same, without it is not.
    await tieline(["secrets", "rotate", "dev"], { cwd: root });
    expect([await secretState(root), await without()]).toEqual([
      undefined,
      "unknown",
    ]);
    // Asked for, whatever the fingerprint says.
    expect(
      await secretState(root, "--rotate", "gmail-support#client_secret"),
    ).toBe("changed");
    expect(await secretState(root, "--force-secrets")).toBe("changed");
    const wrong = await tieline(
      ["plan", "dev", "--rotate", "gmail-support#x"],
      { cwd: root },
    );
    expect([wrong.status, wrong.stderr.includes("SEC001")]).toEqual([3, true]);
    // A new value.
    await set(root, "gmail-support/client_secret", "Zx81-new-value");
    expect([await secretState(root), await without()]).toEqual([
      "changed",
      "unknown",
    ]);
    expect(
      (
        await tieline(
          ["apply", "dev", "--yes", "--rotate", "gmail-support#client_secret"],
          { cwd: root },
        )
      ).status,
    ).toBe(0);
    expect(await secretState(root)).toBeUndefined();
  });
});

describe("tieline secrets check", () => {
  it.each([
    [
      "a literal where a reference belongs",
      {
        "connections/x.yaml":
          "connection_id: x\nprovider: gmail\nauth_type: oauth2\ncredentials:\n  client_id: a\n  client_secret: literal-value\n",
      },
      "SCH007",
    ],
    [
      "a readable file of secrets",
      { [FILE]: "gmail-support:\n  client_secret: oops\n" },
      "SEC002",
    ],
    [
      "a readable copy",
      { "environments/dev/secrets.yaml": "a: b\n" },
      "SEC002",
    ],
    [
      "a private key",
      { "notes.md": `key AGE-SECRET-KEY-1${"Q".repeat(58)}\n` },
      "SEC027",
    ],
    ["a token", { "notes.md": `x = ghp_${"a1".repeat(20)}\n` }, "SEC027"],
    ["conflict markers", { "notes.md": "<<<<<<< ours\n" }, "SEC003"],
  ] as [string, Record<string, string>, string][])(
    "finds %s, and does not show it",
    async (_name, files, code) => {
      const root = await aDemo();
      for (const [file, content] of Object.entries(files))
        await writeFile(join(root, file), content);
      const { status, stdout, stderr } = await tieline(
        ["secrets", "check", "--json"],
        { cwd: root },
      );
      const report = JSON.parse(stdout) as { diagnostics: { code: string }[] };
      expect(report.diagnostics.map((one) => one.code)).toContain(code);
      expect(status).toBe(3);
      expect(stdout + stderr).not.toMatch(/QQQQQQ|a1a1a1|oops|literal-value/u);
    },
  );

  it("finds a value that was taken out of the MAC's protection, with a key", async () => {
    const root = await aDemo();
    const all = await text(root);
    await writeFile(
      join(root, FILE),
      all.replace(/^ {4}fingerprint_key: .*$/mu, '    fingerprint_key: ""'),
    );
    const { stdout } = await tieline(["secrets", "check", "--json"], {
      cwd: root,
    });
    expect(stdout).toContain("SEC012");
  });

  it("finds a secret that two environments share", async () => {
    const root = await aDemo();
    const copy = await text(root);
    const environment = await text(root, "environments/dev/environment.yaml");
    await tieline(["init", "second"], { cwd: root });
    const { mkdir, rename } = await import("node:fs/promises");
    await mkdir(join(root, "environments/two"));
    await writeFile(
      join(root, "environments/two/environment.yaml"),
      environment.replace("environment: dev", "environment: two"),
    );
    await writeFile(
      join(root, "environments/two/demo.agekey"),
      await text(root, "environments/dev/demo.agekey"),
    );
    await writeFile(join(root, "environments/two/secrets.enc.yaml"), copy);
    await writeFile(
      join(root, ".sops.yaml"),
      (await text(root, ".sops.yaml")).replace(
        "environments/dev/",
        "environments/[a-z]+/",
      ),
    );
    await rename(join(root, "second"), join(root, ".tieline"));
    const { stdout, status } = await tieline(["secrets", "check", "--json"], {
      cwd: root,
    });
    const codes = (
      JSON.parse(stdout) as { diagnostics: { code: string }[] }
    ).diagnostics.map((one) => one.code);
    expect([status, [...new Set(codes)]]).toEqual([3, ["SEC029"]]);
  });

  it.skipIf(spawnSync("git", ["--version"]).status !== 0)(
    "looks at what is staged, not at the files beside it",
    async () => {
      const root = await aDemo();
      git(root, "init", "-q");
      await writeFile(join(root, "notes.md"), `x = ghp_${"a1".repeat(20)}\n`);
      git(root, "add", "notes.md");
      await writeFile(join(root, "notes.md"), "clean\n");
      expect(
        (await tieline(["secrets", "check", "--staged"], { cwd: root })).status,
      ).toBe(3);
      git(root, "add", "notes.md");
      expect(
        (await tieline(["secrets", "check", "--staged"], { cwd: root })).status,
      ).toBe(0);
    },
  );
});

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)(
  "git (skipped where it is not installed)",
  () => {
    it("merges files of secrets value by value, and tells conflicts by path", async () => {
      const root = await aDemo();
      git(root, "init", "-q", "-b", "main");
      const installed = await tieline(["secrets", "install-git"], {
        cwd: root,
      });
      expect(installed.status).toBe(0);
      const before = await text(root, ".gitattributes");
      await tieline(["secrets", "install-git"], { cwd: root });
      expect(await text(root, ".gitattributes")).toBe(before);
      expect(git(root, "config", "diff.tieline.cachetextconv").trim()).toBe(
        "false",
      );
      const commit = (message: string): string =>
        git(root, "commit", "-qam", message);
      git(root, "add", ".");
      commit("base");
      git(root, "switch", "-qc", "theirs");
      await set(root, "new/one", "their value");
      commit("theirs");
      git(root, "switch", "-q", "main");
      await set(root, "gmail-support/client_secret", "our new value");
      commit("ours");
      const diff = git(root, "diff", "HEAD~1", "--", FILE);
      expect(diff).toMatch(/^[+]gmail-support\/client_secret: /mu);
      expect(diff).not.toContain("our new value");
      git(root, "merge", "-q", "--no-edit", "theirs");
      const { stdout } = await tieline(["secrets", "list", "dev", "--json"], {
        cwd: root,
      });
      expect(stdout).toContain("new/one");
      expect((await tieline(["secrets", "check"], { cwd: root })).status).toBe(
        0,
      );
      git(root, "switch", "-q", "theirs");
      await set(root, "gmail-support/client_secret", "their other value");
      commit("conflict");
      git(root, "switch", "-q", "main");
      const merged = spawnSync("git", ["merge", "--no-edit", "theirs"], {
        cwd: root,
        encoding: "utf8",
      });
      expect(merged.status).toBe(1);
      expect(merged.stderr).toContain("gmail-support/client_secret");
      expect(merged.stderr).not.toContain('value"');
    });
  },
);
