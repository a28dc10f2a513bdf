/**
 * How fast, as ratios measured in one run: each figure is tieline's over that of a bare floor that
 * does only the unavoidable part, both as whole processes, in turn. CPU time counts where the
 * machine is shared; where waiting is the point, wall time. Run with `npm run bench`; sizes can be
 * given: `node bench/run.mjs --files 1000 --connections 1000 --runs 5 --only validate,sops`.
 * `--nodes` names further binaries of Node whose start is measured, `--json` a file for the
 * figures.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { applyRequests, planRequests } from "./minimum-requests.mjs";
import { startServer } from "./server.mjs";
import { writeWorkspace } from "./workspace.mjs";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "1000" },
    connections: { type: "string", default: "1000" },
    runs: { type: "string", default: "5" },
    latency: { type: "string", default: "20" },
    nodes: { type: "string", default: "" },
    only: { type: "string", default: "start,validate,plan,sops,memory" },
    json: { type: "string" },
  },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = path("../dist/bin/tieline.cjs");
const [runs, files, connections, latency] = [
  values.runs,
  values.files,
  values.connections,
  values.latency,
].map(Number);
// A long list of certificates is read at every start of Node; it would drown what is measured.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const secret = "bench-only";
const credentials = {
  ...env,
  SCALEKIT_CLIENT_ID: "embedded",
  SCALEKIT_CLIENT_SECRET: secret,
};
const rows = [];

const folder = await mkdtemp(join(tmpdir(), "tieline-bench-"));
try {
  const parts = { start, validate, plan, sops, memory };
  for (const name of values.only.split(",")) await parts[name]();
} finally {
  await rm(folder, { recursive: true, force: true });
}
const machine = `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, ${runs} runs each, medians`;
console.log(`${machine}\n`);
console.log(table(rows));
if (values.json !== undefined)
  await writeFile(
    values.json,
    `${JSON.stringify({ machine, rows }, null, 2)}\n`,
  );

function start() {
  const nodes = [process.execPath, ...values.nodes.split(",").filter(Boolean)];
  for (const node of nodes)
    for (const option of ["--version", "--help"])
      compare({
        what: `tieline ${option}, Node ${versionOf(node)}`,
        floor: "node -e 0",
        measure: "cpu",
        goal: 1.3,
        ours: () => timed([program, option], { node }),
        theirs: () => timed(["-e", "0"], { node }),
        times: runs * 4,
      });
}

async function validate() {
  const root = join(folder, "validate");
  const many = join(folder, "validate-5");
  await writeWorkspace(root, files, { target: "embedded:" });
  await writeWorkspace(many, 5 * files, { target: "embedded:" });
  const ours = (of) => () => timed([program, "validate", "dev", "--root", of]);
  for (const [parser, goal] of [
    ["js-yaml", 1.8],
    ["yaml", 1],
  ])
    compare({
      what: `validate, ${files} files`,
      floor: `${parser} + compiled validator`,
      measure: "cpu",
      goal,
      ours: ours(root),
      theirs: () =>
        timed([path("floor-validate.mjs"), join(root, "connections"), parser]),
    });
  compare({
    what: `validate, ${5 * files} files`,
    floor: `validate, ${files} files`,
    measure: "cpu",
    goal: 5,
    ours: ours(many),
    theirs: ours(root),
  });
}

async function plan() {
  for (const [concurrency, goal] of [
    [16, 1.15],
    [32, 1.25],
  ]) {
    const root = join(folder, `plan-${concurrency}`);
    const target = "embedded:";
    await writeWorkspace(root, connections, { target, concurrency });
    // The state remembers the host, so the server comes back where it was counted.
    const port = await applied(root);
    const server = await serve(root, [`latency:*:ms=${latency}`], port);
    try {
      const ours = () => timed(planOf(root, server.origin));
      const bare = [path("floor-plan.mjs"), server.origin, "embedded", secret];
      const what = `plan, ${connections} connections, ${latency} ms, ${concurrency} at once`;
      for (const measure of ["wall", "cpu"])
        compare({
          what: `${what} (${measure})`,
          floor: "a bare client, the same requests",
          measure,
          goal: measure === "wall" ? goal : undefined,
          ours,
          theirs: () => timed([...bare, String(concurrency)]),
        });
    } finally {
      await server.stop();
    }
  }
}

/** Gives a workspace its connections, and counts what that and a plan after it ask for. */
async function applied(root) {
  const server = await serve(root, []);
  const counter = await server.count();
  const args = ["--root", root, "--target", counter.origin];
  try {
    await run([program, "apply", "dev", "--yes", "--quiet", ...args]);
    const changes = Array.from({ length: connections }, () => ({
      steps: ["create", "configure"],
    }));
    const least = planRequests({ listed: 0, read: 0, counted: 0 });
    count(
      `apply, ${connections} creates`,
      counter.requests(),
      least + applyRequests(changes, connections),
    );
    const before = counter.requests();
    await run(planOf(root, counter.origin));
    count(
      `plan, ${connections} connections`,
      counter.requests() - before,
      planRequests({ listed: connections, read: connections, counted: 0 }),
    );
    return counter.port;
  } finally {
    await counter.stop();
    await server.stop();
  }
}

async function memory() {
  const used = [];
  const took = [];
  for (const size of [connections, 5 * connections]) {
    const root = join(folder, `memory-${size}`);
    const target = "embedded:";
    await writeWorkspace(root, size, { target, concurrency: 32 });
    const server = await serve(root, []);
    try {
      const where = ["--root", root, "--target", server.origin];
      await run([program, "apply", "dev", "--yes", "--quiet", ...where]);
      const samples = Array.from({ length: Math.min(3, runs) }, () =>
        timed(planOf(root, server.origin)),
      );
      used.push(median(samples.map(({ rss }) => rss)));
      took.push(median(samples.map(({ cpu }) => cpu)));
    } finally {
      await server.stop();
    }
  }
  const [few, many] = used;
  rows.push({
    what: `plan, ${5 * connections} connections: MiB`,
    ours: many,
    floor: "",
    theirs: null,
    ratio: many,
    goal: 200,
  });
  rows.push({
    what: "each further connection: KiB",
    ours: ((many - few) * 1024) / (4 * connections),
    floor: "",
    theirs: null,
    ratio: ((many - few) * 1024) / (4 * connections),
    goal: 20,
  });
  rows.push({
    what: `plan, ${5 * connections} connections (cpu)`,
    ours: took[1],
    floor: `plan, ${connections} connections`,
    theirs: took[0],
    ratio: took[1] / took[0],
    goal: 5.5,
  });
}

/** In one process, because it is the work that counts here and not the start. */
function sops() {
  const dev = (name) => path(`../environments/dev/${name}`);
  const args = [dev("secrets.enc.yaml"), dev("demo.agekey"), String(files)];
  const { stdout } = spawnSync(
    process.execPath,
    [path("decrypt.mjs"), ...args],
    { env, encoding: "utf8" },
  );
  const { count: opened, ours, floor, library } = JSON.parse(stdout);
  const what = `open ${opened} SOPS files (cpu)`;
  const row = (name, theirs, goal) =>
    rows.push({ what, ours, floor: name, theirs, ratio: ours / theirs, goal });
  row("node:crypto alone", floor, 1.5);
  row("the age library, data keys alone", library, 1);
}

function planOf(root, origin) {
  const args = ["--detailed-exitcode", "--root", root, "--target", origin];
  return [program, "plan", "dev", ...args];
}

function serve(root, faults, port) {
  return startServer({ program, root, env, secret, faults, port });
}

/** Runs both in turn, so that a slow moment of the machine hits both. */
function compare({ what, floor, measure, goal, ours, theirs, times = runs }) {
  ours();
  theirs();
  const pairs = Array.from({ length: times }, () => {
    const pair = [ours()[measure], theirs()[measure]];
    return { ours: pair[0], theirs: pair[1] };
  });
  rows.push({
    what,
    ours: median(pairs.map((pair) => pair.ours)),
    floor,
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
    goal,
  });
}

function count(what, requests, least) {
  const ratio = requests / least;
  const floor = "the fewest requests";
  rows.push({ what, ours: requests, floor, theirs: least, ratio, goal: 1 });
}

/** Milliseconds of a whole process, and its largest memory in MiB. */
function timed(
  args,
  { node = process.execPath, environment = credentials } = {},
) {
  const begun = process.hrtime.bigint();
  const { status, stderr, output } = spawnSync(
    node,
    ["--require", path("measure.cjs"), ...args],
    {
      env: environment,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  const wall = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0)
    throw new Error(`${args.join(" ")} ended with ${status}\n${stderr}`);
  return { wall, ...JSON.parse(output[3]) };
}

/** The same without standing still: for whatever needs an answer of this process. */
async function run(args) {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, args, {
    env: credentials,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const status = await new Promise((resolve) => child.once("exit", resolve));
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
}

function versionOf(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

function table(all) {
  const head = ["what", "tieline", "floor", "of the floor", "ratio", "goal"];
  const number = (value) =>
    value === null || value === undefined
      ? ""
      : value.toFixed(value < 100 ? 2 : 0);
  const lines = all.map(({ what, ours, floor, theirs, ratio, goal }) => [
    what,
    number(ours),
    floor,
    number(theirs),
    number(ratio),
    goal === undefined
      ? ""
      : `${goal} ${ratio <= goal * 1.001 ? "met" : "missed"}`,
  ]);
  const rule = head.map(() => "---");
  return [head, rule, ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
