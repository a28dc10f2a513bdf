import { loadDesired } from "../../src/environment/documents/documents.ts";
import {
  importLive,
  type ImportOptions,
  type ImportResult,
} from "../../src/features/import/import-live.ts";
import type { CheckReference } from "../../src/features/import/draft/secret-references.ts";
import { WorkspaceDraft } from "../../src/features/import/draft/workspace-draft.ts";
import { planEnvironment } from "../../src/features/plan/plan.ts";
import type { FieldValues } from "../../src/domain/connection.ts";
import { UserError } from "../../src/domain/problem/error.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { SecretRef } from "../../src/domain/secret/secret.ts";
import { createMemoryDriver } from "../../src/drivers/memory/index.ts";
import type { ConnectionsReader } from "../../src/ports/connections-api.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { createFakeClock } from "./clock.ts";
import { textSource } from "./text-source.ts";

/** A live connection for tests: provider and auth type default to Gmail's. */
export interface LiveSpec {
  readonly key: string;
  readonly provider?: string;
  readonly authType?: string;
  readonly isEnabled?: boolean;
  readonly fields?: FieldValues;
  readonly remoteId?: string;
}

/** A reader over these connections. Custom fields are kept with the connection. */
export function liveReader(specs: readonly LiveSpec[]): ConnectionsReader {
  const { driver } = createMemoryDriver({
    connections: specs.map((spec, index) => ({
      remoteId: spec.remoteId ?? `id-${String(index)}`,
      key: spec.key,
      provider: spec.provider ?? "gmail",
      authType: spec.authType ?? "oauth2",
      isEnabled: spec.isEnabled ?? true,
      fields: spec.fields ?? {},
      secrets: [],
      version: 1,
    })),
  });
  return driver;
}

/** A workspace in memory: files by path. */
export type Files = Readonly<Record<string, string>>;

/** The file that makes an environment. */
export function environmentFile(name: string, more = ""): Files {
  return {
    [`environments/${name}/environment.yaml`]: `environment: ${name}\ntarget: "embedded:"\nprune: true\n${more}`,
  };
}

/** Says that these references lead somewhere and all others nowhere. */
export function references(...known: readonly string[]): CheckReference {
  return (ref: SecretRef) =>
    known.includes(ref.path)
      ? Promise.resolve()
      : Promise.reject(new UserError("SEC001", "nowhere"));
}

const OPTIONS: ImportOptions = { keys: [], managesAll: false, isDryRun: false };

/** Imports environments into files. */
export async function importInto(
  files: Files,
  readers: Readonly<Record<string, ConnectionsReader>>,
  options: Partial<ImportOptions> & {
    readonly checkReference?: CheckReference;
  } = {},
): Promise<{ readonly files: Files; readonly result: ImportResult }> {
  const workspace = await WorkspaceDraft.open(textSource(files), {});
  const { checkReference = references(), ...rest } = options;
  const result = await importLive(
    Object.entries(readers).map(([name, api]) => ({
      name,
      api,
      state: createMemoryState(),
      checkReference,
    })),
    { ...OPTIONS, ...rest },
    {
      workspace,
      catalogue: CATALOGUE,
      sink: { emit: () => undefined },
      signal: new AbortController().signal,
    },
  );
  const after = new Map(Object.entries(files));
  for (const change of result.changes) {
    if (change.before !== (after.get(change.path) ?? null))
      throw new TypeError(`${change.path} was not what the change says`);
    if (change.after === null) after.delete(change.path);
    else after.set(change.path, change.after);
  }
  return { files: Object.fromEntries(after), result };
}

/** The plan that these files make of what is live. */
export async function planOfFiles(
  files: Files,
  name: string,
  api: ConnectionsReader,
): Promise<Plan> {
  const desired = await loadDesired(textSource(files), name, {});
  const { plan } = await planEnvironment(desired, {
    api,
    state: createMemoryState(),
    secrets: {
      describe: (ref) => Promise.resolve({ ref }),
      resolve: () => Promise.reject(new TypeError("no secret is needed")),
      checkFiles: () =>
        Promise.resolve({ diagnostics: [], openers: new Map() }),
    },
    clock: createFakeClock(),
    sink: { emit: () => undefined },
    signal: new AbortController().signal,
    toolVersion: "0.1.0",
    provenance: { commit: null, dirty: null },
    approvals: [],
  });
  return plan;
}
