import { constants, existsSync } from "node:fs";
import { lstat, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { readPlanFile } from "../config/index.ts";
import { ENVIRONMENTS_FOLDER, invalidDocuments } from "../app/documents.ts";
import { hasErrors } from "../domain/diagnostic.ts";
import { UserError } from "../domain/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { createFilesystemSource } from "../sources/filesystem.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";

/** Largest plan file that is read: 5,000 changes with every field differing take about a third of it. */
const MAX_PLAN_BYTES = 64 * 1024 * 1024;

/** The workspace: the folder `--root` names, else the nearest one upward that holds `environments/`. @throws UserError CLI003. */
export function openWorkspace(input: Input, io: Io): Promise<DocumentSource> {
  const named = textOf(input.options["root"]);
  const root =
    named === undefined ? nearestWorkspace(io.cwd) : resolve(io.cwd, named);
  if (root !== undefined && existsSync(join(root, ENVIRONMENTS_FOLDER)))
    return Promise.resolve(createFilesystemSource(root));
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

function nearestWorkspace(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ENVIRONMENTS_FOLDER))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Reads and checks a plan file. @throws UserError CLI004 when it cannot be read; InvalidDocumentsError when it is no plan. */
export async function readPlan(cwd: string, file: string): Promise<Plan> {
  let text: string | undefined;
  try {
    text = await readPlain(resolve(cwd, file));
  } catch (cause) {
    throw unreadablePlan(file, "cannot be read", reasonOf(cause), cause);
  }
  if (text === undefined) {
    throw unreadablePlan(
      file,
      "is not read",
      `plan files are plain files of at most ${String(MAX_PLAN_BYTES)} bytes`,
    );
  }
  const { plan, diagnostics } = readPlanFile(text, file);
  if (plan === undefined || hasErrors(diagnostics))
    throw invalidDocuments(diagnostics);
  return plan;
}

/** The text of a plain file of bounded size, or `undefined` for anything else. A pipe is not waited for, a device not read. */
async function readPlain(path: string): Promise<string | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = await handle.stat();
    if (!info.isFile() || info.size > MAX_PLAN_BYTES) return undefined;
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function unreadablePlan(
  file: string,
  what: string,
  why: string,
  cause?: unknown,
): UserError {
  return new UserError("CLI004", `the plan file "${file}" ${what}`, {
    why,
    fix: "name a file that tieline plan --out wrote",
    notDone: "nothing was changed",
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Writes a text file in one step, for its owner only: a plan names people and hosts. Only a plain file is ever replaced: a link could lead
 * anywhere, and a device such as /dev/null would be gone.
 * @throws UserError CLI016 when something else is in the way or the system refuses.
 */
export async function writeTextFile(
  cwd: string,
  file: string,
  text: string,
): Promise<void> {
  const path = resolve(cwd, file);
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const before = await lstat(path).catch(() => undefined);
    if (before !== undefined && !before.isFile())
      throw unwritable(file, "it exists and is no plain file");
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    // Only tidying up; what went wrong before is what the user has to hear.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(file, reasonOf(cause), cause);
  }
}

function unwritable(file: string, why: string, cause?: unknown): UserError {
  return new UserError("CLI016", `"${file}" cannot be written`, {
    why,
    fix: "name a new file, or a plain file that may be replaced, in a folder you can write to",
    notDone: "no file was written",
    ...(cause === undefined ? {} : { cause }),
  });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause
    ? `the system says ${String(cause.code)}`
    : "the system refused";
}
