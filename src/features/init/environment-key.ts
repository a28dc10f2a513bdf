import type { ProcessEnv } from "../../domain/environment-access.ts";
import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../domain/problem/error.ts";
import {
  isWithin,
  pathOf,
  placeNamed,
  PRIVATE_FILE,
  type FileWrite,
} from "../../platform/files/index.ts";
import { locateRepository } from "../../platform/git/index.ts";
import { generateAgeKeyPair } from "../../secrets/sops/keys/age-generate.ts";
import {
  createAgeIdentitySource,
  standardKeyFile,
} from "../../secrets/sops/keys/age-identities.ts";
import { recipientOf } from "../../secrets/sops/keys/age-recipient.ts";
import { newFile } from "./scaffold-files.ts";
import { systemClock } from "../../environment/system-clock.ts";

const PRIVATE_FOLDER = 0o700;

/** What decides who may open the secrets of a new environment. */
export interface KeyRequest {
  readonly cwd: string;
  /** Absolute folder of the workspace, which may not exist yet. */
  readonly root: string;
  readonly env: ProcessEnv;
  /** Public keys that were named: then no private key is looked for. */
  readonly recipients: readonly string[];
  readonly keyFile: string | undefined;
}

/** Who may open the secrets, and the private key where one is at hand or is made. */
export interface EnvironmentKey {
  readonly recipients: readonly string[];
  /**
   * Where a private key for them is: a file or a variable; `null` where only public keys are known.
   */
  readonly from: string | null;
  /** The file of a key that is made now. */
  readonly write: FileWrite | null;
}

/**
 * The key of a new environment: the named public keys, else the first private key where SOPS looks,
 * else a new one. No other program is needed.
 * @throws UserError CLI001 for options that do not go together, SEC090 for a key in the repository,
 * SEC008 where keys are at hand that cannot be used.
 */
export async function environmentKey(
  request: KeyRequest,
): Promise<EnvironmentKey> {
  const { recipients, keyFile } = request;
  if (recipients.length > 0) {
    if (keyFile === undefined)
      return { recipients: [...new Set(recipients)], from: null, write: null };
    throw new UserError(
      "CLI001",
      "--recipient and --key-file cannot go together",
      {
        why: "with public keys named, no private key is made",
        fix: "leave one of them out",
        notDone: "nothing was written",
      },
    );
  }
  return (await existingKey(request)) ?? newKey(request);
}

async function existingKey(
  request: KeyRequest,
): Promise<EnvironmentKey | undefined> {
  const { env, keyFile } = request;
  // A key file that is named is the one that is meant; what else is at hand is left out.
  const source = createAgeIdentitySource({
    env: keyFile === undefined ? env : { SOPS_AGE_KEY_FILE: keyFile },
  });
  const { identities, problems } = await source.load();
  for (const { text, from } of identities) {
    const recipient = await recipientOf(text);
    if (recipient === undefined) continue;
    if (from !== "SOPS_AGE_KEY") assertOutside(from, request);
    return { recipients: [recipient], from, write: null };
  }
  const why = whyUnusable(request, identities.length > 0, problems);
  if (why === undefined) return undefined;
  throw new UserError("SEC008", "no key at hand can be used", {
    why,
    fix: "name the public key with --recipient age1…, or a place for a new one with --key-file <file>",
    notDone: "nothing was written",
  });
}

/** Why no key is made although none was found: one is meant, and a second would stand beside it. */
function whyUnusable(
  request: KeyRequest,
  isFound: boolean,
  problems: readonly string[],
): string | undefined {
  const { cwd, env, keyFile } = request;
  if (keyFile === undefined && named(env["SOPS_AGE_KEY_CMD"]) !== undefined)
    return "SOPS_AGE_KEY_CMD gives keys, but does not say for whom";
  const file = placeOfKey(request);
  const isThere = file !== undefined && exists(resolve(cwd, file));
  if (!isFound && !isThere) return undefined;
  return (
    problems[0] ??
    `"${file ?? "SOPS_AGE_KEY"}" holds no age key of a kind that is read here`
  );
}

/** Where a new key goes. */
function placeOfKey({ env, keyFile }: KeyRequest): string | undefined {
  return keyFile ?? named(env["SOPS_AGE_KEY_FILE"]) ?? standardKeyFile({ env });
}

function named(file: string | undefined): string | undefined {
  return file === "" ? undefined : file;
}

async function newKey(request: KeyRequest): Promise<EnvironmentKey> {
  const { cwd } = request;
  const file = placeOfKey(request);
  if (file === undefined)
    throw new UserError("SEC008", "there is no place for a new key", {
      why: "this account has no home folder",
      fix: "name one outside of the repository: --key-file <file>",
      notDone: "nothing was written",
    });
  assertOutside(file, request);
  const { identity, recipient } = await generateAgeKeyPair();
  const created = new Date(systemClock.now())
    .toISOString()
    .replace(/\.\d+Z$/u, "Z");
  const text = `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
  const write = {
    ...newFile(placeNamed(cwd, file), text, PRIVATE_FILE),
    folderMode: PRIVATE_FOLDER,
  };
  return { recipients: [recipient], from: pathOf(write.place), write };
}

/** @throws UserError SEC090 for a key file that a commit could take along. */
function assertOutside(file: string, { cwd, root }: KeyRequest): void {
  const place = pathOf(placeNamed(cwd, file));
  // A link of the user's own in its place may lead back into the repository.
  const path = exists(place) ? realpathSync(place) : place;
  if (!foldersOf(root).some((folder) => isWithin(folder, path))) return;
  throw inRepository(`the key file "${file}"`);
}

/** @returns The error for a key that is no secret. */
export function inRepository(what: string): UserError {
  return new UserError("SEC090", `${what} is in the repository`, {
    why: "a key that is in the repository protects nothing",
    fix: "name a place outside of it with --key-file <file>, or a public key of yours with --recipient age1…",
    notDone: "nothing was written",
  });
}

/** The workspace and the repository around it, as real paths; the workspace may not exist yet. */
function foldersOf(root: string): readonly string[] {
  const missing: string[] = [];
  let at = root;
  for (; !exists(at) && dirname(at) !== at; at = dirname(at))
    missing.unshift(basename(at));
  const folder = realpathSync(at);
  const repository = locateRepository(folder);
  return [
    resolve(folder, missing.join("/")),
    ...(repository === null ? [] : [repository.topLevel]),
  ];
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
