import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import {
  FileError,
  inWords,
  placeNamed,
  readBytesIfThere,
} from "../../platform/files/index.ts";
import { formatOf } from "../../secrets/sops/core/format.ts";
import { createKeyProviders } from "../../secrets/sops/keys/providers.ts";
import type { KeyProvider } from "../../secrets/sops/core/key-provider.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import type { CommonInput, ValuesOf } from "../../command/input.ts";
import type { RECIPIENT_OPTION } from "./command-arguments.ts";
import type { Io } from "../../command/io.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** Largest file of secrets that is taken in; the reader has its own, lower limits for most. */
export const MAX_SECRETS_BYTES: number = 4 * 1024 * 1024;

/** A file of secrets a command works on. */
export interface SecretsFile {
  /** Absolute. */
  readonly file: string;
  /** As messages show it, relative to the working folder. */
  readonly shown: string;
  /** `null` when it does not exist. */
  readonly bytes: Uint8Array | null;
  readonly providers: readonly KeyProvider[];
  /** The only ones who may open the file, as its environment says; `null` when it says nothing. */
  readonly pinned: readonly string[] | null;
  /** Recipients confirmed on the command line. */
  readonly confirmed: readonly string[];
}

/** A command line as far as it says what becomes of a file of secrets. */
interface FileInput {
  readonly options: CommonInput["options"] &
    Partial<ValuesOf<typeof RECIPIENT_OPTION>>;
}

/**
 * The file an argument names: a path, or an environment, which stands for its one file of secrets.
 * @throws UserError SEC001 for an environment with none or several, or for a file that cannot be
 * read.
 */
export async function openSecretsFile(
  name: string,
  input: FileInput,
  io: Io,
): Promise<SecretsFile> {
  const isPath = /[/\\.]/u.test(name) || existsSync(resolve(io.cwd, name));
  const file = isPath
    ? resolve(io.cwd, name)
    : await fileOfEnvironment(name, input, io);
  const shown = relative(io.cwd, file) || file;
  const bytes = readBounded(file, shown, io.cwd);
  return {
    file,
    shown,
    bytes,
    ...(await ownSettings(file, io)),
    confirmed: input.options.recipient ?? [],
  };
}

/** True for a file that is one value as a whole. */
export function isBinary(target: SecretsFile): boolean {
  return formatOf(target.shown) === "binary";
}

/** The bytes of a target that must exist. @throws UserError SEC001. */
export function bytesOf(target: SecretsFile): Uint8Array {
  if (target.bytes !== null) return target.bytes;
  throw new UserError("SEC001", `${target.shown}: the file does not exist`, {
    fix: "name an existing file, or begin one with: tieline secrets set <file> <path>",
    notDone: "nothing was written",
  });
}

function readBounded(
  file: string,
  shown: string,
  cwd: string,
): Uint8Array | null {
  try {
    return readBytesIfThere(placeNamed(cwd, file, "read"), MAX_SECRETS_BYTES);
  } catch (error) {
    const isTooLarge =
      error instanceof FileError && error.problem === "too-large";
    throw inWords(error, {
      code: isTooLarge ? "SEC003" : "SEC001",
      what: `${shown}: the file cannot be read`,
      notDone: "nothing was written",
    });
  }
}

async function fileOfEnvironment(
  name: string,
  input: FileInput,
  io: Io,
): Promise<string> {
  const source = await openWorkspace(input, io);
  const files = (await rulesOf(source, name, io))?.secretFiles ?? [];
  const [file, second] = files;
  if (file !== undefined && second === undefined)
    return join(source.root, file);
  throw new UserError(
    "SEC001",
    file === undefined
      ? `the environment "${name}" has no file of secrets`
      : `the environment "${name}" has several files of secrets`,
    { fix: "name the file", notDone: "nothing was written" },
  );
}

/** What an environment says; `null` when its own settings are not valid. */
export async function rulesOf(
  source: DocumentSource,
  environment: string,
  io: Io,
): Promise<EnvironmentRules | null> {
  return (await resolveDocuments(source, environment, io.env)).rules;
}

/** What the environment a file lies in says of such files: what opens them, and who may. */
export async function ownSettings(
  file: string,
  io: Io,
): Promise<Pick<SecretsFile, "providers" | "pinned">> {
  const own = await environmentOf(file, io);
  return {
    providers: createKeyProviders({
      env: io.env,
      keyFiles: own === undefined ? [] : demoKeyFilesOf(own),
    }),
    pinned: own?.rules.secretRecipients ?? null,
  };
}

/** The demo key of the environment a file lies in, when that environment is on the embedded API. */
export async function demoKeyFiles(
  file: string,
  io: Io,
): Promise<readonly string[]> {
  const own = await environmentOf(file, io);
  return own === undefined ? [] : demoKeyFilesOf(own);
}

interface OwnEnvironment {
  readonly root: string;
  readonly rules: EnvironmentRules;
}

function demoKeyFilesOf({ root, rules }: OwnEnvironment): readonly string[] {
  return rules.target === "embedded:" && rules.demoKeyFile !== null
    ? [join(root, rules.demoKeyFile)]
    : [];
}

/**
 * `undefined` for a file in no environment's folder, and where the environment's settings are not
 * valid.
 */
async function environmentOf(
  file: string,
  io: Io,
): Promise<OwnEnvironment | undefined> {
  const parts = dirname(file).split(sep);
  const at = parts.lastIndexOf(ENVIRONMENTS_FOLDER);
  const environment = parts[at + 1];
  if (at < 0 || environment === undefined) return undefined;
  const root = parts.slice(0, at).join(sep);
  if (!existsSync(join(root, ENVIRONMENTS_FOLDER, environment)))
    return undefined;
  const source = await openWorkspace({ options: { root } }, io);
  const rules = await rulesOf(source, environment, io);
  return rules === null ? undefined : { root, rules };
}
