/**
 * Makes a standalone executable of the built program: Node.js with the files of `dist/bin` inside
 * of it, and with the packages that an installation leaves to people. Nothing is unpacked when it
 * runs.
 *
 * `npm run package:sea` makes one for this platform. For another one, give the Node.js of that
 * platform, of the same version as the one that builds:
 *
 *   npm run package:sea -- --target linux-arm64 --node path/of/its/node
 *
 * The one that builds (`--builder`, else the one that runs this) has to be 25.5 or later: it then
 * puts files into an executable by itself. Executables for macOS are signed (ad hoc) where this
 * runs on macOS; elsewhere they have to be signed afterwards, or they do not start.
 */
import { execFileSync } from "node:child_process";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { root, shared } from "./build/program.mjs";
import { bundledPackages, licencesText } from "./build/third-party.mjs";

const TARGETS = [
  "linux-x64",
  "linux-arm64",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64",
  "win32-arm64",
];
/** The first Node.js that writes executables by itself. */
const FIRST_BUILDER = [25, 5];
/** Parts of pg that belong to other runtimes. */
const NOT_HERE = ["pg-native", "pg-cloudflare", "cloudflare:sockets"];

const { values: options } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    builder: { type: "string", default: process.execPath },
    node: { type: "string" },
    "node-license": { type: "string" },
    out: { type: "string", default: join(root, "release") },
  },
});
const { target, builder } = options;
const node = options.node ?? builder;
if (!TARGETS.includes(target))
  fail(`there is no target ${target}; they are ${TARGETS.join(", ")}`);
if (
  options.node === undefined &&
  target !== `${process.platform}-${process.arch}`
)
  fail(`give the Node.js of ${target}: --node path/of/its/node`);
const version = versionOf(builder);
if (!isLater(version.split(".").map(Number), FIRST_BUILDER))
  fail(
    `Node ${version} cannot write executables: run this with Node ${FIRST_BUILDER.join(".")} or later, or name one with --builder`,
  );

const work = await mkdtemp(join(tmpdir(), "tieline-sea-"));
try {
  console.log(await makeExecutable(work));
} finally {
  await rm(work, { recursive: true, force: true });
}

/** @returns the path of the executable. */
async function makeExecutable(folder) {
  const { assets, inputs } = await filesOf(folder);
  const out = resolve(options.out, `tieline-${target}`);
  await mkdir(out, { recursive: true });
  await copyFile(join(root, "LICENSE"), join(out, "LICENSE"));
  await writeFile(
    join(out, "THIRD_PARTY_LICENSES.txt"),
    `${licencesText(bundledPackages(inputs))}\n${"-".repeat(78)}\n\nNode.js ${version}\n\n${await licenceOfNode()}`,
  );
  const output = join(
    out,
    target.startsWith("win32-") ? "tieline.exe" : "tieline",
  );
  const settings = join(folder, "settings.json");
  await writeFile(
    settings,
    JSON.stringify({
      main: join(root, "scripts/build/launcher.cjs"),
      output,
      executable: resolve(node),
      disableExperimentalSEAWarning: true,
      // What is compiled ahead is of one processor and one build of Node.js.
      useCodeCache: false,
      useSnapshot: false,
      assets: Object.fromEntries(assets),
    }),
  );
  execFileSync(builder, ["--build-sea", settings], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await chmod(output, 0o755);
  if (target.startsWith("darwin-") && process.platform === "darwin")
    execFileSync("codesign", ["--force", "--sign", "-", output], {
      stdio: "inherit",
    });
  return output;
}

/** Where releases of Node.js have it, and the packages of npm that bring them. */
async function licenceOfNode() {
  const place = dirname(await realpath(node));
  const places = [
    join(place, "../LICENSE"),
    join(place, "LICENSE"),
    join(place, "../node_modules", `node-${target}`, "LICENSE"),
  ];
  const named = options["node-license"];
  for (const path of named === undefined ? places : [named]) {
    const text = await readFile(path, "utf8").catch(() => null);
    if (text?.includes("Node.js is licensed") === true) return text;
  }
  return fail(
    `there is no licence of Node.js beside ${node}: name one with --node-license`,
  );
}

/**
 * What goes into the executable: by the name that the program asks for it, where it is, and which
 * files it is made of.
 */
async function filesOf(folder) {
  const assets = new Map();
  const inputs = JSON.parse(
    await readFile(join(root, "dist/third-party.json"), "utf8"),
  ).map(({ folder: of }) => `${of}/package.json`);
  const program = join(root, "dist/bin");
  for (const name of await readdir(program))
    if (name.endsWith(".cjs")) assets.set(`./${name}`, join(program, name));
  if (!assets.has("./runs.cjs")) fail("there is no dist/bin: npm run build");
  const { peerDependencies } = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  );
  for (const name of Object.keys(peerDependencies)) {
    const outfile = join(folder, `${basename(name)}.cjs`);
    const { metafile } = await build({
      ...shared,
      stdin: {
        contents: `module.exports = require(${JSON.stringify(name)});`,
        resolveDir: root,
      },
      external: NOT_HERE,
      outfile,
    });
    assets.set(name, outfile);
    inputs.push(...Object.keys(metafile.inputs));
  }
  return { assets, inputs };
}

function versionOf(path) {
  return execFileSync(path, ["--version"], { encoding: "utf8" })
    .trim()
    .replace(/^v/, "");
}

function isLater([major, minor], [wantedMajor, wantedMinor]) {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
