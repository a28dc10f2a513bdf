/**
 * Bundles the program into CommonJS files (esbuild): a small one that parses the command line and
 * prints help, one of what commands load when they run, and a few of what only some runs need. All
 * that they use is in them: an installation brings no other package.
 */
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, transform } from "esbuild";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);

export const shared = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "cjs",
  absWorkingDir: root,
  // Licences stand in a file of their own, see third-party.mjs.
  legalComments: "none",
  minify: true,
  // For a trace of a fault: the same commit, built with TIELINE_SOURCE_MAPS=1, gives the same files
  // with their maps.
  sourcemap: process.env.TIELINE_SOURCE_MAPS === "1" ? "external" : false,
  metafile: true,
  logLevel: "warning",
  // `import()` of a CommonJS file makes Node scan the whole file for its export names; `require`
  // does not.
  supported: { "dynamic-import": false },
};

/** The library, which is a part of the file of the runs and loads it. */
const LIBRARY = "src/index.ts";

/** What the small file loads lazily, by path: each becomes a member of the other one. */
const late = new Set([LIBRARY]);

/** What the small file keeps, and looks at only when it is asked for. */
const NEAR = ["src/cli/program.ts", "src/cli/complete.ts"];

/** Where main.ts and the definitions of commands import dynamically, the program is cut in two. */
const cutAtRuns = {
  name: "cut-at-runs",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = relative(root, join(resolveDir, path)).replaceAll("\\", "/");
      if (NEAR.includes(file)) return undefined;
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

/**
 * Large packages that only some runs need, each bundled into a file of its own beside the runs,
 * with what that file is made of where it is not the whole package. Of undici nothing is used but
 * what src/http/transport.ts imports; fetch, caches and stand-ins are two thirds of it.
 */
const LAZY_PACKAGES = {
  undici: `
    require("undici/lib/dispatcher/dispatcher.js").prototype.request =
      require("undici/lib/api/api-request.js");
    module.exports = {
      buildConnector: require("undici/lib/core/connect.js"),
      Pool: require("undici/lib/dispatcher/pool.js"),
    };`,
  "age-encryption": null,
  re2js: null,
  "@marcbachmann/cel-js": null,
  "@lezer/javascript": null,
  "@lezer/python": null,
};

/** A file of ours that stands for parts of packages, loaded by the first HTTP/2 connection. */
const LAZY_SOURCES = ["src/embedded/transport/rpc-library.ts"];

/** Data of our own that only some commands read. */
const LAZY_DATA = [
  "src/domain/generated/catalogue-details.ts",
  "src/domain/generated/error-pages.ts",
];

const fileOf = (name) => `${basename(name.replace(/^@.*\//, ""), ".ts")}.cjs`;

/**
 * What the runs import lazily stays outside of it: what is not read is not parsed. Packages that
 * are not bundled are those that people add themselves, and load from where they are installed.
 */
const cutAtLazyParts = {
  name: "cut-at-lazy-parts",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^[^./]/ }, ({ kind, path }) => {
      if (kind !== "dynamic-import" || path.startsWith("node:"))
        return undefined;
      return Object.hasOwn(LAZY_PACKAGES, path)
        ? { path: `./${fileOf(path)}`, external: true }
        : { path, external: true };
    });
    pluginBuild.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => {
      const file = relative(root, join(resolveDir, path)).replaceAll("\\", "/");
      return [...LAZY_DATA, ...LAZY_SOURCES].includes(file)
        ? { path: `./${fileOf(file)}`, external: true }
        : undefined;
    });
  },
};

/** A value as an expression that unpacks it: text of this kind shrinks to a quarter, or less. */
const unpacked = (value) =>
  `JSON.parse(require("node:zlib").brotliDecompressSync(Buffer.from(${JSON.stringify(
    brotliCompressSync(JSON.stringify(value)).toString("base64"),
  )},"base64")))`;

/** Generated data that is large and shrinks well: about providers and codes, values alone. */
const PACKED_DATA =
  /[\\/]src[\\/]domain[\\/]generated[\\/](?:catalogue|catalogue-details|error-pages|scopes)\.ts$/;

/** Keeps data packed until it is read: the schemas that people can ask for, and that of ours. */
const packedData = {
  name: "packed-data",
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /[\\/]schemas[\\/][^\\/]*\.json$/ }, (of) => ({
      contents: `module.exports = ${unpacked(require(of.path))};`,
    }));
    pluginBuild.onLoad({ filter: PACKED_DATA }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await transform(text, { loader: "ts", format: "cjs" });
      const module = { exports: {} };
      new Function("module", "exports", code)(module, module.exports);
      return {
        contents: Object.keys(module.exports)
          .map(
            (name) =>
              `export const ${name} = ${unpacked(module.exports[name])};`,
          )
          .join("\n"),
      };
    });
  },
};

/** Bundles the program into a folder. @returns what went into each file, by its name. */
export async function buildProgram(folder) {
  await mkdir(folder, { recursive: true });
  const inputs = new Map();
  const bundle = async (name, options) => {
    const outfile = join(folder, name);
    const { metafile } = await build({ ...shared, outfile, ...options });
    inputs.set(name, Object.keys(metafile.inputs));
    return outfile;
  };
  const text = (contents) => ({ stdin: { contents, resolveDir: root } });

  const program = await bundle("tieline.cjs", {
    entryPoints: ["src/cli/main.ts"],
    plugins: [cutAtRuns, lateChildProcess],
  });
  await chmod(program, 0o755);
  await bundle("runs.cjs", {
    ...text(
      [...late]
        .sort()
        .map(
          (file) =>
            `exports[${JSON.stringify(file)}] = () => require(${JSON.stringify(`./${file}`)});`,
        )
        .join("\n"),
    ),
    plugins: [cutAtLazyParts, packedData],
  });
  for (const [name, contents] of Object.entries(LAZY_PACKAGES))
    await bundle(fileOf(name), {
      ...text(contents ?? `module.exports = require(${JSON.stringify(name)});`),
    });
  for (const file of LAZY_SOURCES)
    await bundle(fileOf(file), { entryPoints: [file] });
  for (const file of LAZY_DATA)
    await bundle(fileOf(file), { entryPoints: [file], plugins: [packedData] });
  return inputs;
}

/**
 * The library: modules of ES that give out what the file of the runs has. The one in between keeps
 * Node from scanning that large file for the names of exports.
 */
export async function buildLibrary(folder, program) {
  const names = Object.keys(require(join(program, "runs.cjs"))[LIBRARY]());
  await writeFile(
    join(program, "library.cjs"),
    `"use strict";\nconst runs = require("./runs.cjs");\nmodule.exports = runs[${JSON.stringify(LIBRARY)}]();\n`,
  );
  await writeFile(
    join(folder, "index.js"),
    `import library from "./bin/library.cjs";\nexport const { ${names.sort().join(", ")} } = library;\n`,
  );
}
