/**
 * `npm run test:long`: the laws and the fuzzers with many more runs than `npm test` has time for,
 * each time with other seeds. A failure prints the seed that repeats it. TIELINE_PROPERTY_RUNS and
 * TIELINE_CORPUS_SEED count where they are set; paths limit it to some files.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const HOUR_MS = 3_600_000;

/**
 * Properties, and the suites that attack with generated or numbered input: plan files, stored
 * state, SOPS files, git folders, disks.
 */
const FILES = [
  "test/property",
  "test/integration/hostile-authoring.test.ts",
  "test/integration/hostile-plan-files.test.ts",
  "test/integration/hostile-git.test.ts",
  "test/integration/hostile-server-apply.test.ts",
  "test/integration/stored-content.test.ts",
  "test/integration/refusing-disk.test.ts",
  "test/integration/links-and-pipes.test.ts",
  "test/integration/containers.test.ts",
  "test/integration/canary.test.ts",
  "test/integration/apply-cli.test.ts",
  "test/integration/fleet.test.ts",
  "test/integration/reconcile-memory.test.ts",
];

const require = createRequire(import.meta.url);
const vitest = join(
  dirname(require.resolve("vitest/package.json")),
  "vitest.mjs",
);
const named = process.argv.slice(2);
const env = {
  TIELINE_PROPERTY_RUNS: "1000",
  TIELINE_CORPUS_SEED: String(Math.floor(Date.now() / HOUR_MS)),
  ...process.env,
  TIELINE_LONG_TESTS: "1",
};
console.log(
  `TIELINE_PROPERTY_RUNS=${env.TIELINE_PROPERTY_RUNS} TIELINE_CORPUS_SEED=${env.TIELINE_CORPUS_SEED}`,
);
spawn(
  process.execPath,
  [
    vitest,
    "run",
    `--testTimeout=${String(HOUR_MS)}`,
    ...(named.length > 0 ? named : FILES),
  ],
  { stdio: "inherit", env },
).once("close", (status) => {
  process.exitCode = status ?? 1;
});
