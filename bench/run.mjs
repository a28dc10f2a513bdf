/**
 * How fast, as ratios measured in one run: each figure is tieline's time over the time of a bare
 * floor that does only the unavoidable part, both as whole processes, in turn. Run with `npm run
 * bench`; sizes can be given: `node bench/run.mjs --files 1000 --connections 1000 --runs 5`.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeWorkspace } from "./workspace.mjs";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "1000" },
    connections: { type: "string", default: "1000" },
    runs: { type: "string", default: "5" },
    latency: { type: "string", default: "20" },
    concurrency: { type: "string", default: "32" },
  },
});
const program = fileURLToPath(
  new URL("../dist/bin/tieline.cjs", import.meta.url),
);
const script = (name) =>
  fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
const runs = Number(values.runs);
// A long list of certificates is read at every start of Node; it would drown what is measured.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${runs} runs each, medians\n`,
);
const folder = await mkdtemp(join(tmpdir(), "tieline-bench-"));
try {
  coldStart();
  await validate();
  await validateMany();
  await plan();
  decrypt();
} finally {
  await rm(folder, { recursive: true, force: true });
}

function coldStart() {
  report(
    "tieline --help",
    "node -e 0",
    pairs(
      () => timed([program, "--help"]),
      () => timed(["-e", "0"]),
      runs * 4,
    ),
  );
}

async function validate() {
  const root = join(folder, "validate");
  await writeWorkspace(root, Number(values.files), { target: "embedded:" });
  report(
    `tieline validate, ${values.files} files`,
    "bare parse with positions + compiled validation",
    pairs(
      () => timed([program, "validate", "dev", "--root", root]),
      () => timed([script("floor-validate"), join(root, "connections")]),
      runs,
    ),
  );
}

/** Five times the files may take five times the time. */
async function validateMany() {
  const count = Number(values.files);
  const [some, many] = [join(folder, "validate"), join(folder, "validate-5")];
  await writeWorkspace(many, 5 * count, { target: "embedded:" });
  const validating = (root) => () =>
    timed([program, "validate", "dev", "--root", root]);
  report(
    `tieline validate, ${5 * count} files`,
    `5 x tieline validate, ${count} files`,
    pairs(validating(many), () => 5 * validating(some)(), runs),
  );
}

async function plan() {
  const root = join(folder, "plan");
  const secret = { BENCH_SECRET: "bench-only" };
  const serve = (port, faults) => startEmulator(root, port, faults, secret);
  await writeWorkspace(root, Number(values.connections), {
    target: "embedded:",
    concurrency: Number(values.concurrency),
  });
  let server = await serve(0, []);
  const { origin } = server;
  const credentials = {
    ...env,
    SCALEKIT_CLIENT_ID: "embedded",
    SCALEKIT_CLIENT_SECRET: secret.BENCH_SECRET,
  };
  timed(
    [
      program,
      "apply",
      "dev",
      "--yes",
      "--quiet",
      "--root",
      root,
      "--target",
      origin,
    ],
    credentials,
  );
  await server.stop();
  server = await serve(Number(new URL(origin).port), [
    `latency:*:ms=${values.latency}`,
  ]);
  try {
    const args = [
      program,
      "plan",
      "dev",
      "--detailed-exitcode",
      "--root",
      root,
      "--target",
      origin,
    ];
    const bare = [
      script("floor-plan"),
      origin,
      "embedded",
      secret.BENCH_SECRET,
      values.concurrency,
    ];
    const title = `tieline plan, ${values.connections} connections, ${values.latency} ms`;
    report(
      title,
      `bare client: the same requests, ${values.concurrency} at once`,
      pairs(
        () => timed(args, credentials),
        () => timed(bare),
        runs,
      ),
    );
    const pages = Math.ceil(Number(values.connections) / 30);
    const minimum =
      (1 +
        pages +
        Math.max(
          0,
          (Number(values.connections) - 30 * pages) /
            Number(values.concurrency),
        )) *
      Number(values.latency);
    console.log(
      `  (${pages} pages are serial: ${Math.round(minimum)} ms of pure waiting)\n`,
    );
  } finally {
    await server.stop();
  }
}

/** In one process, because it is the work that counts here and not the start. */
function decrypt() {
  const dev = (name) =>
    fileURLToPath(new URL(`../environments/dev/${name}`, import.meta.url));
  const args = [
    script("decrypt"),
    dev("secrets.enc.yaml"),
    dev("demo.agekey"),
    values.files,
  ];
  const { stdout } = spawnSync(process.execPath, args, {
    env,
    encoding: "utf8",
  });
  const { count, ours, floor: bare } = JSON.parse(stdout);
  console.log(`open ${count} SOPS files: ${ours.toFixed(0)} ms`);
  console.log(`the age library alone, same data keys: ${bare.toFixed(0)} ms`);
  console.log(`ratio: ${(ours / bare).toFixed(2)}\n`);
}

/** Runs both in turn, so that a slow moment of the machine hits both. */
function pairs(ours, theirs, count) {
  ours();
  theirs();
  return Array.from({ length: count }, () => ({
    ours: ours(),
    theirs: theirs(),
  }));
}

function timed(args, environment = env) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: environment,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0)
    throw new Error(`${args.join(" ")} ended with ${status}\n${stderr}`);
  return ms;
}

function report(ours, theirs, samples) {
  const ratio = median(samples.map((s) => s.ours / s.theirs));
  console.log(`${ours}: ${median(samples.map((s) => s.ours)).toFixed(0)} ms`);
  console.log(
    `${theirs}: ${median(samples.map((s) => s.theirs)).toFixed(0)} ms`,
  );
  console.log(`ratio: ${ratio.toFixed(2)}\n`);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function startEmulator(root, port, faults, secret) {
  const args = [
    program,
    "emulate",
    "dev",
    "--root",
    root,
    "--port",
    String(port),
    "--client-secret-env",
    "BENCH_SECRET",
    "--json",
  ];
  const child = spawn(
    process.execPath,
    [...args, ...faults.flatMap((fault) => ["--fault", fault])],
    {
      env: { ...env, ...secret },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const line = await new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (status) =>
      reject(new Error(`the embedded API ended with ${status}`)),
    );
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(text);
    });
  });
  return {
    origin: JSON.parse(line).origin,
    stop: async () => {
      child.kill("SIGINT");
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}
