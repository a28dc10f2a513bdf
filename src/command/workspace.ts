import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readPlanFile } from "../documents/check/plan-file.ts";
import { readSnapshotFile } from "../documents/check/snapshot-file.ts";
import { invalidPlan } from "../environment/documents/documents.ts";
import { hasErrors } from "../domain/problem/diagnostic.ts";
import { InvalidDocumentsError, UserError } from "../domain/problem/error.ts";
import type { Snapshot } from "../domain/generated/snapshot.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { openDocuments } from "../environment/documents/open-documents.ts";
import type { CommonInput } from "./input.ts";
import type { Io } from "./io.ts";
import { readNamedText } from "./named-files.ts";

/**
 * Largest plan file that is read: 5,000 changes with every field differing take about a third of
 * it.
 */
const MAX_PLAN_BYTES = 64 * 1024 * 1024;

/** A command line as far as it says where the workspace is. */
interface RootInput {
  readonly options: Partial<Pick<CommonInput["options"], "root">>;
}

/**
 * The workspace: the folder `--root` names, else the nearest one upward that holds `environments/`.
 * @throws UserError CLI003.
 */
export function openWorkspace(
  input: RootInput,
  io: Io,
): Promise<DocumentSource> {
  const named = input.options.root;
  const root = workspaceFolder(input, io);
  if (root !== undefined && existsSync(join(root, ENVIRONMENTS_FOLDER)))
    return Promise.resolve(openDocuments(root, io.env));
  return Promise.reject(
    new UserError(
      "CLI003",
      named === undefined
        ? "no configuration was found here"
        : `there is no configuration in "${named}"`,
      {
        why: `a configuration is a folder that holds a folder "${ENVIRONMENTS_FOLDER}"${named === undefined ? "; neither this folder nor any above it does" : ""}`,
        fix: "change into the configuration's folder, name it with --root, or make one with: tieline init",
        notDone: "nothing was read or changed",
      },
    ),
  );
}

/**
 * The folder `--root` names, else the nearest one upward that holds `environments/`; nothing in it
 * is looked at.
 */
export function workspaceFolder(
  input: RootInput,
  io: Pick<Io, "cwd">,
): string | undefined {
  const named = input.options.root;
  return named === undefined
    ? nearestWorkspace(io.cwd)
    : resolve(io.cwd, named);
}

function nearestWorkspace(from: string): string | undefined {
  // A working folder that is gone has no folder above it that could be found.
  if (from === "") return undefined;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ENVIRONMENTS_FOLDER))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * Reads and checks the file of a snapshot. @throws UserError CLI105 when it cannot be read;
 * InvalidDocumentsError SNP001 when it is none.
 */
export function readSnapshot(cwd: string, file: string): Snapshot {
  const text = readNamedText(cwd, file, {
    kind: "the snapshot",
    maxBytes: MAX_PLAN_BYTES,
    code: "CLI105",
    fix: "name a file that tieline snapshot --out wrote",
    notDone: "nothing was planned",
  });
  const { snapshot, diagnostics } = readSnapshotFile(text, file);
  if (snapshot === undefined || hasErrors(diagnostics))
    throw new InvalidDocumentsError(
      "SNP001",
      "the snapshot cannot be used",
      diagnostics,
      "take it again: tieline snapshot <environment> --out snapshot.json",
    );
  return snapshot;
}

/**
 * Reads and checks a plan file. @throws UserError CLI105 when it cannot be read;
 * InvalidDocumentsError when it is no plan.
 */
export function readPlan(cwd: string, file: string): Plan {
  const text = readNamedText(cwd, file, {
    kind: "the plan file",
    maxBytes: MAX_PLAN_BYTES,
    code: "CLI105",
    fix: "name a file that tieline plan --out wrote",
    notDone: "nothing was changed",
  });
  const { plan, diagnostics } = readPlanFile(text, file);
  if (plan === undefined || hasErrors(diagnostics))
    throw invalidPlan(diagnostics);
  return plan;
}
