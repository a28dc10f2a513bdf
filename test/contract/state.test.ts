import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileState } from "../../src/state/file/index.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { createFakeClock } from "../support/clock.ts";
import { describeState } from "./state-contract.ts";

describeState("memory", () => {
  const state = createMemoryState();
  return Promise.resolve({
    open: () => state,
    close: () => Promise.resolve(),
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
        isAlive: () => true,
      }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
