/**
 * What of others is in the bundles: which packages, under which licences. The package depends on
 * none of them any more where it is installed, so it says here what it is made of.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./program.mjs";

/** Licences whose texts may go along with a bundle, and ask for no more than that. */
const ALLOWED = [
  "MIT",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "(Apache-2.0 AND BSD-3-Clause)",
];

/** Parts of these stand in the generated checks of documents. */
const GENERATED_FROM = ["ajv", "ajv-formats", "fast-deep-equal"];

/**
 * The packages that files are from. @param files - paths from the top of the repository.
 * @throws Error for one whose licence is not allowed, or whose text is not to be found.
 */
export function bundledPackages(files) {
  const folders = files.flatMap((file) => {
    const path = file.replaceAll("\\", "/");
    const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(
      path,
    );
    return found === null ? [] : [found[0]];
  });
  const all = new Set([
    ...folders,
    ...GENERATED_FROM.map((name) => `node_modules/${name}`),
  ]);
  return [...all]
    .map((folder) => packageIn(folder))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packageIn(folder) {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  if (!ALLOWED.includes(license))
    throw new Error(
      `${name} ${version} is under ${license}: bundle nothing of it, or add the licence to scripts/build/third-party.mjs`,
    );
  const found = licenceText(folder, name, license);
  const by = typeof author === "string" ? author : author?.name;
  // The short licences are nothing without whose they are.
  const text =
    found.startsWith("Permission") && by !== undefined
      ? `Copyright (c) ${by}\n\n${found}`
      : found;
  return { name, version, license, folder, text };
}

function licenceText(folder, name, license) {
  const file = readdirSync(join(root, folder)).find((entry) =>
    /^(?:licen[cs]e|copying)/iu.test(entry),
  );
  // Some publish the name of the licence alone; those texts are kept here.
  const kept = [name.replaceAll("/", "-"), license].map(
    (of) => `scripts/build/licences/${of}.txt`,
  );
  const path =
    file === undefined
      ? kept.find((of) => existsSync(join(root, of)))
      : join(folder, file);
  if (path === undefined)
    throw new Error(
      `${name} has no text of its licence: put it into ${kept[0]}`,
    );
  return readFileSync(join(root, path), "utf8").trim();
}

/** One text with each licence once, under the packages that it is of. */
export function licencesText(packages) {
  const byText = new Map();
  for (const { name, version, license, text } of packages)
    byText.set(text, [
      ...(byText.get(text) ?? []),
      `${name} ${version} (${license})`,
    ]);
  const parts = [...byText].map(
    ([text, names]) => `${names.join("\n")}\n\n${text}\n`,
  );
  const line = `\n${"-".repeat(78)}\n\n`;
  return `The files of tieline contain parts of the packages below, each under its licence.\n${line}${parts.join(line)}`;
}
