/**
 * The one way to run git: in a repository that was found and verified, with nothing switched on
 * that a file of the working tree could choose. Never here: what the answers mean.
 */
import type { ProcessEnv } from "../../domain/environment-access.ts";
import { resolve } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import type {
  Git,
  GitAnswer,
  GitIndex,
  GitOptions,
  GitSetting,
} from "../../ports/git.ts";
import { gitEnvironment, LEADING_OPTIONS } from "./environment.ts";
import {
  locateRepository,
  openRepository,
  type OpenRepository,
} from "./open-repository.ts";
import { readIndex } from "./read-index.ts";
import {
  checkRemote,
  remoteCommand,
  type UsableRemote,
} from "./remote-rule.ts";
import { runGit } from "./run-git.ts";

export { locateRepository } from "./open-repository.ts";

/**
 * The git program for a folder. Runs nothing until it is asked; whatever it found out about the
 * repository it keeps.
 */
export function createGit(folder: string, env: ProcessEnv): Git {
  return new RepositoryGit(folder, env);
}

class RepositoryGit implements Git {
  readonly #folder: string;
  readonly #env: ProcessEnv;
  #opened: Promise<OpenRepository | null> | undefined;
  readonly #remotes = new Map<string, Promise<UsableRemote>>();

  constructor(folder: string, env: ProcessEnv) {
    this.#folder = folder;
    this.#env = env;
  }

  async place(): Promise<OpenRepository | null> {
    this.#opened ??= openRepository(this.#folder, this.#env);
    return this.#opened;
  }

  async index(): Promise<GitIndex | null> {
    const located = locateRepository(this.#folder);
    if (located === null) return null;
    const { topLevel, prefix, gitFolder } = located;
    const entries = await readIndex(gitFolder, (args) => this.run(args));
    return { topLevel, prefix, entries };
  }

  async run(
    args: readonly string[],
    options: GitOptions = {},
  ): Promise<GitAnswer> {
    const repository = await this.place();
    if (repository === null) throw noRepository(this.#folder);
    const { remote } = options;
    return this.#run(
      repository,
      args,
      options,
      remote === undefined ? undefined : await this.#usable(remote, repository),
    );
  }

  async settings(pattern: RegExp): Promise<readonly GitSetting[]> {
    const repository = await this.place();
    if (repository === null) return [];
    const answer = await this.run(["config", "--list", "-z", "--show-origin"]);
    if (answer.status !== 0) throw unreadableSettings(answer);
    return parseSettings(answer.stdout, repository.topLevel).filter(({ key }) =>
      pattern.test(key),
    );
  }

  #usable(name: string, repository: OpenRepository): Promise<UsableRemote> {
    const known =
      this.#remotes.get(name) ??
      checkRemote({ name, git: this, repository, home: this.#env["HOME"] });
    this.#remotes.set(name, known);
    return known;
  }

  #run(
    repository: OpenRepository,
    args: readonly string[],
    options: GitOptions,
    remote: UsableRemote | undefined,
  ): Promise<GitAnswer> {
    const { program, topLevel, gitFolder, commonFolder } = repository;
    return runGit({
      program: program.file,
      folder: topLevel,
      leading: LEADING_OPTIONS,
      args: remote === undefined ? args : remoteCommand(args, remote),
      env: {
        ...gitEnvironment({
          env: this.#env,
          path: program.path,
          protocols: remote?.protocols ?? [],
        }),
        ...options.env,
        GIT_DIR: gitFolder,
        GIT_COMMON_DIR: commonFolder,
        GIT_WORK_TREE: topLevel,
      },
      input: options.input ?? "",
      isRemote: remote !== undefined,
    });
  }
}

/**
 * Entries of `git config --list -z --show-origin`: where from, then the key, and after a line break
 * the value.
 */
function parseSettings(output: Uint8Array, topLevel: string): GitSetting[] {
  const fields = Buffer.from(output).toString("utf8").split("\0");
  const settings: GitSetting[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const origin = fields[at] ?? "";
    const [key = "", ...value] = (fields[at + 1] ?? "").split("\n");
    settings.push({
      key,
      value: value.join("\n"),
      file: origin.startsWith("file:")
        ? resolve(topLevel, origin.slice("file:".length))
        : null,
    });
  }
  return settings;
}

function unreadableSettings(answer: GitAnswer): UserError {
  return new UserError("STA011", "git cannot read its settings", {
    why: `git says: ${answer.stderr}`,
    fix: "correct the file that it names",
    notDone: "nothing was changed",
  });
}

function noRepository(folder: string): UserError {
  return new UserError("STA011", `"${folder}" is not in a git repository`, {
    why: "neither this folder nor any above it holds a .git",
    fix: "run the command in a clone",
    notDone: "nothing was changed",
  });
}
