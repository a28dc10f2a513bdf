import { shellWord } from "../../util/shell-word.ts";
import { preparePromotion } from "./prepare-promotion.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { AppError, InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Promotion } from "./report.ts";
import { renderPlan } from "../plan/text.ts";
import { renderPromotion } from "./text.ts";
import {
  diagnosticJson,
  renderDiagnostics,
  renderError,
} from "../../output/diagnostics.ts";
import { fileChangesJson } from "../../output/file-changes.ts";
import { commandText } from "../../output/words.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import type { PromoteInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { planIn } from "../plan/plan-in.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** What the command line asks to be promoted. */
export interface PromotionRequest {
  readonly from: string;
  readonly to: string;
  readonly keys: readonly string[];
  /** As people write fields: `scopes`, `settings.timeout`, `/settings/timeout`. */
  readonly fields: readonly string[];
  readonly isDry: boolean;
}

/**
 * Works out a promotion, checks the documents as they will be, plans them, and only then writes the
 * files.
 * @throws InvalidDocumentsError when the target would not resolve any more; nothing is written
 * then.
 */
export async function runPromotion(
  request: PromotionRequest,
  input: PromoteInput,
  io: Io,
): Promise<number> {
  const source = await openWorkspace(input, io);
  const { from, to, keys, fields, isDry } = request;
  const { promotion, diagnostics } = await preparePromotion(
    source,
    [from, to],
    {
      keys,
      fields,
      env: io.env,
    },
  );
  const hasChanges = promotion.changes.length > 0;
  const planned = hasChanges
    ? await planAsWillBe(promotion, input, io)
    : undefined;
  if (hasChanges && !isDry)
    await createWorkspaceWriter(source.root).write(promotion.changes);
  const result: Result = { promotion, isDry, diagnostics, planned };
  return respond(io, {
    json: () => promotionJson(result),
    print: () => {
      show(result, io);
    },
  });
}

interface Result {
  readonly promotion: Promotion;
  readonly isDry: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The plan, why there is none, or `undefined` where nothing changes. */
  readonly planned: Plan | AppError | undefined;
}

/**
 * A promotion is an edit of files: where the API cannot be asked, they are written all the same,
 * and the plan is left to who can.
 */
async function planAsWillBe(
  { to, changes }: Promotion,
  input: PromoteInput,
  io: Io,
): Promise<Plan | AppError> {
  try {
    return await withEnvironment(
      to,
      { input, io },
      async (environment) => (await planIn(environment)).plan,
      { changes },
    );
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function show(
  { promotion, isDry, diagnostics, planned }: Result,
  io: Io,
): void {
  io.out(renderPromotion(promotion, isDry, io.style));
  if (diagnostics.length > 0)
    io.err(renderDiagnostics(diagnostics, io.errStyle));
  if (planned === undefined) return;
  if (!(planned instanceof AppError)) {
    // Before the files are written there is nothing to apply.
    const next = isDry ? {} : { next: commandText("apply", promotion.to) };
    const options = { verbose: io.isVerbose, ...next };
    io.out(`\n${renderPlan(planned, io.style, options)}`);
    return;
  }
  // The documents' own problems were shown above.
  if (!(planned instanceof InvalidDocumentsError))
    io.err(renderError(planned, io.errStyle));
  io.err(
    `${isDry ? "" : "The files are written. "}There is no plan: run it where the API can be reached: tieline plan ${shellWord(promotion.to)}\n`,
  );
}

function promotionJson(result: Result): JsonObject {
  const { promotion, isDry, diagnostics, planned } = result;
  return {
    kind: "promotion",
    from: promotion.from,
    to: promotion.to,
    carried: promotion.carried.map(({ key, fields }) => ({
      key,
      fields: fields.map(({ path }) => path),
    })),
    added: [...promotion.added],
    kept: promotion.kept.map(({ key, why }) => ({ key, why })),
    files: fileChangesJson(promotion.changes),
    written: !isDry && promotion.changes.length > 0,
    // The plan is data of a published schema: it is JSON already.
    plan:
      planned === undefined || planned instanceof AppError
        ? null
        : (planned as unknown as JsonObject),
    diagnostics: diagnostics.map(diagnosticJson),
  };
}
