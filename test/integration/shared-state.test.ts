import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { anApi, runIn } from "../support/api.ts";
import { aWorkspace, connectionText, environmentText } from "../support/cli.ts";
import { aRepository } from "../support/repository.ts";

const GIT_STATE = environmentText("embedded:", ["state: {backend: git}"]);
const FILES = {
  "environments/dev/environment.yaml": GIT_STATE,
  "connections/one.yaml": connectionText("one", ["a"]),
  "connections/two.yaml": connectionText("two", ["b"]),
  "connections/three.yaml": connectionText("three", ["c"]),
};

const creates = (server: EmbeddedApi): number =>
  server
    .requests()
    .filter(
      ({ method, path }) =>
        method === "POST" && path.startsWith("/api/v1/connections"),
    ).length;

describe("state in a ref of the repository", () => {
  it("is shared by clones, and touches neither files, index nor branches", async () => {
    const server = await anApi();
    const repository = await aRepository();
    const first = await repository.clone();
    await repository.commit(first, FILES);
    const second = await repository.clone();
    const before = repository.git(first, "status", "--porcelain");

    const applied = await runIn(first, server, ["apply", "dev", "--yes"]);
    expect(applied.status, applied.stderr).toBe(0);
    expect(repository.git(first, "status", "--porcelain")).toBe(before);
    expect(
      repository.git(repository.bare, "for-each-ref", "--format=%(refname)"),
    ).toBe("refs/heads/main\nrefs/tieline/dev\n");

    const plan = await runIn(second, server, [
      "plan",
      "dev",
      "--detailed-exitcode",
    ]);
    expect(plan.status, plan.stdout + plan.stderr).toBe(0);
    const shown = await runIn(second, null, ["state", "show", "dev", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      state: "refs/tieline/dev on origin",
      inventory: { serial: 2, entries: [{}, {}, {}] },
      lease: null,
      receipts: 1,
    });
    const files = repository.git(
      repository.bare,
      "ls-tree",
      "--name-only",
      "refs/tieline/dev",
    );
    // No journal is left, of the lease only its number, and the fingerprint key never gets there.
    expect(files).toBe("inventory.json\nlease.json\nledger.jsonl\nplans\n");
  });

  it("goes on from where a lost machine stopped, and says so in the ledger", async () => {
    let seen = 0;
    let kill: () => void = () => undefined;
    const killWhen = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const server = await anApi((request) => {
      if (request.isWrite) seen += 1;
      if (seen === 2) kill();
    });
    const repository = await aRepository();
    const first = await repository.clone();
    await repository.commit(first, FILES);
    const cut = await runIn(first, server, ["apply", "dev", "--yes"], {
      killWhen,
    });
    expect(cut.status).toBeNull();
    // The machine is gone with everything on it.
    await rm(first, { recursive: true });

    const second = await repository.clone();
    const shown = await runIn(second, null, ["state", "show", "dev", "--json"]);
    const { lease } = JSON.parse(shown.stdout) as { lease: { id: string } };
    const held = await runIn(second, null, [
      "state",
      "unlock",
      "dev",
      "--if-holder",
      "another",
    ]);
    expect(held.status).toBe(5);
    const unlocked = await runIn(second, null, [
      "state",
      "unlock",
      "dev",
      "--if-holder",
      lease.id,
    ]);
    expect(unlocked.status, unlocked.stderr).toBe(0);

    const again = await runIn(second, server, ["apply", "dev", "--yes"]);
    expect(again.status, again.stderr).toBe(0);
    expect(server.snapshot().connections).toHaveLength(3);
    const log = await runIn(second, null, ["ledger", "log", "dev", "--json"]);
    const { receipts } = JSON.parse(log.stdout) as {
      receipts: { result: string }[];
    };
    expect(receipts.map(({ result }) => result)).toEqual([
      "applied",
      "interrupted",
    ]);
    const verdict = await runIn(second, null, ["ledger", "verify", "dev"]);
    expect(verdict.status, verdict.stdout).toBe(0);
  });

  it("works in a repository without a remote", async () => {
    const server = await anApi();
    const root = await aWorkspace({
      ...FILES,
      "environments/dev/environment.yaml": environmentText("embedded:", [
        "state: {backend: git, remote: null, ref: refs/tieline/own/dev}",
      ]),
    });
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    const applied = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect(applied.status, applied.stderr).toBe(0);
    expect(
      execFileSync("git", ["rev-parse", "--verify", "refs/tieline/own/dev"], {
        cwd: root,
        encoding: "utf8",
      }),
    ).toMatch(/^[0-9a-f]{40}\n$/u);
  });

  it("ends with a clear error and no write where there is no such remote, or no repository", async () => {
    const server = await anApi();
    const root = await aWorkspace(FILES);
    const none = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect(none.status).not.toBe(0);
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    const lost = await runIn(root, server, ["apply", "dev", "--yes"]);
    expect(lost.status).not.toBe(0);
    expect(lost.stderr).toContain("STA030");
    expect(server.requests().filter((r) => r.isWrite)).toEqual([]);
  });
});

describe.each(["file", "git"])(
  "two appliers at once on %s state",
  (backend) => {
    it("never write at the same time, and lose nothing", async () => {
      const server = await anApi();
      const repository = await aRepository();
      const first = await repository.clone();
      await repository.commit(first, {
        ...FILES,
        "environments/dev/environment.yaml": environmentText("embedded:", [
          `state: {backend: ${backend}}`,
        ]),
      });
      // File state is shared by runs in one folder, git state by runs anywhere.
      const second = backend === "file" ? first : await repository.clone();
      for (let round = 0; round < 3; round += 1) {
        const before = creates(server);
        await repository.commit(first, {
          [`connections/round-${String(round)}.yaml`]: connectionText(
            `round-${String(round)}`,
            ["a", "b"],
          ),
        });
        if (second !== first)
          repository.git(second, "pull", "--quiet", "--ff-only");
        const results = await Promise.all(
          [first, second, first].map((root) =>
            runIn(root, server, ["apply", "dev", "--yes", "--json"]),
          ),
        );
        for (const { status, stdout } of results) {
          // Done, nothing left to do, or told that another run was there: never anything else.
          expect([0, 5], stdout).toContain(status);
          if (status === 5)
            expect(
              (JSON.parse(stdout) as { error: { code: string } }).error.code,
            ).toMatch(/^(STA002|STA003|PLN204|PLN205)$/u);
        }
        expect(results.some(({ status }) => status === 0)).toBe(true);
        expect(creates(server) - before).toBe(round === 0 ? 4 : 1);
      }
      const verdict = await runIn(second, null, [
        "ledger",
        "verify",
        "dev",
        "--json",
      ]);
      expect(verdict.status, verdict.stdout).toBe(0);
      expect(JSON.parse(verdict.stdout)).toMatchObject({
        receipts: 3,
        checked_against_plan: 3,
        findings: [],
      });
      const plan = await runIn(second, server, [
        "plan",
        "dev",
        "--detailed-exitcode",
      ]);
      expect(plan.status).toBe(0);
    });

    it("do not wait for a killed holder on the same machine", async () => {
      let kill: () => void = () => undefined;
      const killWhen = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const server = await anApi((request) => {
        if (request.isWrite) kill();
      });
      const repository = await aRepository();
      const root = await repository.clone();
      await repository.commit(root, {
        ...FILES,
        "environments/dev/environment.yaml": environmentText("embedded:", [
          `state: {backend: ${backend}}`,
        ]),
      });
      await runIn(root, server, ["apply", "dev", "--yes"], { killWhen });
      const again = await runIn(root, server, ["apply", "dev", "--yes"]);
      expect(again.status, again.stderr).toBe(0);
      expect(server.snapshot().connections).toHaveLength(3);
      expect(
        (await runIn(root, null, ["ledger", "verify", "dev"])).status,
      ).toBe(0);
    });
  },
);

describe("a process that is killed in the middle of an apply on git state", () => {
  it.each([1, 4, 7, 10, 13, 16, 19])(
    "after request %i leaves nothing that the next run does not finish",
    async (moment) => {
      let seen = 0;
      let kill: () => void = () => undefined;
      const killWhen = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const server = await anApi(() => {
        seen += 1;
        if (seen === moment) kill();
      });
      const repository = await aRepository();
      const root = await repository.clone();
      await repository.commit(root, FILES);
      await runIn(root, server, ["apply", "dev", "--yes"], { killWhen });
      const again = await runIn(root, server, ["apply", "dev", "--yes"]);
      expect(again.status, again.stderr).toBe(0);
      expect(server.snapshot().connections).toHaveLength(3);
      const verdict = await runIn(root, null, ["ledger", "verify", "dev"]);
      expect(verdict.status, verdict.stdout).toBe(0);
      const plan = await runIn(root, server, [
        "plan",
        "dev",
        "--detailed-exitcode",
      ]);
      expect(plan.status, plan.stdout).toBe(0);
    },
  );
});
