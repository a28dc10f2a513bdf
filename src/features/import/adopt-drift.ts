import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DriftReport } from "../../domain/drift.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { FileChange } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { OLDER_SPELLINGS } from "./candidate.ts";
import { DeclaredConnections } from "./draft/declared-connections.ts";
import { editDeclared } from "./draft/edit-declared.ts";
import type { FieldEdit } from "./draft/merge.ts";
import { revertBroken } from "./draft/revert-broken.ts";
import {
  WorkspaceDraft,
  type DraftEnvironment,
} from "./draft/workspace-draft.ts";
import { readLive, type ImportSource } from "./read-live.ts";
import type { ImportNote } from "./report.ts";

/** A field that moved on the platform. */
export interface DriftedField {
  readonly key: string;
  /** Empty for the connection as a whole. */
  readonly path: Pointer;
}

/** What the documents would have to say so that they say what is live. */
export interface Adoption {
  readonly report: DriftReport;
  readonly changes: readonly FileChange[];
  /** What the changes take over, in the order of the report. */
  readonly adopted: readonly DriftedField[];
  /** What no change takes over, and why. */
  readonly left: readonly (DriftedField & { readonly why: string })[];
}

/** What adopting works with. */
export interface AdoptContext {
  /** The documents that are to be edited. */
  readonly documents: DocumentSource;
  readonly env: ProcessEnv;
  readonly catalogue: readonly CatalogueEntry[];
  readonly signal: AbortSignal;
}

/**
 * Edits documents so that they ask for what somebody changed on the platform, field by field: what
 * did not drift stays as it is, also where it is not applied yet. Secrets, connections that are
 * gone, and fields that the documents changed as well are left. Writes nothing.
 */
export async function adoptDrift(
  source: ImportSource,
  report: DriftReport,
  context: AdoptContext,
): Promise<Adoption> {
  const workspace = await WorkspaceDraft.open(context.documents, context.env);
  const before = await workspace.resolve();
  const wanted = pathsToAdopt(report);
  const { name, api, state } = source;
  const reading = await readLive(name, api, (key) => wanted.has(key), {
    sink: { emit: () => undefined },
    signal: context.signal,
  });
  const declared = await DeclaredConnections.open(
    [
      {
        source,
        reading,
        inventory: await readOwnInventory(state, name, api.apiHost),
      },
    ],
    before,
    { catalogue: context.catalogue, managesAll: false },
  );
  const editsOf = (draft: DraftEnvironment, key: string): FieldEdit[] =>
    declared
      .editsOf(draft, key)
      .filter(({ pointer }) => wanted.get(key)?.has(newerOf(pointer)));
  const notes = [
    ...(await editDeclared(workspace, declared.lives, editsOf)),
    ...(await revertBroken(workspace, workspace.names)),
    ...declared.notes,
    ...declared.skipped.map((skipped) => ({
      environment: name,
      connection: skipped.name,
      pointer: "",
      message: skipped.why,
    })),
  ];
  const after = await workspace.resolve();
  return {
    report,
    changes: workspace.changes(),
    ...sorted(report, {
      isAdopted: ({ key, path }) => {
        const [then, now] = [before, after].map((states) => {
          const draft = states.get(name);
          return draft === undefined
            ? []
            : editsOf(draft, key).map(({ pointer }) => newerOf(pointer));
        });
        return (
          then?.includes(newerOf(path)) === true &&
          now?.includes(newerOf(path)) === false &&
          after.get(name)?.desired.has(key) === true
        );
      },
      notes,
    }),
  };
}

/** By connection; in the newer spelling. */
function pathsToAdopt({
  drifted,
}: Pick<DriftReport, "drifted">): ReadonlyMap<string, ReadonlySet<Pointer>> {
  return new Map(
    drifted.map(({ key, fields }) => [
      key,
      new Set(
        fields
          .filter((field) => field.class === "drift")
          .map(({ path }) => newerOf(path)),
      ),
    ]),
  );
}

function sorted(
  { drifted, missing }: Pick<DriftReport, "drifted" | "missing">,
  {
    isAdopted,
    notes,
  }: {
    readonly isAdopted: (field: DriftedField) => boolean;
    readonly notes: readonly ImportNote[];
  },
): Pick<Adoption, "adopted" | "left"> {
  const adopted: DriftedField[] = [];
  const left: (DriftedField & { readonly why: string })[] = [];
  for (const { key, fields } of drifted)
    for (const { path, class: kind } of fields) {
      const field = { key, path };
      if (kind === "settled") continue;
      if (kind === "conflict")
        left.push({
          ...field,
          why: "the documents ask for something else by now, which is not applied",
        });
      else if (kind !== "drift")
        left.push({ ...field, why: "no document says anything about it" });
      else if (isAdopted(field)) adopted.push(field);
      else left.push({ ...field, why: reasonIn(notes, field) });
    }
  for (const key of missing)
    left.push({
      key,
      path: "",
      why: "it is gone from the platform: remove its document by hand, or apply to make it again",
    });
  return { adopted, left };
}

function reasonIn(
  notes: readonly ImportNote[],
  { key, path }: DriftedField,
): string {
  const own = notes.filter(({ connection }) => connection === key);
  const note =
    own.find(({ pointer }) => newerOf(pointer) === newerOf(path)) ??
    own.find(({ pointer }) => pointer === "");
  return note?.message ?? "no document can say what is live";
}

function newerOf(pointer: Pointer): Pointer {
  return OLDER_SPELLINGS.get(pointer) ?? pointer;
}
