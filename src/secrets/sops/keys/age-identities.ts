import type { ProcessEnv } from "../../../domain/environment-access.ts";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  FileError,
  placeNamed,
  readBytes,
  readOwnFile,
} from "../../../platform/files/index.ts";
import { FORK_WORDS, isForkJob } from "../../../platform/jobs/fork-job.ts";
import { withSearchFolders } from "../../../platform/programs/search-path.ts";
import { toolEnvironment } from "./run-program.ts";
import { splitCommand } from "./split-command.ts";
import { append } from "../../../util/append.ts";

const COMMAND_TIMEOUT_MS = 60_000;
const COMMAND_MAX_BYTES = 1_048_576;
/** Largest key file that is read: thousands of keys. */
const KEY_FILE_MAX_BYTES = 1_048_576;

/** A private key as text, and where it came from for messages. */
export interface AgeIdentity {
  readonly text: string;
  /** A variable or a file name, never key text. */
  readonly from: string;
}

/**
 * Identities found, and sources that could not be used. Problems matter only when no identity opens
 * a file.
 */
interface AgeIdentities {
  readonly identities: readonly AgeIdentity[];
  readonly problems: readonly string[];
}

/**
 * Where age identities come from. Nothing is read before the first call, and each source is read
 * once.
 */
export interface AgeIdentitySource {
  load(): Promise<AgeIdentities>;
  /**
   * Identities that can only be had by asking for one recipient; empty when there is no such way.
   */
  loadFor(recipient: string): Promise<readonly AgeIdentity[]>;
}

/** What decides where to look. */
export interface AgeDiscoveryOptions {
  readonly env: ProcessEnv;
  /** Key files beyond those SOPS looks for, absolute or relative to the working directory. */
  readonly keyFiles?: readonly string[];
  readonly platform?: NodeJS.Platform;
}

/**
 * Looks for age identities where SOPS does, all sources merged: `SOPS_AGE_KEY`,
 * `SOPS_AGE_KEY_FILE`, `sops/age/keys.txt` in the user's configuration folder, the files handed in,
 * and `SOPS_AGE_KEY_CMD`, which runs without a shell and only when nothing else fits.
 * @remarks Source: SOPS documentation, "Encrypting using age"; ssh keys and plugins are not used.
 */
export function createAgeIdentitySource(
  options: AgeDiscoveryOptions,
): AgeIdentitySource {
  const problems: string[] = [];
  const byRecipient = new Map<string, Promise<readonly AgeIdentity[]>>();
  let loaded: Promise<AgeIdentities> | undefined;
  return {
    load: () => (loaded ??= loadAll(options, problems)),
    loadFor: (recipient) => {
      if (isForkJob(options.env)) return Promise.resolve([]);
      const known = byRecipient.get(recipient);
      const found = known ?? runKeyCommand(options.env, recipient, problems);
      byRecipient.set(recipient, found);
      return found;
    },
  };
}

async function loadAll(
  options: AgeDiscoveryOptions,
  problems: string[],
): Promise<AgeIdentities> {
  const isFork = isForkJob(options.env);
  if (isFork) problems.push(FORK_WORDS);
  const env: ProcessEnv = isFork ? {} : options.env;
  const identities = parseIdentities(
    env["SOPS_AGE_KEY"] ?? "",
    "SOPS_AGE_KEY",
    problems,
  );
  const named = env["SOPS_AGE_KEY_FILE"];
  const standard = standardKeyFile({ ...options, env });
  // A demo key, which is in the repository: it opens nothing but demo data.
  const handedIn = new Set(options.keyFiles);
  for (const file of new Set([named, ...handedIn, standard])) {
    if (file === undefined || file === "") continue;
    try {
      // A repository can name a key file, but not the two others.
      const bytes = handedIn.has(file)
        ? readBytes(placeNamed(process.cwd(), file, "read"), KEY_FILE_MAX_BYTES)
        : await readOwnFile(file, KEY_FILE_MAX_BYTES);
      const text = new TextDecoder().decode(bytes);
      append(identities, parseIdentities(text, file, problems));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (file !== standard || error.problem !== "missing")
        problems.push(`${file} cannot be read: ${error.why ?? ""}`);
    }
  }
  return { identities, problems };
}

/**
 * The user's own key file, where SOPS looks without being told; `undefined` for a process that has
 * no home.
 * @remarks Source: Go os.UserConfigDir; on macOS SOPS looks at XDG_CONFIG_HOME first.
 */
export function standardKeyFile(
  options: Pick<AgeDiscoveryOptions, "env" | "platform">,
): string | undefined {
  const { env, platform = process.platform } = options;
  const rest = ["sops", "age", "keys.txt"] as const;
  if (platform === "win32")
    return env["AppData"] === undefined
      ? undefined
      : join(env["AppData"], ...rest);
  const xdg = env["XDG_CONFIG_HOME"];
  if (xdg !== undefined && xdg !== "") return join(xdg, ...rest);
  const home = env["HOME"];
  if (home === undefined || home === "") return undefined;
  return platform === "darwin"
    ? join(home, "Library", "Application Support", ...rest)
    : join(home, ".config", ...rest);
}

function parseIdentities(
  text: string,
  from: string,
  problems: string[],
): AgeIdentity[] {
  if (
    /^(?:age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE-----)/u.test(
      text,
    )
  ) {
    problems.push(
      `${from} is protected by a passphrase, which is not supported`,
    );
    return [];
  }
  // Since SOPS 3.13 identities may also stand as words on one line.
  const words = text
    .split(/\r?\n/u)
    .filter((line) => !line.trimStart().startsWith("#"))
    .flatMap((line) => line.split(/\s+/u))
    .filter((word) => word !== "");
  if (words.some((word) => word.startsWith("AGE-PLUGIN-")))
    problems.push(`${from} holds a plugin identity, which is not supported`);
  return words
    .filter((word) => !word.startsWith("AGE-PLUGIN-"))
    .map((word) => ({ text: word, from }));
}

async function runKeyCommand(
  env: AgeDiscoveryOptions["env"],
  recipient: string,
  problems: string[],
): Promise<readonly AgeIdentity[]> {
  const [program, ...args] = splitCommand(env["SOPS_AGE_KEY_CMD"] ?? "") ?? [];
  if (program === undefined) return [];
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      env: {
        ...withSearchFolders(toolEnvironment(env)),
        SOPS_AGE_RECIPIENT: recipient,
      },
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: COMMAND_MAX_BYTES,
      windowsHide: true,
    });
    return parseIdentities(stdout, "SOPS_AGE_KEY_CMD", problems);
  } catch {
    // What the program printed may be a key, so nothing of it is repeated.
    problems.push("the program of SOPS_AGE_KEY_CMD failed");
    return [];
  }
}
