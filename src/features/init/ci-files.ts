import { isDeepStrictEqual } from "node:util";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import {
  listFolder,
  placeNamed,
  readBytesIfThere,
  type FileWrite,
} from "../../platform/files/index.ts";
import { locateRepository } from "../../platform/git/index.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { shellWord } from "../../util/shell-word.ts";
import {
  environmentsFor,
  type CiEnvironment,
  type CiFacts,
} from "./ci-environments.ts";
import {
  githubWorkflows,
  READING_ENVIRONMENT,
  type CiRequest,
} from "./ci-github.ts";
import {
  GITLAB_INCLUDE,
  GITLAB_JOBS,
  GITLAB_MAIN,
  gitlabJobs,
} from "./ci-gitlab.ts";
import { newFile } from "./scaffold-files.ts";

/** Whose pipelines are written. */
export type CiSystem = "github" | "gitlab";

/** What asks for the files of a pipeline. */
export interface CiAsked {
  readonly system: CiSystem;
  readonly cwd: string;
  /** Absolute folder of the workspace, which may not exist yet. */
  readonly root: string;
  readonly source: DocumentSource;
  /** Environments that are made in the same run. */
  readonly more?: readonly CiFacts[];
}

/** The files of a pipeline, before they are written. */
export interface CiFiles {
  readonly writes: readonly FileWrite[];
  /** Those that are there already, word for word. */
  readonly unchanged: readonly string[];
  readonly environments: readonly CiEnvironment[];
  /** What is left to do, in sentences and command lines. */
  readonly next: readonly string[];
}

/** Far beyond any file of a pipeline. */
const MAX_BYTES = 1024 * 1024;
/** A folder whose name acts neither in a shell nor in YAML nor in an expression. */
const FOLDER = /^[\w.][\w.-]*(?:\/[\w.][\w.-]*)*$/u;

/**
 * The files of a pipeline for the environments of a workspace. Writes nothing, and writes over
 * nothing.
 * @throws UserError CLI013 for a file that is there and says something else, CLI001 where there is
 * no environment, or one that cannot be named.
 */
export async function ciFiles(asked: CiAsked): Promise<CiFiles> {
  const { system, cwd, source, more } = asked;
  const environments = await environmentsFor(source, more);
  if (environments.length === 0) throw noEnvironment(system);
  const { top, folder } = placeOf(asked.root);
  const request = { environments, folder };
  const writes: FileWrite[] = [];
  const unchanged: string[] = [];
  const others: string[] = [];
  const own = system === "github" ? githubWorkflows(request) : gitlab(request);
  for (const [path, text] of own) {
    const place = placeNamed(cwd, relative(cwd, join(top, path)));
    const now = readBytesIfThere(place, MAX_BYTES);
    if (now === null) writes.push(newFile(place, text));
    else if (isDeepStrictEqual(Buffer.from(now), Buffer.from(text)))
      unchanged.push(place.shown);
    // What includes the jobs is its owner's: it is told what to add.
    else if (path !== GITLAB_MAIN) others.push(place.shown);
  }
  if (others.length > 0) throw taken(others, system);
  const isIncluded =
    system === "github" || writes.some(({ place }) => isMain(place.shown));
  return {
    writes,
    unchanged,
    environments,
    next: nextLines(request, { system, isIncluded }),
  };
}

function gitlab(request: CiRequest): ReadonlyMap<string, string> {
  return new Map([
    [GITLAB_JOBS, gitlabJobs(request)],
    [GITLAB_MAIN, GITLAB_INCLUDE],
  ]);
}

function isMain(shown: string): boolean {
  return shown.split(/[\\/]/u).at(-1) === GITLAB_MAIN;
}

/** Pipelines stand at the top of the repository, wherever in it the configuration is. */
function placeOf(root: string): {
  readonly top: string;
  readonly folder: string;
} {
  let at = root;
  while (listFolder(at).length === 0 && dirname(at) !== at) at = dirname(at);
  const located = locateRepository(at);
  if (located === null) return { top: root, folder: "" };
  const below = relative(at, root).split(sep).join("/");
  const folder = `${located.prefix}${below}`.replace(/\/$/u, "");
  if (folder === "" || FOLDER.test(folder))
    return { top: located.topLevel, folder };
  throw new UserError("CLI001", "no pipeline can be written for this folder", {
    why: `its name in the repository, "${folder}", holds characters that could act in the pipeline's files`,
    fix: "rename the folder: letters, digits, dots, dashes and underscores",
    notDone: "nothing was written",
  });
}

function noEnvironment(system: CiSystem): UserError {
  return new UserError(
    "CLI001",
    "there is no environment to run a pipeline for",
    {
      why: "the jobs are written for the environments in environments/",
      fix: `tieline init --environment prod --target 'https://<yours>.scalekit.com' --ci ${shellWord(system)}`,
      notDone: "nothing was written",
    },
  );
}

function taken(files: readonly string[], system: CiSystem): UserError {
  const names = files.map((file) => `"${file}"`).join(" and ");
  return new UserError(
    "CLI013",
    `${names} ${files.length === 1 ? "is there and says" : "are there and say"} something else`,
    {
      why: "init never overwrites: somebody may have changed what it wrote, or there are other environments now",
      fix: `keep what is yours, and have the rest written anew: rm ${files.map(shellWord).join(" ")} && tieline init --ci ${shellWord(system)}`,
      notDone: "nothing was written",
    },
  );
}

function nextLines(
  { environments }: CiRequest,
  {
    system,
    isIncluded,
  }: { readonly system: CiSystem; readonly isIncluded: boolean },
): readonly string[] {
  const secrets = environments.flatMap((each) => each.secrets);
  const place =
    system === "github"
      ? `environment "${READING_ENVIRONMENT}" of the repository`
      : `variables of the environment "${READING_ENVIRONMENT}", masked`;
  return [
    "npm install --save-dev --save-exact tieline    and commit package-lock.json",
    ...(isIncluded
      ? []
      : [
          `${GITLAB_MAIN} gets: ${GITLAB_INCLUDE.trim()
            .split(/\s*\n\s*/u)
            .join(" ")}`,
        ]),
    ...(secrets.length === 0
      ? []
      : [`${place}: ${secrets.join(", ")}    may read`]),
    ...environments.map(
      (each) =>
        `environment "${each.name}": ${[...each.secrets, "SOPS_AGE_KEY"].join(", ")}    may write; have reviewers release it`,
    ),
    'the status "tieline" is required before a merge',
  ];
}
