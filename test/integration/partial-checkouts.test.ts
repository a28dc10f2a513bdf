/** A document that git tracks and that is not checked out is no wish to delete what it declares. */
import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openConfiguration } from "../../src/index.ts";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { anApi, API_CREDENTIALS, runIn } from "../support/api.ts";
import { connectionText, environmentText } from "../support/cli.ts";
import { aRepository } from "../support/repository.ts";

const FILES: Readonly<Record<string, string>> = {
  "environments/dev/environment.yaml": environmentText("embedded:", [
    "state: {backend: git}",
  ]),
  "environments/dev/connections/one.yaml":
    "connection_id: one\nscopes: [a, b]\n",
  "connections/one.yaml": connectionText("one", ["a"]),
  "connections/two.yaml": connectionText("two", ["b"]),
  "connections/three.yaml": connectionText("three", ["c"]),
};

interface Place {
  /** The clone to make a part of. */
  readonly root: string;
  readonly git: (...args: string[]) => void;
}

/** Makes a clone whose environment is applied, in full, by another one. */
async function anApplied(server: EmbeddedApi, files = FILES): Promise<Place> {
  const repository = await aRepository();
  const first = await repository.clone();
  await repository.commit(first, files);
  const applied = await runIn(first, server, ["apply", "dev", "--yes"]);
  expect(applied.status, applied.stderr).toBe(0);
  const root = await repository.clone();
  return {
    root,
    git: (...args) => {
      execFileSync("git", args, { cwd: root, stdio: "ignore" });
    },
  };
}

const writes = (server: EmbeddedApi): number =>
  server.requests().filter(({ isWrite }) => isWrite).length;

describe("a part of a checkout", () => {
  it("deletes nothing, and does once it is whole", async () => {
    const server = await anApi();
    const { root, git } = await anApplied(server);
    git("update-index", "--skip-worktree", "connections/two.yaml");
    await rm(join(root, "connections/two.yaml"));
    const before = writes(server);
    const run = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect([run.status, run.stderr]).toEqual([
      3,
      expect.stringContaining("git sparse-checkout disable"),
    ]);
    expect(writes(server)).toBe(before);
    git("sparse-checkout", "disable");
    await rm(join(root, "connections/two.yaml"));
    const whole = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect(whole.status, whole.stderr).toBe(0);
    expect(writes(server)).toBeGreaterThan(before);
  });

  it("is told by every command that reads documents, and by the library", async () => {
    const server = await anApi();
    const { root, git } = await anApplied(server);
    git("sparse-checkout", "set", "environments");
    for (const command of [
      ["validate"],
      ["lint"],
      ["plan", "dev"],
      ["drift", "dev"],
      ["status", "dev"],
      ["render", "dev"],
    ]) {
      const run = await runIn(root, null, command);
      expect([command, run.status, run.stderr + run.stdout]).toEqual([
        command,
        3,
        expect.stringContaining("git sparse-checkout disable"),
      ]);
    }
    const { diagnostics } = await openConfiguration(root, {
      env: { ...API_CREDENTIALS, PATH: process.env["PATH"] },
    }).validate("dev");
    expect(diagnostics.map(({ code }) => code)).toContain("CFG002");
  });
});

describe("a repository that git does not tell about", () => {
  const isRoot = process.getuid?.() === 0;

  it("is no reason to trust what is in it, nor to stop: what is tracked is known without git", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    await repository.commit(root, {
      ...FILES,
      "environments/dev/environment.yaml": environmentText("embedded:"),
    });
    // The search path holds no git.
    const without = { env: { ...API_CREDENTIALS, PATH: join(root, "..") } };
    const plan = await runIn(root, server, ["plan", "dev"], without);
    expect(plan.status, plan.stderr).toBe(0);
    expect(plan.stdout).toContain("warning STA011");
    expect(plan.stdout).toContain("there is no git program");
    const apply = ["apply", "dev", "--yes"];
    for (let run = 0; run < 2; run += 1) {
      const applied = await runIn(root, server, apply, without);
      expect(applied.status, applied.stderr).toBe(0);
    }
    repository.git(
      root,
      "update-index",
      "--skip-worktree",
      "connections/two.yaml",
    );
    await rm(join(root, "connections/two.yaml"));
    const partial = await runIn(root, server, apply, without);
    expect([partial.status, partial.stderr]).toEqual([
      3,
      expect.stringContaining("CFG002"),
    ]);
    repository.git(root, "add", "--force", ".tieline");
    const tracked = await runIn(root, null, ["state", "show", "dev"], without);
    expect([tracked.status, tracked.stderr]).toEqual([
      3,
      expect.stringContaining("STA008"),
    ]);
  });

  it.skipIf(!isRoot)("passes on why git refuses, and what helps", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const root = await repository.clone();
    await repository.commit(root, {
      ...FILES,
      "environments/dev/environment.yaml": environmentText("embedded:"),
    });
    execFileSync("chown", ["-R", "12345:12345", root]);
    const plan = await runIn(root, server, ["plan", "dev"]);
    expect(plan.status, plan.stderr).toBe(0);
    expect(plan.stdout).toContain("dubious ownership");
    expect(plan.stdout).toContain(
      `git config --global --add safe.directory ${root}`,
    );
    for (const command of [
      ["secrets", "check", "--staged"],
      ["plan", "dev", "--ref", "HEAD"],
      ["secrets", "install-git"],
      ["doctor"],
    ]) {
      const run = await runIn(root, null, command);
      expect([command, run.stderr + run.stdout]).toEqual([
        command,
        expect.stringContaining("dubious ownership"),
      ]);
    }
    const trusted = await runIn(root, server, ["plan", "dev"], {
      env: {
        ...API_CREDENTIALS,
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "safe.directory",
        GIT_CONFIG_VALUE_0: root,
      },
    });
    expect(trusted.stderr).not.toContain("dubious");
    expect(trusted.stdout).toMatch(/commit [0-9a-f]{12}/u);
  });
});
