/**
 * Fills the template of the Homebrew formula with the archives of a release, and prints it:
 *
 *   node scripts/homebrew.mjs <address of the repository> <version> <file of checksums>
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const template = new URL("./homebrew/tieline.rb.template", import.meta.url);
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const REPOSITORY = /^https:\/\/[a-z0-9.-]+\/[\w.-]+\/[\w.-]+$/i;

/**
 * @param sums - what `sha256sum` wrote about the archives.
 * @throws Error for an archive that it does not name, and for what would be more than text.
 */
export function formulaFor({ repository, version, sums }) {
  if (!REPOSITORY.test(repository)) throw new Error("which repository?");
  if (!VERSION.test(version)) throw new Error("which version?");
  const bySha = new Map(
    sums
      .split("\n")
      .map((line) => /^([0-9a-f]{64}) [ *](\S+)$/.exec(line))
      .filter((found) => found !== null)
      .map(([, sum, name]) => [name, sum]),
  );
  const archiveOf = (target) => `tieline-${version}-${target}.tar.gz`;
  return readFileSync(template, "utf8").replace(
    /\{\{(\w+)(?: ([\w-]+))?\}\}/g,
    (_, what, target) => {
      if (what === "repository") return repository;
      if (what === "version") return version;
      const name = archiveOf(target);
      const sum = bySha.get(name);
      if (sum === undefined) throw new Error(`there is no checksum of ${name}`);
      return what === "sha256"
        ? sum
        : `${repository}/releases/download/v${version}/${name}`;
    },
  );
}

if (pathToFileURL(process.argv[1] ?? "").href === import.meta.url) {
  const [repository, version, file] = process.argv.slice(2);
  process.stdout.write(
    formulaFor({
      repository: repository ?? "",
      version: version ?? "",
      sums: readFileSync(file ?? "", "utf8"),
    }),
  );
}
