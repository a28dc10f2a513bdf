import { BASE_FOLDER } from "../../../domain/document-folders.ts";
import { yamlText } from "../../../documents/read/yaml-text.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import {
  hasErrors,
  type Diagnostic,
} from "../../../domain/problem/diagnostic.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { Pointer } from "../../../domain/field/pointer.ts";
import { isEqualValue } from "../../../engine/diff/equal.ts";
import type { ConnectionsReader } from "../../../ports/connections-api.ts";
import { resolveDocuments } from "../../../environment/documents/documents.ts";
import { documentOf, type Candidate, type DroppedField } from "../candidate.ts";
import { sourceOfTexts } from "../../../environment/documents/changed-source.ts";

/** A candidate cut to what a document can hold, or why there can be no document at all. */
export type Representable =
  | { readonly candidate: Candidate; readonly dropped: readonly DroppedField[] }
  | { readonly refused: string };

/** A custom provider is declared with both of these or not at all. */
const TOGETHER: readonly Pointer[] = [
  "/custom_provider/display_name",
  "/custom_provider/auth_patterns",
];

/**
 * Cuts candidates to what documents can say. Each is written as a document, read back and compared,
 * so whatever the platform reports, what is kept means exactly that: a value that would be taken
 * for a reference, breaks a rule or does not survive as text is left out.
 */
export async function representables(
  candidates: readonly Candidate[],
  audit: ConnectionsReader["audit"],
): Promise<ReadonlyMap<string, Representable>> {
  const problems = await problemsOf(candidates, audit);
  const results = new Map<string, Representable>();
  for (const candidate of candidates)
    results.set(
      candidate.key,
      problems.get(candidate.key) === undefined
        ? { candidate, dropped: [] }
        : await cut(candidate, audit),
    );
  return results;
}

/** Adds one field after the other and keeps those that do no harm. */
async function cut(
  whole: Candidate,
  audit: ConnectionsReader["audit"],
): Promise<Representable> {
  const firstFields = TOGETHER.flatMap((pointer) => {
    const value = whole.fields[pointer];
    return value === undefined ? [] : [[pointer, value] as const];
  });
  let kept: Candidate = {
    ...whole,
    fields: Object.fromEntries(firstFields),
    secrets: {},
  };
  const dropped: DroppedField[] = [];
  const refused = (await problemsOf([kept], audit)).get(whole.key);
  if (refused !== undefined) return { refused };
  for (const { pointer, isSecret } of FIELD_RULES) {
    if (TOGETHER.includes(pointer)) continue;
    const next = isSecret
      ? withSecret(kept, pointer, whole.secrets[pointer])
      : withField(kept, pointer, whole.fields[pointer]);
    if (next === undefined) continue;
    const why = (await problemsOf([next], audit)).get(whole.key);
    if (why === undefined) kept = next;
    else dropped.push({ pointer, why });
  }
  return { candidate: kept, dropped };
}

function withField(
  candidate: Candidate,
  pointer: Pointer,
  value: JsonValue | undefined,
): Candidate | undefined {
  return value === undefined
    ? undefined
    : { ...candidate, fields: { ...candidate.fields, [pointer]: value } };
}

function withSecret(
  candidate: Candidate,
  pointer: Pointer,
  reference: string | undefined,
): Candidate | undefined {
  return reference === undefined
    ? undefined
    : {
        ...candidate,
        secrets: { ...candidate.secrets, [pointer]: reference },
      };
}

/**
 * What is wrong with each candidate as a document, in one sentence; those without a problem are
 * left out.
 */
async function problemsOf(
  candidates: readonly Candidate[],
  audit: ConnectionsReader["audit"],
): Promise<ReadonlyMap<string, string>> {
  const files = candidates.map((candidate, index) => ({
    path: `${BASE_FOLDER}/${String(index)}.yaml`,
    text: yamlText(documentOf(candidate)),
  }));
  const { connections, diagnostics } = await resolveDocuments(
    sourceOfTexts({
      [`environments/${SCRATCH}/environment.yaml`]: `environment: ${SCRATCH}\ntarget: "embedded:"\n`,
      ...Object.fromEntries(files.map(({ path, text }) => [path, text])),
    }),
    SCRATCH,
    {},
  );
  const resolved = new Map(connections.map((each) => [each.key, each]));
  const audited = auditProblems(connections, audit);
  const problems = new Map<string, string>();
  candidates.forEach((candidate, index) => {
    const own = diagnostics.filter(
      ({ location }) => location?.file === files[index]?.path,
    );
    const problem =
      firstError(own) ??
      audited.get(candidate.key) ??
      difference(candidate, resolved.get(candidate.key));
    if (problem !== undefined) problems.set(candidate.key, problem);
  });
  return problems;
}

/** Name of the environment that exists for the length of a check. */
const SCRATCH = "import";

function firstError(diagnostics: readonly Diagnostic[]): string | undefined {
  if (!hasErrors(diagnostics)) return undefined;
  return diagnostics.find(({ severity }) => severity === "error")?.message;
}

function auditProblems(
  connections: readonly DesiredConnection[],
  audit: ConnectionsReader["audit"],
): ReadonlyMap<string, string> {
  const found = audit(connections).filter(
    ({ kind }) => kind === "unrepresentable" || kind === "invalid",
  );
  return new Map(found.map(({ key, message }) => [key, message]));
}

/** What a document was to say and does not. */
function difference(
  candidate: Candidate,
  resolved: DesiredConnection | undefined,
): string | undefined {
  if (resolved === undefined) return "it cannot be written as a document";
  const changed = FIELD_RULES.find(({ pointer, semantics, isSecret }) => {
    const wanted = isSecret ? undefined : candidate.fields[pointer];
    return (
      wanted !== undefined &&
      !isEqualValue(semantics, wanted, resolved.fields[pointer])
    );
  });
  return changed === undefined
    ? undefined
    : "its value does not survive in a text file";
}
