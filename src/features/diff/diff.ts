import type { Plan } from "../../domain/generated/plan.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { invalidDocuments } from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { append } from "../../util/append.ts";
import { compareText } from "../../util/compare-text.ts";
import { hiddenChanges, type HiddenChange } from "../plan/hidden-changes.ts";
import { planSides, type SideOrigin } from "./plan-sides.ts";
import { readSide, type Side } from "./side.ts";

/** What one environment becomes between two sides. */
export type EnvironmentDiff =
  | {
      readonly kind: "same" | "changed" | "added";
      readonly name: string;
      /** From the first side to the second. */
      readonly plan: Plan;
      readonly hidden: readonly HiddenChange[];
    }
  | {
      readonly kind: "removed";
      readonly name: string;
      readonly connectionCount: number;
    }
  | {
      /** The first side cannot be read, so nothing can be compared. */
      readonly kind: "unreadable";
      readonly name: string;
      readonly diagnostics: readonly Diagnostic[];
    };

/** Two sides, and how the second one is named. */
export interface DiffRequest {
  readonly before: DocumentSource;
  readonly after: DocumentSource;
  readonly origin: SideOrigin;
  readonly names: readonly string[];
  readonly env: ProcessEnv;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * What the difference between two sides means, for the named environments or all of them; reads
 * files and nothing else.
 * @throws InvalidDocumentsError CFG000 with every problem of the second side; UserError CLI041 for
 * an environment that neither has.
 */
export async function diffSides(
  request: DiffRequest,
): Promise<EnvironmentDiff[]> {
  const { before, after, names } = request;
  const then = await before.listFolders(ENVIRONMENTS_FOLDER);
  const now = await after.listFolders(ENVIRONMENTS_FOLDER);
  const known = [...new Set([...then, ...now])].sort(compareText);
  assertEnvironments(names, known, {
    fix: "name one of these",
    notDone: "nothing was compared",
  });
  const asked =
    names.length > 0 ? known.filter((each) => names.includes(each)) : known;
  const sides = new Map<string, Side>();
  const problems: Diagnostic[] = [];
  for (const name of asked.filter((each) => now.includes(each))) {
    const reading = await readSide(after, name, request.env);
    if (reading.side === null) append(problems, reading.diagnostics);
    else sides.set(name, reading.side);
  }
  if (problems.length > 0) throw invalidDocuments(problems);
  const found: EnvironmentDiff[] = [];
  for (const name of asked) {
    const side = sides.get(name) ?? null;
    const isOld = then.includes(name);
    found.push(await diffEnvironment(name, { side, isOld }, request));
  }
  return found;
}

async function diffEnvironment(
  name: string,
  { side, isOld }: { readonly side: Side | null; readonly isOld: boolean },
  request: DiffRequest,
): Promise<EnvironmentDiff> {
  if (!isOld && side !== null) {
    const plan = planSides(null, side, request);
    return { kind: "added", name, plan, hidden: [] };
  }
  const reading = await readSide(request.before, name, request.env);
  if (side === null)
    return {
      kind: "removed",
      name,
      connectionCount: reading.side?.connections.length ?? 0,
    };
  if (reading.side === null)
    return { kind: "unreadable", name, diagnostics: reading.diagnostics };
  const plan = planSides(reading.side, side, request);
  const hidden = hiddenChanges(reading.side.authored, side.authored);
  const isSame = isEmptyPlan(plan) && hidden.length === 0;
  return { kind: isSame ? "same" : "changed", name, plan, hidden };
}
