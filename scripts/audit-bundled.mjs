/**
 * Known vulnerabilities in what people get: the packages that are bundled, and those that they add
 * themselves. `npm audit --omit=dev` would look at nothing, because the package depends on none of
 * them where it is installed. Needs a build, for the list of what is bundled.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path) => JSON.parse(readFileSync(`${root}${path}`, "utf8"));
const bundled = read("dist/third-party.json").map(({ name }) => name);
const added = Object.keys(read("package.json").peerDependencies);

const { stdout, status } = spawnSync("npm", ["audit", "--json"], {
  cwd: root,
  encoding: "utf8",
  shell: process.platform === "win32",
});
const report = JSON.parse(stdout);
if (report.vulnerabilities === undefined) {
  console.error(`npm audit gave no answer (exit ${String(status)})`);
  process.exit(1);
}
// Where only something below an added package is affected, npm names that package as well.
const theirs = Object.values(report.vulnerabilities).filter(({ name }) =>
  [...bundled, ...added].includes(name),
);
for (const { name, severity, range } of theirs)
  console.error(`${name} ${range}: ${severity}; npm audit tells more`);
if (theirs.length === 0)
  console.log(
    `nothing is known of ${String(bundled.length)} bundled packages and ${String(added.length)} optional ones`,
  );
process.exitCode = theirs.length === 0 ? 0 : 1;
