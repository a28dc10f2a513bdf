/**
 * What is in a release, as CycloneDX: the packages that are bundled, and with `--all` also those
 * that only the standalone executables have inside. npm makes the list of everything that is
 * installed; what only builds and tests is taken out of it. Needs a build. Prints JSON.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path) => JSON.parse(readFileSync(`${root}${path}`, "utf8"));
const isAll = process.argv.includes("--all");

const sbom = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  }),
);
const own = sbom.metadata.component["bom-ref"];
// npm names the folder.
const { name: ownName } = read("package.json");
const metadata = {
  ...sbom.metadata,
  component: { ...sbom.metadata.component, name: ownName },
};
const kept = new Set(
  read("dist/third-party.json").map(
    ({ name, version }) => `${name}@${version}`,
  ),
);
if (isAll)
  for (const name of Object.keys(read("package.json").peerDependencies))
    keepWithChildren(refOf(name));

const components = sbom.components
  .filter((component) => kept.has(component["bom-ref"]))
  .map(({ properties, ...component }) => ({
    ...component,
    // Bundled is not what a development dependency is: it is a part of what is released.
    scope: "required",
    ...only(properties, ({ name }) => name !== "cdx:npm:package:development"),
  }));
const dependencies = sbom.dependencies
  .filter(({ ref }) => ref !== own && kept.has(ref))
  .map(({ ref, dependsOn }) => ({
    ref,
    dependsOn: dependsOn.filter((child) => kept.has(child)),
  }));
console.log(
  JSON.stringify(
    {
      ...sbom,
      metadata,
      components,
      dependencies: [
        { ref: own, dependsOn: components.map((each) => each["bom-ref"]) },
        ...dependencies,
      ],
    },
    null,
    2,
  ),
);

function refOf(name) {
  const { version } = read(`node_modules/${name}/package.json`);
  return `${name}@${version}`;
}

function keepWithChildren(ref) {
  if (kept.has(ref)) return;
  kept.add(ref);
  const children = sbom.dependencies.find((each) => each.ref === ref);
  for (const child of children?.dependsOn ?? []) keepWithChildren(child);
}

function only(properties, test) {
  const left = (properties ?? []).filter(test);
  return left.length === 0 ? {} : { properties: left };
}
