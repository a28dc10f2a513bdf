import { argumentWord } from "../util/shell-word.ts";
import { isAbsolute } from "node:path";
import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import { UserError } from "../domain/problem/error.ts";
import type { FileOpeners } from "../domain/secret/file-openers.ts";
import { shortCommit } from "../domain/provenance.ts";
import type { FormerFiles, SecretFilesCheck } from "../ports/secret-store.ts";
import { located } from "./check-rules.ts";
import { append } from "../util/append.ts";
import type { KeyEntry } from "./sops/core/key-entry.ts";
import { publicNames, shownNames } from "./sops/keys/key-names.ts";
import { assertOneDocument } from "./sops/file/one-document.ts";
import {
  findCreationRuleIn,
  type CreationRule,
} from "./sops/file/sops-config.ts";
import { readSopsFile, type SopsFile } from "./sops/file/sops-file.ts";

/** Where files of secrets and their rules are. */
export interface RecipientOptions {
  /** Relative to the workspace. */
  readonly files: readonly string[];
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  /** Absolute folder of the workspace. */
  readonly root: string;
  /** Who may open the files; `null`: whoever the rules name. */
  readonly pinned: readonly string[] | null;
}

/** Master keys, and what names them: a file, or the rules for it. */
export interface NamedKeys {
  readonly source: string;
  /** The file of secrets, for commands in messages. */
  readonly file: string;
  readonly keys: readonly KeyEntry[];
}

/**
 * Refuses master keys that an environment does not allow. Every command asks this: those that read,
 * before they open anything; those that write, before they do.
 * @throws UserError SEC070.
 */
export function assertPinned(
  { source, file, keys }: NamedKeys,
  pinned: readonly string[] | null,
): void {
  if (pinned === null) return;
  const allowed = new Set(pinned.map(comparable));
  const others = publicNames(keys).filter(
    (name) => !allowed.has(comparable(name)),
  );
  if (others.length === 0) return;
  throw new UserError(
    "SEC070",
    `${source}: names others than may open the environment's secrets: ${shownNames(others)}`,
    {
      why: "secrets.recipients of environment.yaml does not list them",
      fix: `find out who added them, and take them out of .sops.yaml; where the file names them: tieline secrets updatekeys ${argumentWord(file)}, then tieline secrets rotate ${argumentWord(file)}, and replace the values; or list them`,
      notDone: "nothing was opened, written or sent",
    },
  );
}

/** As {@link assertPinned}, for a file that was read. */
export function assertFilePinned(
  file: SopsFile,
  pinned: readonly string[] | null,
): void {
  const { path, metadata } = file;
  const keys = metadata.keyGroups.flat();
  assertPinned({ source: path, file: path, keys }, pinned);
}

/**
 * What is wrong with files of secrets as such, whatever refers to them: several documents, who can
 * open them, whom the rules would let in. Needs no key. A file that is damaged and rules that
 * cannot be used are left out: both are refused where they are used.
 */
export async function checkSecretFiles(
  options: RecipientOptions,
  before?: FormerFiles,
): Promise<SecretFilesCheck> {
  const former =
    before === undefined ? undefined : await formerNames(options, before);
  const diagnostics: Diagnostic[] = [];
  const openers = new Map<string, FileOpeners>();
  for (const path of options.files) {
    const file = await unlessRefused(readSound(options, path));
    const rule = await unlessRefused(findCreationRuleIn(options, path));
    append(diagnostics, checkFile(path, { file, rule }, options, former));
    openers.set(path, openersOf(file, rule));
  }
  return { diagnostics, openers };
}

/** Rules above the workspace are those of a machine, so they are no rules of the documents. */
function openersOf(
  file: SopsFile | undefined,
  rule: CreationRule | undefined,
): FileOpeners {
  const ofDocuments =
    rule === undefined || isAbsolute(rule.config) ? undefined : rule;
  const names = (keyGroups: readonly (readonly KeyEntry[])[] = []) => [
    ...new Set(publicNames(keyGroups.flat())),
  ];
  return {
    opened: names(file?.metadata.keyGroups),
    admitted: names(ofDocuments?.keyGroups),
  };
}

function checkFile(
  path: string,
  {
    file,
    rule,
  }: {
    readonly file: SopsFile | undefined;
    readonly rule: CreationRule | undefined;
  },
  { pinned }: RecipientOptions,
  former: FormerNames | undefined,
): readonly Diagnostic[] {
  const asRules = (): void => {
    if (rule === undefined) return;
    const keys = rule.keyGroups.flat();
    assertPinned({ source: rule.config, file: path, keys }, pinned);
  };
  if (file === undefined) return refusals(path, [asRules]);
  const refused = refusals(path, [
    () => {
      assertOneDocument(file);
    },
    () => {
      assertFilePinned(file, pinned);
    },
    asRules,
  ]);
  if (refused.length > 0) return refused;
  return [
    ...(rule === undefined ? [] : announced(file, rule)),
    ...(former === undefined ? [] : added(file, former)),
  ];
}

function refusals(
  path: string,
  checks: readonly (() => void)[],
): readonly Diagnostic[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof UserError) return [located(error, path)];
      throw error;
    }
  });
}

/**
 * Whom the rules name and the file does not: they would get in unseen with the next change of keys,
 * or with a new file.
 */
function announced(file: SopsFile, rule: CreationRule): readonly Diagnostic[] {
  const present = new Set(publicNames(file.metadata.keyGroups.flat()));
  const names = publicNames(rule.keyGroups.flat()).filter(
    (name) => !present.has(name),
  );
  if (names.length === 0) return [];
  return [
    {
      code: "SEC023",
      severity: "warning",
      message: `${file.path}: ${rule.config} lets others open it: ${shownNames(names)}`,
      location: { file: file.path, line: 1, column: 1 },
      why: "the file is not encrypted to them yet; updatekeys and a new file in its place would be",
      fix: `find out whose they are, and take them out of ${rule.config} or run: tieline secrets updatekeys ${argumentWord(file.path)}`,
    },
  ];
}

interface FormerNames {
  readonly commit: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Everybody whom the files, or the rules for them, named in a commit; `undefined` where nobody was:
 * then nobody is new.
 */
async function formerNames(
  options: RecipientOptions,
  { commit, readFile }: FormerFiles,
): Promise<FormerNames | undefined> {
  const then = { ...options, readFile };
  const names = new Set<string>();
  for (const path of options.files) {
    const file = await unlessRefused(readSound(then, path));
    const found = await unlessRefused(findCreationRuleIn(then, path));
    // Rules above the workspace are read as they are today, so they tell nothing of before.
    const rule =
      found === undefined || isAbsolute(found.config) ? undefined : found;
    const keys = [file?.metadata, rule].flatMap((one) => one?.keyGroups ?? []);
    for (const name of publicNames(keys.flat())) names.add(name);
  }
  return names.size === 0 ? undefined : { commit, names };
}

/**
 * Whom the file names and nothing did when it was last applied: its list is not authenticated, so
 * rules that agree prove nothing.
 */
function added(
  { path, metadata }: SopsFile,
  { commit, names }: FormerNames,
): readonly Diagnostic[] {
  const others = publicNames(metadata.keyGroups.flat()).filter(
    (name) => !names.has(name),
  );
  if (others.length === 0) return [];
  return [
    {
      code: "SEC023",
      severity: "warning",
      message: `${path}: others can open it than when ${shortCommit(commit)} was applied: ${shownNames(others)}`,
      location: { file: path, line: 1, column: 1 },
      why: "neither the file nor the rules for it named them in that commit",
      fix: "find out whose they are; where they do not belong: take them out of .sops.yaml, run tieline secrets updatekeys <file>, then tieline secrets rotate <file>, and replace the values",
    },
  ];
}

/** People write fingerprints in groups. */
function comparable(name: string): string {
  return name.replaceAll(" ", "");
}

async function readSound(
  { readFile }: RecipientOptions,
  path: string,
): Promise<SopsFile | undefined> {
  const bytes = await readFile(path);
  return bytes === null ? undefined : readSopsFile(bytes, { path });
}

async function unlessRefused<T>(
  result: Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
