import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { readdirSync, type Dirent } from "node:fs";
import { join, sep } from "node:path";
import { validateDocuments } from "../../environment/documents/documents.ts";
import {
  compareDiagnostics,
  type Diagnostic,
} from "../../domain/problem/diagnostic.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { AppError, UserError } from "../../domain/problem/error.ts";
import {
  asFileError,
  FileError,
  placeIn,
  readBytes,
} from "../../platform/files/index.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { decryptFile, isKeyMissing } from "../../secrets/decrypt-file.ts";
import { checkSecretFiles } from "../../secrets/recipients.ts";
import { checkContents } from "../../secrets/check-contents.ts";
import {
  checkCopies,
  checkEncrypted,
  checkReadable,
  located,
  looksEncrypted,
  type CheckedFile,
} from "../../secrets/check-rules.ts";
import {
  findSharedValues,
  type OpenedEnvironment,
} from "../../secrets/shared-values.ts";
import {
  decryptSopsFile,
  type OpenedSops,
} from "../../secrets/sops/file/open.ts";
import { createSopsProgram } from "../../secrets/sops/file/sops-program.ts";
import type { SopsMap } from "../../secrets/sops/core/tree.ts";
import { createKeyProviders } from "../../secrets/sops/keys/providers.ts";
import { askSecondEngine } from "../../secrets/sops/file/second-engine.ts";
import type { SopsFile } from "../../secrets/sops/file/sops-file.ts";
import type { Io } from "../../command/io.ts";
import { stagedFiles } from "./git/staged-files.ts";
import { demoKeyFiles, rulesOf } from "./secrets-file.ts";
import { append } from "../../util/append.ts";

const MAX_BYTES = 1_048_576;
/**
 * What validation finds of secrets that others can read: a literal in a secret field, a reference
 * to a value that stands readable, and a recipient that the environment does not allow.
 */
const READABLE: ReadonlySet<string> = new Set(["SCH007", "SEC005", "SEC070"]);
const SKIPPED = new Set([".git", ".tieline", "node_modules"]);

/** How to check. */
export interface CheckOptions {
  /** What is staged in git, instead of the working tree. */
  readonly isStaged: boolean;
  /** Let the second engine read files for AWS KMS as well. */
  readonly asksSecondEngine: boolean;
}

/** What a check found. */
export interface CheckReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Files of secrets, and whether their MAC could be verified with a key at hand. */
  readonly files: readonly {
    readonly path: string;
    readonly verified: boolean;
  }[];
}

/**
 * Checks a workspace for readable secrets; with keys at hand also that every file of secrets opens
 * and no two environments share a value.
 */
export async function checkSecrets(
  source: DocumentSource,
  io: Io,
  options: CheckOptions,
): Promise<CheckReport> {
  const environments = await source.listFolders(ENVIRONMENTS_FOLDER);
  const owners = new Owners();
  const demoKeys = new Set<string>();
  for (const name of environments) {
    owners.add(await rulesOf(source, name, io));
    for (const key of await demoKeyFiles(
      join(source.root, ENVIRONMENTS_FOLDER, name, "x"),
      io,
    ))
      demoKeys.add(key);
  }
  const files = options.isStaged
    ? await stagedFiles(source.root, MAX_BYTES, io)
    : workingFiles(source.root, "");
  const diagnostics: Diagnostic[] = [
    ...checkCopies(files.map(({ path }) => path)),
  ];
  const { diagnostics: documents } = await validateDocuments(
    source,
    [],
    io.env,
    openOfflineChecks(source),
  );
  append(
    diagnostics,
    documents.filter(({ code }) => READABLE.has(code)),
  );
  const opened: OpenedEnvironment[] = [];
  const seen: { path: string; verified: boolean }[] = [];
  for (const checked of files) {
    const isExpected =
      owners.listing(checked.path) !== undefined ||
      /\.enc\.[a-z]+$/u.test(checked.path);
    if (!isExpected && !looksEncrypted(textOf(checked))) {
      if (!demoKeys.has(checked.file))
        append(diagnostics, checkReadable(checked));
      continue;
    }
    const result = await checkEncrypted(checked, isExpected);
    append(diagnostics, result.diagnostics);
    if (result.file === undefined) continue;
    const environment = owners.listing(checked.path)?.name;
    append(
      diagnostics,
      await checkPinned(checked, source, owners.of(checked.path)),
    );
    if (environment !== undefined)
      append(diagnostics, checkContents(result.file));
    const tree = await openIfPossible(result.file, checked, {
      io,
      options,
      diagnostics,
    });
    seen.push({ path: checked.path, verified: tree !== undefined });
    if (tree !== undefined && environment !== undefined)
      opened.push({ environment, path: checked.path, tree });
  }
  append(diagnostics, findSharedValues(opened));
  return { diagnostics: sorted(diagnostics), files: seen };
}

/** Which environment's files are which. */
class Owners {
  readonly #byFile = new Map<string, EnvironmentRules>();
  readonly #byFolder = new Map<string, EnvironmentRules>();

  add(rules: EnvironmentRules | null): void {
    if (rules === null) return;
    for (const file of rules.secretFiles) this.#byFile.set(file, rules);
    this.#byFolder.set(rules.name, rules);
  }

  /** The environment that lists a file among its files of secrets. */
  listing(path: string): EnvironmentRules | undefined {
    return this.#byFile.get(path);
  }

  /** The environment that lists a file, or else has it in its folder. */
  of(path: string): EnvironmentRules | undefined {
    const folder = /^environments\/([^/]+)\//u.exec(path)?.[1];
    return this.listing(path) ?? this.#byFolder.get(folder ?? "");
  }
}

/** The bytes that are checked may be staged ones, so validation did not see them. */
async function checkPinned(
  checked: CheckedFile,
  source: DocumentSource,
  owner: EnvironmentRules | undefined,
): Promise<readonly Diagnostic[]> {
  if (owner === undefined) return [];
  const found = await checkSecretFiles({
    files: [checked.path],
    readFile: async (path) =>
      path === checked.path
        ? checked.bytes
        : ((await source.readFile(path))?.bytes ?? null),
    root: source.root,
    pinned: owner.secretRecipients,
  });
  // What the rules would add is told with what else differs from them.
  return found.diagnostics.filter(({ code }) => code === "SEC070");
}

/** By place; a refused recipient, which every reference to a file comes upon, once. */
function sorted(diagnostics: Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.sort(compareDiagnostics).filter(({ code, message }) => {
    const isRepeated = code === "SEC070" && seen.has(message);
    seen.add(message);
    return !isRepeated;
  });
}

async function openIfPossible(
  file: SopsFile,
  checked: CheckedFile,
  context: {
    readonly io: Io;
    readonly options: CheckOptions;
    readonly diagnostics: Diagnostic[];
  },
): Promise<SopsMap | undefined> {
  const { io, options, diagnostics } = context;
  const keyFiles = await demoKeyFiles(checked.file, io);
  const providers = createKeyProviders({ env: io.env, keyFiles });
  try {
    if (options.asksSecondEngine) {
      const opened = await decryptSopsFile(file, providers);
      opened.dispose();
      append(diagnostics, await secondOpinion(opened, checked.path));
      return opened.tree;
    }
    const tree = await decryptFile(file, {
      providers,
      program: createSopsProgram(io.env),
    });
    return tree instanceof UserError ? undefined : tree;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // No key at hand is no finding: forks and pre-commit hooks have none.
    if (!isKeyMissing(error)) diagnostics.push(located(error, checked.path));
    return undefined;
  }
}

async function secondOpinion(
  opened: OpenedSops,
  path: string,
): Promise<readonly Diagnostic[]> {
  const opinion = await askSecondEngine(opened);
  const location = { file: path, line: 1, column: 1 };
  if (opinion.kind === "differs")
    return [
      {
        code: "SEC012",
        severity: "error",
        message: `${path}: the second engine reads ${opinion.path.length === 0 ? "the file" : JSON.stringify(opinion.path.join("/"))} otherwise`,
        location,
        fix: "report it, without the file",
      },
    ];
  if (opinion.kind === "agrees") return [];
  return [
    {
      code: "SEC007",
      severity: "note",
      message: `${path}: the second engine was not asked`,
      location,
      ...(opinion.kind === "missing"
        ? {
            why: `it is the package sops-decoder; ${opinion.why}`,
            fix: opinion.fix,
          }
        : { why: opinion.why }),
    },
  ];
}

function textOf(checked: CheckedFile): string {
  return Buffer.from(checked.bytes).toString("utf8");
}

function workingFiles(root: string, folder: string): readonly CheckedFile[] {
  const entries = entriesOf(root, folder);
  const found: CheckedFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(entry.name)) continue;
    if (entry.isDirectory()) append(found, workingFiles(root, path));
    else if (entry.isFile()) {
      const file = join(root, path.split("/").join(sep));
      const bytes = bytesIfSmall(root, path);
      if (bytes !== undefined) found.push({ path, file, bytes });
    }
  }
  return found;
}

function entriesOf(root: string, folder: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    throw asFileError("read", folder === "" ? root : folder, error);
  }
}

/** `undefined` for a file beyond the limit: no file of secrets is that large. */
function bytesIfSmall(root: string, path: string): Uint8Array | undefined {
  try {
    return readBytes(placeIn(root, path, { act: "read" }), MAX_BYTES);
  } catch (error) {
    if (error instanceof FileError && error.problem === "too-large")
      return undefined;
    throw error;
  }
}
