/**
 * Builds the package into dist/: the program as CommonJS files, the library as a way into one of
 * them with its declarations, and the licences of what was bundled.
 */
import { execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gatherDeclarations } from "./build/declarations.mjs";
import { buildLibrary, buildProgram, root } from "./build/program.mjs";
import { bundledPackages, licencesText } from "./build/third-party.mjs";
import { writeManPage } from "./man-page.mjs";

const require = createRequire(import.meta.url);
const dist = join(root, "dist");
const types = join(dist, "types");

await rm(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [
    require.resolve("typescript/bin/tsc"),
    "-p",
    join(root, "tsconfig.build.json"),
    "--outDir",
    types,
  ],
  { stdio: "inherit" },
);
const program = join(dist, "bin");
const inputs = await buildProgram(program);
await buildLibrary(dist, program);
await writeFile(
  join(dist, "index.d.ts"),
  gatherDeclarations(join(types, "index.d.ts"), types),
);
await rm(types, { recursive: true });
const packages = bundledPackages([...inputs.values()].flat());
await writeFile(join(dist, "THIRD_PARTY_LICENSES.txt"), licencesText(packages));
await writeFile(
  join(dist, "third-party.json"),
  `${JSON.stringify(
    packages.map(({ text, ...rest }) => rest),
    null,
    2,
  )}\n`,
);
await writeManPage();
