import type { ProcessEnv } from "../../domain/environment-access.ts";
import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import {
  AppError,
  RefusedError,
  UserError,
} from "../../domain/problem/error.ts";
import { isForkJob } from "../../platform/jobs/fork-job.ts";
import { readVariableFile } from "../../platform/files/index.ts";
import { locateRepository } from "../../platform/git/open-repository.ts";
import {
  findProgram,
  isOutside,
} from "../../platform/programs/find-program.ts";
import { runProgram } from "../../secrets/sops/keys/run-program.ts";
import { splitCommand } from "../../secrets/sops/keys/split-command.ts";
import type { CredentialForm, SecretVariables } from "./credential-form.ts";

/** What a driver proves itself with; `id` is `null` where a token needs none. */
export interface Credentials {
  readonly id: string | null;
  readonly secret: string;
}

/** Where credentials are looked for, and for what. */
export interface CredentialSearch {
  readonly form: CredentialForm;
  readonly env: ProcessEnv;
  /** Folder of the workspace: nothing in it is run. */
  readonly root: string;
  /** Completes sentences about what they are for. */
  readonly target: string;
}

/** Far above any secret. */
const MAX_BYTES = 65_536;
const COMMAND_TIMEOUT_MS = 60_000;

/**
 * Reads credentials: the secret from exactly one of its variables.
 * @throws UserError DRV080 when something is missing or cannot be used. No value is ever part of a
 * message.
 */
export async function readCredentials(
  search: CredentialSearch,
): Promise<Credentials> {
  const { form, env, target } = search;
  if (isForkJob(env)) throw credentialsForFork(target);
  const secret = await readSecret(search);
  // What a header cannot carry would fail later, with the value in the library's message.
  if (form.id === null) {
    if (/[^\u0021-\u007E]/u.test(secret))
      throw refused(
        search,
        `${form.secret.value} holds a character that a token cannot have`,
      );
    return { id: null, secret };
  }
  const id = env[form.id] ?? "";
  if (id === "") throw refused(search, `${form.id} is not set`);
  return { id, secret };
}

function credentialsForFork(target: string): RefusedError {
  return new RefusedError(
    "REV003",
    `no credentials are read for ${target} in the job of a fork`,
    {
      why: "the commits of this job come from another repository: credentials and keys are for nobody who can open a pull request",
      fix: "plan from a snapshot, as docs/guides/forks.md shows, or push the change to a branch of this repository",
      notDone: "nothing was read and nothing was sent",
    },
  );
}

/** Names of the variables that credentials come from, for people. Nothing is read. */
export function sourceOf(
  { id, secret }: CredentialForm,
  env: ProcessEnv,
): string {
  const set = chosenVariables(secret, env)[0] ?? secret.value;
  return id === null ? set : `${id} and ${set}`;
}

function chosenVariables(
  { value, file, command }: SecretVariables,
  env: ProcessEnv,
): readonly string[] {
  return [value, file, command].filter((name) => (env[name] ?? "") !== "");
}

async function readSecret(search: CredentialSearch): Promise<string> {
  const { form, env } = search;
  const { value, file, command } = form.secret;
  const [name, second] = chosenVariables(form.secret, env);
  if (name === undefined)
    throw refused(search, `none of ${value}, ${file} and ${command} is set`);
  if (second !== undefined)
    throw refused(search, `${name} and ${second} are both set`);
  const text = env[name] ?? "";
  const secret =
    name === value
      ? text
      : name === file
        ? await secretInFile(text, name, search)
        : await secretFromCommand(text, name, search);
  if (secret === "" || secret.trim() !== secret || /\p{Cc}/u.test(secret))
    throw refused(
      search,
      `what ${name} gives is empty, has white space at an edge, or holds a line break`,
    );
  return secret;
}

async function secretInFile(
  path: string,
  name: string,
  search: CredentialSearch,
): Promise<string> {
  const read = await readVariableFile(path, name, MAX_BYTES);
  if ("why" in read) throw refused(search, read.why);
  return withoutLineEnd(read.text);
}

/** What a commit can put files into: the whole checkout, where the workspace is a part of one. */
function checkoutOf(root: string): string {
  try {
    return locateRepository(root)?.topLevel ?? root;
  } catch (error) {
    // A repository that is not taken for one; git is asked nothing here.
    if (error instanceof AppError) return root;
    throw error;
  }
}

/**
 * Runs a command without a shell, in the home folder and with programs from outside the workspace
 * only: what lies in the workspace can come with a commit. It gets no credentials of ours. Neither
 * what it prints nor its arguments are shown.
 */
async function secretFromCommand(
  line: string,
  name: string,
  search: CredentialSearch,
): Promise<string> {
  const [program = "", ...args] = splitCommand(line) ?? [];
  const within = checkoutOf(search.root);
  const found = findProgram(program, search.env, within);
  const named = isAbsolute(program) && isOutside(within, program);
  const file = named
    ? program
    : /[\\/]/u.test(program)
      ? undefined
      : found.file;
  if (file === undefined || program === "")
    throw refused(
      search,
      `the command of ${name} is not a program outside of the repository, by its whole path or on the search path`,
    );
  const { status, stdout } = await runProgram(file, args, {
    env: { ...withoutOurs(search.env), PATH: found.path },
    cwd: homedir(),
    timeoutMs: COMMAND_TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  if (status !== 0)
    throw refused(
      search,
      status === null
        ? `the command of ${name} could not be started, took too long or printed too much`
        : `the command of ${name} ended with status ${String(status)}`,
    );
  return withoutLineEnd(new TextDecoder().decode(stdout));
}

function withoutOurs(env: ProcessEnv): ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(?:SCALEKIT|TIELINE|SOPS)_/iu.test(name),
    ),
  );
}

/** One line break at the end belongs to the file, not to the secret. */
function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/u, "");
}

function refused({ target, form }: CredentialSearch, why: string): UserError {
  return noCredentials(target, why, form);
}

/** @returns The error for a target without credentials. */
export function noCredentials(
  target: string,
  why: string,
  { id, secret }: CredentialForm,
): UserError {
  const names = [
    ...(id === null ? [] : [id]),
    `${secret.value} (or ${secret.file}, ${secret.command})`,
  ];
  return new UserError("DRV080", `there are no credentials for ${target}`, {
    why,
    fix: `set ${names.join(" and ")} in the environment of this command; never in a file of the repository`,
    notDone: "nothing was sent",
  });
}
