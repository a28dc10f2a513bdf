/**
 * Runs build, demo and tests on every supported line of Node.js, each as npm brings it, one after
 * the other. `npm run test:lines` takes all of them; `npm run test:lines -- 24 26` these. What is
 * given after a second `--` goes to vitest in place of the usual selection.
 *
 * @remarks Source: docs/decisions/0001-node-floor.md for the lines and until when they count.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
/** The floor exactly, then each later line. */
const LINES = ["20.19.0", "22", "24", "26"];
/** All but most of the tests that start the program, of which a sample has to do. */
const USUAL = [
  "test/unit",
  "test/golden",
  "test/contract",
  "test/e2e",
  "test/integration/apply-cli.test.ts",
  "test/integration/validate-cli.test.ts",
  "test/integration/secrets-cli.test.ts",
  "test/integration/sdk.test.ts",
  "test/integration/standalone.test.ts",
  "test/integration/standard-streams.test.ts",
];

const end = process.argv.indexOf("--", 2);
const given = process.argv.slice(2, end === -1 ? undefined : end);
const selection = end === -1 ? USUAL : process.argv.slice(end + 1);
const lines = given.length === 0 ? LINES : given;

const results = [];
for (const line of lines) {
  const folder = mkdtempSync(join(tmpdir(), "tieline-line-"));
  try {
    results.push([line, outcomeOn(line, folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
for (const [line, outcome] of results) console.log(`Node ${line}: ${outcome}`);
process.exitCode = results.every(([, outcome]) => outcome.endsWith("passed"))
  ? 0
  : 1;

/** What became of one line: the first step that failed, or that all passed. */
function outcomeOn(line, folder) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = ["--no-save", "--no-audit", "--no-fund", "--silent"];
  const shell = process.platform === "win32";
  const installed = spawnSync(
    npm,
    ["install", "--prefix", folder, ...options, `node@${line}`],
    { stdio: "inherit", shell },
  );
  if (installed.status !== 0) return "Node.js could not be installed";
  const bin = join(folder, "node_modules/.bin");
  const node = join(
    folder,
    "node_modules/node/bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  const version = execFileSync(node, ["--version"], {
    encoding: "utf8",
  }).trim();
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
  };
  const steps = [
    ["generate", ["scripts/generate.mjs"]],
    ["build", ["scripts/build.mjs"]],
    ["demo", ["scripts/demo.mjs"]],
    ["tests", ["node_modules/vitest/vitest.mjs", "run", ...selection]],
  ];
  for (const [name, args] of steps) {
    console.log(`\n== Node ${version}: ${name}`);
    const { status } = spawnSync(node, args, {
      cwd: root,
      env,
      // The demo is a page long, and only its end matters here.
      stdio: ["ignore", name === "demo" ? "ignore" : "inherit", "inherit"],
    });
    if (status !== 0) return `${version}: ${name} failed`;
  }
  return `${version}: all passed`;
}
