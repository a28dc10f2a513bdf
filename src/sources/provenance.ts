import type { Provenance } from "../domain/provenance.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../domain/problem/error.ts";
import { createGit } from "../platform/git/index.ts";
import type { Git, GitPlace } from "../ports/git.ts";
import { subjectOf } from "./commit-facts.ts";
import { readStatus } from "./git-status.ts";

const UNTOLD: Provenance = {
  commit: null,
  dirty: null,
  subject: null,
  problem: null,
};

/**
 * Asks git about a folder, or about some folders in it. No repository is an ordinary answer, and so
 * is a git that refuses. No filter is run: where only a filter could tell whether a file differs,
 * `dirty` is `null`.
 */
export async function readProvenance(
  folder: string,
  env: ProcessEnv,
  within: readonly string[] = [],
): Promise<Provenance> {
  const git = createGit(folder, env);
  try {
    const place = await git.place();
    if (place === null) return UNTOLD;
    const paths = pathsOf(place, within);
    const { commit, dirty } = await readStatus(git, paths);
    const subject = commit === null ? null : await subjectOf(git, commit);
    if (dirty === true) return { commit, dirty, subject, problem: null };
    const below = await Promise.all(
      (await submodulesAt(git, paths))
        .map((path) => join(place.topLevel, path))
        .filter((path) => isThere(join(path, ".git")))
        .map((path) => readProvenance(path, env)),
    );
    return {
      commit,
      subject,
      dirty: worst([dirty, ...below.map((each) => each.dirty)]),
      problem: null,
    };
  } catch (problem) {
    if (!(problem instanceof AppError)) throw problem;
    return { ...UNTOLD, problem };
  }
}

/** The folders as git takes them at the top level. */
function pathsOf(
  { prefix }: GitPlace,
  within: readonly string[],
): readonly string[] {
  if (within.length > 0) return within.map((each) => `${prefix}${each}`);
  return [prefix === "" ? "." : prefix];
}

/** Submodules at these paths or below them, from the top level. */
async function submodulesAt(
  git: Git,
  paths: readonly string[],
): Promise<readonly string[]> {
  const entries = (await git.index())?.entries ?? [];
  return entries
    .filter(({ kind }) => kind === "submodule")
    .map(({ path }) => path)
    .filter((path) =>
      paths.some(
        (each) => each === "." || `${path}/`.startsWith(withSlash(each)),
      ),
    );
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

function worst(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
