import type { CatalogueEntry } from "../../../domain/catalogue/catalogue.ts";
import type {
  FieldValues,
  LiveConnection,
} from "../../../domain/connection.ts";
import type {
  ImportNote,
  SkippedConnection,
  UnmanagedSecret,
} from "../report.ts";
import { pointerOf, type Pointer } from "../../../domain/field/pointer.ts";
import { importedFields, type Candidate } from "../candidate.ts";
import type { ReadEnvironment } from "../read-live.ts";
import {
  droppedNotes,
  type NewByEnvironment,
  type NewConnection,
} from "./place-new.ts";
import { representables } from "./representable.ts";
import { likelySecrets, secretReferences } from "./secret-references.ts";
import type { DraftEnvironment } from "./workspace-draft.ts";
import { append } from "../../../util/append.ts";

/** What the documents to come are to hold. */
export interface TakeOver {
  readonly catalogue: readonly CatalogueEntry[];
  /** The platform's own defaults too. */
  readonly managesAll: boolean;
}

/** Connections no document declares, cut to what documents can hold. */
export interface NewConnections {
  /** By name, then by environment. */
  readonly connections: ReadonlyMap<string, NewByEnvironment>;
  readonly skipped: readonly SkippedConnection[];
  readonly notes: readonly ImportNote[];
  readonly secrets: readonly UnmanagedSecret[];
  /** By environment, those whose endpoints are left to the platform. */
  readonly left: ReadonlyMap<string, readonly string[]>;
}

/** Finds what is live and not declared, environment by environment. */
export async function newConnections(
  read: readonly ReadEnvironment[],
  before: ReadonlyMap<string, DraftEnvironment>,
  takeOver: TakeOver,
): Promise<NewConnections> {
  const connections = new Map<string, Map<string, NewConnection>>();
  const skipped: SkippedConnection[] = [];
  const notes: ImportNote[] = [];
  const secrets: UnmanagedSecret[] = [];
  const left = new Map<string, string[]>();
  for (const environment of read) {
    const { name } = environment.source;
    const authored = before.get(name)?.authored;
    for (const found of await candidatesOf(
      environment,
      (key) => authored?.has(key) === true,
      takeOver,
    )) {
      if ("why" in found) {
        skipped.push({ environment: name, name: found.key, why: found.why });
        continue;
      }
      const { candidate, unmanaged } = found;
      const byEnvironment =
        connections.get(candidate.key) ?? new Map<string, NewConnection>();
      byEnvironment.set(name, { candidate, unmanaged, left: found.left });
      connections.set(candidate.key, byEnvironment);
      if (Object.keys(found.left).length > 0)
        left.set(name, [...(left.get(name) ?? []), candidate.key]);
      append(notes, droppedNotes(name, candidate.key, found.dropped));
      for (const pointer of unmanaged)
        secrets.push({ environment: name, connection: candidate.key, pointer });
    }
  }
  return { connections, skipped, notes, secrets, left };
}

type Found =
  | {
      readonly candidate: Candidate;
      readonly unmanaged: readonly Pointer[];
      readonly left: FieldValues;
      readonly dropped: readonly {
        readonly pointer: Pointer;
        readonly why: string;
      }[];
    }
  | { readonly key: string; readonly why: string };

/** Settings of a later version of the API: they stay as they are on the platform. */
function unknownSettings(
  live: LiveConnection | undefined,
): readonly { readonly pointer: Pointer; readonly why: string }[] {
  return (live?.unknown ?? []).map((name) => ({
    pointer: pointerOf([name]),
    why: "the API reports this setting and documents have no field for it",
  }));
}

async function candidatesOf(
  { source, reading, inventory }: ReadEnvironment,
  isDeclared: (key: string) => boolean,
  { catalogue, managesAll }: TakeOver,
): Promise<Found[]> {
  const entries = new Map(catalogue.map((entry) => [entry.slug, entry]));
  const owned = new Map(
    (inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const made = [];
  for (const live of reading.live.values()) {
    const { key, provider, authType } = live;
    if (isDeclared(key)) continue;
    const entry = entries.get(provider);
    const { fields, dropped, left } = importedFields(live, {
      entry,
      takesAll: managesAll,
      remembered: owned.get(key)?.lastApplied,
    });
    const secrets = await secretReferences(
      key,
      owned.get(key),
      source.checkReference,
    );
    const candidate: Candidate = { key, provider, authType, fields, secrets };
    made.push({ candidate, dropped, left, likely: likelySecrets(live, entry) });
  }
  const cut = await representables(
    made.map(({ candidate }) => candidate),
    (connections) => source.api.audit(connections),
  );
  return made.map(
    ({ candidate: { key, fields }, dropped, left, likely }): Found => {
      const result = cut.get(key);
      if (result === undefined || "refused" in result)
        return { key, why: result?.refused ?? "it cannot be written down" };
      const { candidate } = result;
      return {
        candidate,
        left,
        unmanaged: likely.filter(
          (pointer) => candidate.secrets[pointer] === undefined,
        ),
        // A secret that the API has no place for is nothing that was lost.
        dropped: [
          ...dropped,
          ...unknownSettings(reading.live.get(key)),
          ...result.dropped.filter(({ pointer }) =>
            Object.hasOwn(fields, pointer),
          ),
        ],
      };
    },
  );
}
