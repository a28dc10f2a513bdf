/**
 * Builds the package into dist/: the library as modules with declarations (tsc), the program as two CommonJS files (esbuild):
 * a small one that parses the command line and prints help, and the toolbox it loads when a command runs.
 */
import { execFileSync } from "node:child_process";
import { chmod, cp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
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
// tsc does not copy JavaScript: the compiled validators go along as they are.
await cp(`${root}src/config/generated`, `${root}dist/config/generated`, {
  recursive: true,
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
};

/** The one dynamic import of main.ts is where the program is cut in two. */
const cutAtToolbox = {
  name: "cut-at-toolbox",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/toolbox\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import"
        ? { path: "./toolbox.cjs", external: true }
        : undefined,
    );
  },
};

await build({
  ...shared,
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/bin/tieline.cjs",
  plugins: [cutAtToolbox],
});
await build({
  ...shared,
  entryPoints: ["src/cli/toolbox.ts"],
  outfile: "dist/bin/toolbox.cjs",
});
await chmod(`${root}dist/bin/tieline.cjs`, 0o755);
