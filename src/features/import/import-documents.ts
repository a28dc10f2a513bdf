import type { ExportKind } from "./export/export-file.ts";
import type { ImportResult } from "./import-live.ts";
import { importEnvironments, importService } from "./import-into.ts";
import { runJson } from "../apply/json.ts";
import { shareImported } from "./draft/share.ts";
import { WorkspaceDraft } from "./draft/workspace-draft.ts";
import { ownershipOptions } from "../ownership/ownership.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { ImportReport } from "./report.ts";
import type { JsonObject } from "../../domain/json.ts";
import { unreadableKeys } from "../../domain/problem/unreadable.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { renderRun } from "../apply/text.ts";
import { renderImport } from "./text.ts";
import { renderPlan } from "../plan/text.ts";
import { plainText } from "../../output/escape.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import { cannotAsk } from "../../command/cannot-ask.ts";
import { reportUnrecorded } from "../apply/carry-out.ts";
import { confirm, interruptedCode } from "../../command/confirm.ts";
import { EXIT, exitCodeOfRun } from "../../command/exit-codes.ts";
import { assertImportOptions } from "./options.ts";
import { importJson } from "./json.ts";
import type { ImportInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { readNamedText } from "../../command/named-files.ts";
import { createProgress } from "../../command/progress.ts";

import { withEnvironment } from "../../command/open-environment.ts";
import { applyIn, checksIn } from "../apply/apply-in.ts";
import { planIn } from "../plan/plan-in.ts";
import { saidBeside } from "../../command/runtime-options.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** Largest export that is read: thousands of connections take about a tenth. */
const MAX_EXPORT_BYTES = 16 * 1024 * 1024;

/** `import`: documents from what is live, or from the export of another service. */
export async function runImport(input: ImportInput, io: Io): Promise<number> {
  const names = [...new Set(input.args.environment)].sort();
  assertImportOptions(names, input);
  assertConfirmable(input, io);
  const source = await openWorkspace(input, io);
  const workspace = await WorkspaceDraft.open(source, io.env);
  const isShared = input.options.share;
  // What does not resolve cannot be compared with what it gave before.
  if (isShared)
    for (const name of workspace.names) await workspace.rulesOf(name);
  const kind = input.options.from;
  const imported =
    kind === undefined
      ? await fromLive(names, { source, workspace, input, io })
      : await fromExport(kind, names[0] ?? "", {
          source,
          workspace,
          input,
          io,
        });
  const result = isShared ? await shareImported(workspace, imported) : imported;
  if (!result.report.isDryRun)
    await createWorkspaceWriter(source.root).write(result.changes);
  if (!io.isJson) io.out(renderImport(result.report, io.style));
  if (kind === undefined && !isShared) hintAtOthers(names, workspace.names, io);
  const adoption = input.options.adopt
    ? await adoptAll(result.report, input, io)
    : { exitCode: EXIT.done, runs: [] };
  return respond(io, {
    json: () => ({
      ...importJson(result.report),
      ...(input.options.adopt ? { adoptions: adoption.runs } : {}),
    }),
    // Shown before anything was adopted.
    text: () => "",
    exitCode: adoption.exitCode,
  });
}

/**
 * Documents are shared only between environments that are imported together, or when it is asked
 * for afterwards.
 */
function hintAtOthers(
  names: readonly string[],
  known: readonly string[],
  io: Io,
): void {
  const others = known.filter((name) => !names.includes(name));
  if (others.length === 0 || io.isJson || io.isQuiet) return;
  io.err(
    `What ${plainText(others.join(", "))} has in common with it is written once when they are imported together, or afterwards by: tieline import --share\n`,
  );
}

/**
 * @throws UserError CLI005 before anything is written, rather than after the documents and before
 * the adoption.
 */
function assertConfirmable({ options }: ImportInput, io: Io): void {
  const asks = options.adopt && !options.yes;
  const why = asks ? cannotAsk(io) : undefined;
  if (why === undefined) return;
  throw new UserError("CLI005", "--adopt needs a confirmation and cannot ask", {
    why,
    fix: "add --yes, or leave --adopt out and run tieline adopt later",
    notDone: "nothing was read or written",
  });
}

interface Work {
  readonly source: DocumentSource;
  readonly workspace: WorkspaceDraft;
  readonly input: ImportInput;
  readonly io: Io;
}

function fromLive(
  names: readonly string[],
  { source, workspace, input, io }: Work,
): Promise<ImportResult> {
  return importEnvironments(names, {
    ...saidBeside(input, io),
    source,
    workspace,
    keys: input.options.connection,
    managesAll: input.options.manageAll,
    isDryRun: input.options.dryRun,
    sink: createProgress(io, () => systemClock.now()),
    signal: io.interrupt.signal,
  });
}

function fromExport(
  kind: ExportKind,
  file: string,
  { source, workspace, input, io }: Work,
): Promise<ImportResult> {
  return importService(kind, {
    source,
    workspace,
    text: () => readExportFile(io.cwd, file),
    file,
    environment: input.options.environment ?? null,
    isDryRun: input.options.dryRun,
  });
}

function readExportFile(cwd: string, file: string): string {
  return readNamedText(cwd, file, {
    kind: "the export",
    maxBytes: MAX_EXPORT_BYTES,
    code: "CLI105",
    fix: "name the file that holds the answer of the service's list call",
    notDone: "nothing was written",
  });
}

/**
 * Takes what is declared now into ownership, environment by environment, as `adopt` would: shown,
 * confirmed, guarded.
 */
async function adoptAll(
  { environments }: ImportReport,
  input: ImportInput,
  io: Io,
): Promise<{ readonly exitCode: number; readonly runs: JsonObject[] }> {
  const runs: JsonObject[] = [];
  let exitCode: number = EXIT.done;
  for (const { name, adoptable } of environments) {
    if (adoptable.length === 0) continue;
    // Whoever stopped the one before is not asked about the next.
    if (io.interrupt.requested() !== undefined) break;
    await withEnvironment(name, { input, io }, async (environment) => {
      const limits = ownershipOptions("adopt", adoptable);
      const { plan } = await planIn(environment, limits);
      if (!io.isJson)
        io.err(renderPlan(plan, io.errStyle, { verbose: io.isVerbose }));
      await checksIn(environment, plan).assertAllowed();
      if (!input.options.yes) await confirm(plan, io);
      io.interrupt.beginWriting();
      const result = await applyIn(environment, plan, {
        shouldStop: () => io.interrupt.requested() !== undefined,
      });
      runs.push(runJson(result, plan));
      if (!io.isJson)
        io.out(
          renderRun({ ...result, unreadable: unreadableKeys(plan) }, io.style),
        );
      reportUnrecorded(result, io);
      exitCode =
        result.result === "interrupted"
          ? interruptedCode(io)
          : Math.max(exitCode, exitCodeOfRun(result, plan));
    });
  }
  return { exitCode, runs };
}
