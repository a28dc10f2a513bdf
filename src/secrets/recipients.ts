import type { Diagnostic } from "../domain/diagnostic.ts";
import { UserError } from "../domain/error.ts";
import { located } from "./check-rules.ts";
import type { KeyEntry } from "./sops/key-entry.ts";
import { publicNames, shownNames } from "./sops/key-names.ts";
import { findCreationRuleIn, type CreationRule } from "./sops/sops-config.ts";
import { readSopsFile, type SopsFile } from "./sops/sops-file.ts";

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
 * Refuses master keys that an environment does not allow. Every command asks this: those that read, before they open anything; those
 * that write, before they do.
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
      fix: `find out who added them, and take them out of .sops.yaml; where the file names them: tieline secrets updatekeys ${file}, then tieline secrets rotate ${file}, and replace the values; or list them`,
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
 * What is wrong with who can open the files, and with whom the rules would let in. Needs no key. A file that is damaged and rules that
 * cannot be used are left out: both are refused elsewhere.
 */
export async function checkRecipients(
  options: RecipientOptions,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const path of options.files) {
    const file = await unlessRefused(readSound(options, path));
    const rule = await unlessRefused(findCreationRuleIn(options, path));
    const named: readonly NamedKeys[] = [
      ...(file === undefined ? [] : [keysOf(path, path, file.metadata)]),
      ...(rule === undefined ? [] : [keysOf(rule.config, path, rule)]),
    ];
    const refused = named.flatMap((one) => refusalOf(one, options.pinned));
    found.push(...refused);
    if (refused.length === 0 && file !== undefined && rule !== undefined)
      found.push(...announced(file, rule));
  }
  return found;
}

function keysOf(
  source: string,
  file: string,
  { keyGroups }: Pick<CreationRule, "keyGroups">,
): NamedKeys {
  return { source, file, keys: keyGroups.flat() };
}

function refusalOf(
  named: NamedKeys,
  pinned: readonly string[] | null,
): readonly Diagnostic[] {
  try {
    assertPinned(named, pinned);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [located(error, named.file)];
    throw error;
  }
}

/** Whom the rules name and the file does not: they would get in unseen with the next change of keys, or with a new file. */
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
      fix: `find out whose they are, and take them out of ${rule.config} or run: tieline secrets updatekeys ${file.path}`,
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
