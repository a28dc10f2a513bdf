import { execFileSync } from "node:child_process";
import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../../src/domain/state/ledger.ts";
import type { Git } from "../../../src/ports/git.ts";
import { NO_PROCESSES } from "../../../src/ports/processes.ts";
import type {
  LeaseHolder,
  StateStore,
} from "../../../src/ports/state-store.ts";
import { createGit } from "../../../src/platform/git/index.ts";
import { createGitState } from "../../../src/state/git/index.ts";
import { GIT_LEASE_TTL_MS } from "../../../src/state/git/lease.ts";
import { aReceipt, anInventory } from "../../contract/state-contract.ts";
import { createFakeClock, type FakeClock } from "../../support/clock.ts";
import { leaveJournal } from "../../support/journal.ts";
import { aRepository, type Repositories } from "../../support/repository.ts";

const HOLDER: LeaseHolder = {
  actor: "alex",
  host: "here",
  pid: 4711,
  runId: "run-1",
};
const BEGIN: JournalEntry = {
  kind: "begin",
  runId: "run-1",
  planDigest: "sha256:11",
  commit: null,
  actor: "alex",
  at: "2026-01-01T00:00:00.000Z",
};

interface Options {
  readonly clock?: FakeClock;
  readonly isGone?: boolean;
  readonly git?: Git;
  readonly remote?: string;
}

function stateIn(folder: string, options: Options = {}): StateStore {
  return createGitState({
    git: options.git ?? createGit(folder, process.env),
    ref: "refs/tieline/dev",
    remote: options.remote ?? "origin",
    place: "refs/tieline/dev on origin",
    localFolder: join(folder, ".tieline/state/dev"),
    localPlace: ".tieline/state/dev",
    clock: options.clock ?? createFakeClock(),
    processes: { self: null, isGone: () => options.isGone ?? false },
  });
}

async function aHook(
  folder: string,
  name: string,
  script: string,
): Promise<void> {
  const path = join(folder, "hooks", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const commits = (repository: Repositories): number =>
  Number(
    repository.git(repository.bare, "rev-list", "--count", "refs/tieline/dev"),
  );

describe("git state", () => {
  it("makes one commit for each write, on top of the last, and none for reading", async () => {
    const repository = await aRepository();
    const state = stateIn(await repository.clone());
    await state.writeInventory(anInventory(1));
    await state.writeInventory(anInventory(2));
    await state.readInventory();
    await state.readLedger();
    expect(commits(repository)).toBe(2);
  });

  it("gives up when the remote refuses, says why, and has stored nothing", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    await aHook(repository.bare, "pre-receive", "echo no >&2; exit 1");
    const writing = stateIn(clone).writeInventory(anInventory(1));
    await expect(writing).rejects.toMatchObject({
      code: "STA012",
      why: expect.stringContaining("pre-receive hook declined") as unknown,
    });
    await rm(join(repository.bare, "hooks/pre-receive"));
    expect(await stateIn(clone).readInventory()).toBeNull();
  });

  it("runs no hook of the clone", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    for (const hook of ["pre-push", "reference-transaction", "post-commit"])
      await aHook(join(clone, ".git"), hook, `touch "${clone}/ran-${hook}"`);
    await stateIn(clone).writeInventory(anInventory(1));
    expect((await readdir(clone)).filter((n) => n.startsWith("ran"))).toEqual(
      [],
    );
  });

  it("stores once when the answer to a push is lost", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    const real = createGit(clone, process.env);
    const git: Git = {
      place: () => real.place(),
      index: () => real.index(),
      settings: (pattern) => real.settings(pattern),
      run: async (args, options) => {
        const answer = await real.run(args, options);
        return args[0] === "push"
          ? { status: 128, stdout: Buffer.alloc(0), stderr: "broken pipe" }
          : answer;
      },
    };
    await stateIn(clone, { git }).writeInventory(anInventory(1));
    expect(commits(repository)).toBe(1);
    expect(await stateIn(clone).readInventory()).toEqual(anInventory(1));
  });

  it("tells no credentials of an address that cannot be reached", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    repository.git(
      clone,
      "remote",
      "add",
      "far",
      "http://user:canary-of-an-address@127.0.0.1:1/x.git",
    );
    const error: unknown = await stateIn(clone, { remote: "far" })
      .readInventory()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "STA013" });
    expect(
      JSON.stringify(error, Object.getOwnPropertyNames(error)),
    ).not.toContain("canary");
  });

  it.each(["tip^{tree}", "tip:inventory.json"])(
    "is read whole while another run in the clone has fetched all but %s",
    async (missing) => {
      const repository = await aRepository();
      await stateIn(await repository.clone()).writeInventory(anInventory(1));
      const clone = await repository.clone();
      repository.git(clone, "fetch", "--quiet", "origin", "refs/tieline/dev");
      const name = repository
        .git(clone, "rev-parse", missing.replace("tip", "FETCH_HEAD"))
        .trim();
      await rm(join(clone, ".git/objects", name.slice(0, 2), name.slice(2)));
      expect(await stateIn(clone).readInventory()).toEqual(anInventory(1));
    },
  );

  it("refuses a ref that holds anything but a state", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    await repository.commit(clone, { "README.md": "not a state" });
    repository.git(clone, "push", "--quiet", "origin", "HEAD:refs/tieline/dev");
    await expect(stateIn(clone).readInventory()).rejects.toMatchObject({
      code: "STA001",
    });
    await expect(
      stateIn(clone).writeInventory(anInventory(1)),
    ).rejects.toMatchObject({ code: "STA001" });
  });

  it("says that there is no repository instead of starting an empty state", async () => {
    const repository = await aRepository();
    const state = createGitState({
      git: createGit(join(repository.bare, ".."), process.env),
      ref: "refs/tieline/dev",
      remote: null,
      place: "refs/tieline/dev",
      localFolder: join(repository.bare, "..", "local"),
      localPlace: "local",
      clock: createFakeClock(),
      processes: NO_PROCESSES,
    });
    await expect(state.readInventory()).rejects.toMatchObject({
      code: "STA011",
    });
  });
});

describe("the journal of a git state", () => {
  it("is left in the ref by a machine that is lost", async () => {
    const repository = await aRepository();
    const first = await repository.clone();
    const state = stateIn(first);
    await leaveJournal(state, BEGIN);
    await state.writeInventory(anInventory(1));
    await rm(first, { recursive: true });
    const second = stateIn(await repository.clone());
    expect(await second.readJournal()).toEqual([BEGIN]);
    await second.clearJournal();
    expect(await second.readJournal()).toEqual([]);
  });

  it("is over for its own machine once another one has settled the run", async () => {
    const repository = await aRepository();
    const first = stateIn(await repository.clone());
    await leaveJournal(first, BEGIN);
    await first.writeInventory(anInventory(1));
    const second = stateIn(await repository.clone());
    await second.appendReceipt({
      ...aReceipt("sha256:a", null),
      runId: "run-1",
    });
    await second.clearJournal();
    expect(await first.readJournal()).toEqual([]);
  });

  it("of a later run elsewhere comes before an old one of this machine", async () => {
    const repository = await aRepository();
    const first = stateIn(await repository.clone());
    await leaveJournal(first, BEGIN);
    await first.writeInventory(anInventory(1));
    const second = stateIn(await repository.clone());
    const later = { ...BEGIN, runId: "run-2" };
    await second.clearJournal();
    await leaveJournal(second, later);
    await second.writeInventory(anInventory(2));
    expect(await first.readJournal()).toEqual([later]);
  });

  it("of the run under way is known best by its own machine", async () => {
    const repository = await aRepository();
    const state = stateIn(await repository.clone());
    const step = {
      kind: "step",
      key: "gmail",
      action: "create",
      step: "create",
      at: "t",
    } as const;
    await leaveJournal(state, BEGIN);
    await state.writeInventory(anInventory(1));
    await leaveJournal(state, step);
    expect(await state.readJournal()).toEqual([BEGIN, step]);
  });
});

describe("the lease of a git state", () => {
  it("of a machine that is gone passes on when it has expired, and not before", async () => {
    const repository = await aRepository();
    const clock = createFakeClock();
    const gone = await stateIn(await repository.clone(), {
      clock,
    }).acquireLease({ ...HOLDER, host: "elsewhere" });
    const here = stateIn(await repository.clone(), { clock });
    clock.advance(GIT_LEASE_TTL_MS - 1);
    await expect(here.acquireLease(HOLDER)).rejects.toMatchObject({
      code: "STA003",
    });
    clock.advance(1);
    const lease = await here.acquireLease(HOLDER);
    await expect(gone.renew()).rejects.toMatchObject({ code: "STA004" });
    await gone.release();
    await lease.renew();
  });

  it("of a process that is known to be gone passes on at once", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    await stateIn(clone).acquireLease(HOLDER);
    await stateIn(clone, { isGone: true }).acquireLease({
      ...HOLDER,
      runId: "run-2",
    });
  });
});

describe("the git program", () => {
  it("gets neither the credentials of the API nor another repository from the environment", async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    await repository.commit(clone, { "a.txt": "a" });
    const git = createGit(clone, {
      ...process.env,
      GIT_DIR: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      SCALEKIT_CLIENT_SECRET: "canary",
    });
    const answer = await git.run(["rev-parse", "--git-dir"]);
    expect(answer.status).toBe(0);
    execFileSync("git", ["-C", clone, "config", "alias.look", "!env"]);
    const shown = await git.run(["look"]);
    expect(Buffer.from(shown.stdout).toString("utf8")).not.toContain("canary");
  });
});
