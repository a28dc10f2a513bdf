import { realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

/** How this program is run, as git will have to run it. */
export interface ProgramPlace {
  /** Node itself, absolute; `null` where the program is an executable of its own. */
  readonly node: string | null;
  /** The script or the executable that was started, absolute. */
  readonly script: string;
}

/**
 * What runs now. The script keeps the name it was started by: `node_modules/.bin/tieline` outlives
 * what it links to.
 */
export function runningProgram(): ProgramPlace {
  // A standalone executable is what it was started as, and stands in both places.
  const script = process.argv[1] ?? "";
  const isStandalone =
    script !== "" && realpathSync(script) === realpathSync(process.execPath);
  return {
    node: isStandalone ? null : process.execPath,
    script: join(realpathSync(dirname(script)), basename(script)),
  };
}

/** The two commands of `.git/config`. */
export interface GitDrivers {
  readonly textconv: string;
  readonly merge: string;
}

/**
 * Shell text by which git runs this very program: below the clone by its path there, so that the
 * clone can be moved, from elsewhere by its full path, and after it is gone whatever `tieline` the
 * search path has. Where there is none, a diff shows the encrypted text and a merge is left to a
 * person: neither ends in an error.
 *
 * A program below the clone that git tracks came with a commit, perhaps of a stranger, and is not
 * run.
 * @param topLevel - real path of the working tree; git runs its drivers there.
 */
export function gitDrivers(
  topLevel: string,
  { node, script }: ProgramPlace,
): GitDrivers {
  const inside = relative(topLevel, script);
  const isInside =
    inside !== "" && !/^\.\.(?:[/\\]|$)/u.test(inside) && !isAbsolute(inside);
  const path = (isInside ? inside : script).split(sep).join("/");
  const isThere = isInside
    ? `[ -f ${quoted(path)} ] && [ -z "$(git ls-files -- ${quoted(treeOf(path))} | head -c 1)" ]`
    : `[ -f ${quoted(path)} ]`;
  // A path without a slash would be looked for elsewhere.
  const start =
    node === null
      ? quoted(path.includes("/") ? path : `./${path}`)
      : `"$n" ${quoted(path)}`;
  const run = [
    node === null
      ? "t() { :"
      : `t() { n=${quoted(node)}; [ -x "$n" ] || n=node`,
    `if ${isThere}; then ${start} "$@"`,
    `elif command -v tieline >/dev/null 2>&1; then tieline "$@"`,
    `else echo "tieline was not found; run: tieline secrets install-git" >&2; return 127; fi; }`,
  ].join("; ");
  return {
    textconv: `${run}; c() { t secrets textconv "$1" || cat "$1"; }; c`,
    // A percent sign begins a placeholder here.
    merge: `${run.replaceAll("%", "%%")}; t secrets merge %O %A %B %P`,
  };
}

/**
 * What must not be tracked for a script to be nobody's commit: the folder of packages it is in, or
 * its own.
 */
function treeOf(path: string): string {
  return (
    /^(?:.*\/)?node_modules(?=\/)/u.exec(path)?.[0] ??
    (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : path)
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
