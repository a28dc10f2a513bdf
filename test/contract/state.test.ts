import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemProcesses } from "../../src/environment/processes.ts";
import { createGit } from "../../src/platform/git/index.ts";
import { createFileState } from "../../src/state/file/index.ts";
import { createGitState } from "../../src/state/git/index.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { createFakeClock } from "../support/clock.ts";
import { describeState } from "./state-contract.ts";

describeState("memory", () => {
  const state = createMemoryState();
  return Promise.resolve({
    open: () => state,
    close: () => Promise.resolve(),
    forgetsHolders: true,
  });
});

describeState("file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tieline-state-"));
  const clock = createFakeClock();
  return {
    open: () =>
      createFileState({
        folder: join(folder, "dev"),
        place: "state/dev",
        clock,
        processes: systemProcesses,
      }),
    close: () => rm(folder, { recursive: true, force: true }),
    pass: (lease) => clock.sleep(lease.ttlMs),
  };
});

// Each handle works in a clone of its own, as runs on different machines do; what stays on a
// machine is shared by all of them.
describeState("git with a remote", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tieline-state-"));
  const clock = createFakeClock();
  const git = (...args: string[]): void => {
    execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  };
  git("init", "--bare", "--quiet", "origin.git");
  let clones = 0;
  return {
    open: () => {
      clones += 1;
      const clone = `clone-${String(clones)}`;
      git("clone", "--quiet", "origin.git", clone);
      return createGitState({
        git: createGit(join(folder, clone), process.env),
        ref: "refs/tieline/dev",
        remote: "origin",
        place: "refs/tieline/dev on origin",
        localFolder: join(folder, "local"),
        localPlace: ".tieline/state/dev",
        clock,
        processes: systemProcesses,
      });
    },
    close: () => rm(folder, { recursive: true, force: true }),
    pass: (lease) => clock.sleep(lease.ttlMs),
  };
});

describeState("git without a remote", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tieline-state-"));
  const clock = createFakeClock();
  execFileSync("git", ["init", "--quiet"], { cwd: folder, stdio: "ignore" });
  return {
    open: () =>
      createGitState({
        git: createGit(folder, process.env),
        ref: "refs/tieline/dev",
        remote: null,
        place: "refs/tieline/dev",
        localFolder: join(folder, "local"),
        localPlace: ".tieline/state/dev",
        clock,
        processes: systemProcesses,
      }),
    close: () => rm(folder, { recursive: true, force: true }),
    pass: (lease) => clock.sleep(lease.ttlMs),
  };
});
