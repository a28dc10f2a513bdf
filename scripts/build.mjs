/**
 * Builds the package into dist/: the library as modules with declarations (tsc), the program as ten
 * CommonJS files (esbuild): a small one that parses the command line and prints help, one of what
 * commands load when they run, and eight of what few runs need (six libraries, two files of data).
 */
import { execFileSync } from "node:child_process";
import { chmod, cp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const require = createRequire(import.meta.url);

await rm(`${root}dist`, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [require.resolve("typescript/bin/tsc"), "-p", `${root}tsconfig.build.json`],
  { stdio: "inherit" },
);
// tsc does not copy JavaScript: the compiled validators go along as they are, with their types.
await cp(`${root}src/documents/generated`, `${root}dist/documents/generated`, {
  recursive: true,
  filter: (path) => !path.endsWith(".ts") || path.endsWith(".d.ts"),
});

const shared = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  absWorkingDir: root,
  legalComments: "none",
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: false,
  logLevel: "warning",
  // `import()` of a CommonJS file makes Node scan the whole file for its export names; `require`
  // does not.
  supported: { "dynamic-import": false },
};

/** What the small file loads lazily, by path: each becomes a member of the other one. */
const late = new Set();

/** Where main.ts and the definitions of commands import dynamically, the program is cut in two. */
const cutAtRuns = {
  name: "cut-at-runs",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = relative(root, join(resolveDir, path)).replaceAll("\\", "/");
      late.add(file);
      return { path: file, namespace: "late-run" };
    });
    pluginBuild.onLoad({ filter: /.*/, namespace: "late-run" }, ({ path }) => ({
      contents: `module.exports = require("./runs.cjs")[${JSON.stringify(path)}]();`,
      resolveDir: root,
    }));
    pluginBuild.onResolve({ filter: /^\.\/runs\.cjs$/ }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

/**
 * commander asks for `node:child_process` when it is loaded, and uses it for commands that are
 * programs of their own, of which there are none here. Loading it takes a tenth of the time help
 * takes, so it is loaded by whoever reads a member of it.
 */
const lateChildProcess = {
  name: "late-child-process",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer)
        ? { path: "child_process", namespace: "late" }
        : undefined,
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: "late" }, () => ({
      contents:
        "module.exports = { get spawn() { return require('node:child_process').spawn; } };",
      resolveDir: root,
    }));
  },
};

/** Large packages that only some runs need, each bundled into a file of its own beside the runs. */
const LAZY_PACKAGES = [
  "undici",
  "age-encryption",
  "re2js",
  "@marcbachmann/cel-js",
  "@lezer/javascript",
  "@lezer/python",
];

/**
 * Data of our own that only some commands read; it holds values alone, so being bundled apart
 * changes nothing but the time to load.
 */
const LAZY_DATA = ["catalogue-details.ts", "error-pages.ts"];

const fileOf = (name) => `${name.replace(/^@.*\//, "")}.cjs`;

/**
 * What the runs import lazily stays outside of it: what is not read is not parsed. Other packages
 * are loaded from where they are installed.
 */
const cutAtLazyPackages = {
  name: "cut-at-lazy-packages",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:"))
        return undefined;
      return LAZY_PACKAGES.includes(path)
        ? { path: `./${fileOf(path)}`, external: true }
        : { path, external: true };
    });
    pluginBuild.onResolve({ filter: /\.ts$/ }, ({ kind, path }) => {
      const name = basename(path);
      return kind === "dynamic-import" && LAZY_DATA.includes(name)
        ? { path: `./${name.replace(".ts", ".cjs")}`, external: true }
        : undefined;
    });
  },
};

await build({
  ...shared,
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/bin/tieline.cjs",
  plugins: [cutAtRuns, lateChildProcess],
});
await build({
  ...shared,
  stdin: {
    contents: [...late]
      .sort()
      .map(
        (file) =>
          `exports[${JSON.stringify(file)}] = () => require(${JSON.stringify(`./${file}`)});`,
      )
      .join("\n"),
    resolveDir: root,
  },
  outfile: "dist/bin/runs.cjs",
  plugins: [cutAtLazyPackages],
  // Needed by the first HTTP/2 connection of an embedded API, and by nobody else.
  external: ["@connectrpc/*", "@bufbuild/*"],
});
for (const name of LAZY_PACKAGES)
  await build({
    ...shared,
    stdin: {
      contents: `module.exports = require(${JSON.stringify(name)});`,
      resolveDir: root,
    },
    outfile: `dist/bin/${fileOf(name)}`,
  });
for (const name of LAZY_DATA)
  await build({
    ...shared,
    entryPoints: [`src/domain/generated/${name}`],
    outfile: `dist/bin/${name.replace(".ts", ".cjs")}`,
  });
await chmod(`${root}dist/bin/tieline.cjs`, 0o755);
