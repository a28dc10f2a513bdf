import type {
  DesiredConnection,
  LiveConnection,
} from "../../../domain/connection.ts";
import type { ImportNote, SkippedConnection } from "../report.ts";
import type { Pointer } from "../../../domain/field/pointer.ts";
import { auditConnections } from "../../../environment/documents/audit.ts";
import {
  importedFields,
  OLDER_SPELLINGS,
  type Candidate,
  type DroppedField,
} from "../candidate.ts";
import type { LiveByEnvironment } from "./edit-declared.ts";
import type { ReadEnvironment } from "../read-live.ts";
import {
  addedFields,
  isOtherKind,
  neededEdits,
  type Declared,
  type FieldEdit,
} from "./merge.ts";
import type { TakeOver } from "./new-connections.ts";
import { droppedNotes } from "./place-new.ts";
import { representables, type Representable } from "./representable.ts";
import { secretReferences } from "./secret-references.ts";
import type { DraftEnvironment } from "./workspace-draft.ts";
import { append } from "../../../util/append.ts";

/** What one connection's document may take from the platform. */
interface Offer {
  readonly live: LiveConnection;
  /** Fields whose live value no document can hold. */
  readonly blocked: ReadonlySet<Pointer>;
  /** What it takes over although it leaves it out; `null` when it stays as it is. */
  readonly added: Candidate | null;
}

/** Live connections that documents declare already, and what those documents are to say. */
export class DeclaredConnections {
  readonly skipped: SkippedConnection[] = [];
  readonly notes: ImportNote[] = [];
  readonly #offers = new Map<string, ReadonlyMap<string, Offer>>();
  readonly #unchanged = new Map<string, number>();
  readonly #audits = new WeakMap<DraftEnvironment, Audited>();
  readonly #apis: ReadonlyMap<string, ReadEnvironment["source"]["api"]>;

  private constructor(read: readonly ReadEnvironment[]) {
    this.#apis = new Map(read.map(({ source }) => [source.name, source.api]));
  }

  static async open(
    read: readonly ReadEnvironment[],
    before: ReadonlyMap<string, DraftEnvironment>,
    takeOver: TakeOver,
  ): Promise<DeclaredConnections> {
    const declared = new DeclaredConnections(read);
    for (const environment of read) {
      const state = before.get(environment.source.name);
      if (state !== undefined)
        await declared.#look(environment, state, takeOver);
    }
    return declared;
  }

  /** Those that may be edited, by environment. */
  get lives(): LiveByEnvironment {
    return new Map(
      [...this.#offers].map(([name, offers]) => [
        name,
        new Map([...offers].map(([key, { live }]) => [key, live])),
      ]),
    );
  }

  /** How many said already what the platform says. */
  unchangedCount(environment: string): number {
    return this.#unchanged.get(environment) ?? 0;
  }

  /** What the document of a connection needs, as the draft is now. */
  editsOf(state: DraftEnvironment, key: string): readonly FieldEdit[] {
    const offer = this.#offers.get(state.name)?.get(key);
    const declared = offer && this.#declared(state, offer.live);
    if (offer === undefined || declared === undefined) return [];
    const needed = neededEdits(declared);
    const added =
      offer.added === null ? [] : addedFields(declared, offer.added);
    // Of two spellings only the newer one was tried as a document, or neither.
    return [...needed, ...added].filter(
      ({ pointer }) =>
        !offer.blocked.has(pointer) && !offer.blocked.has(newerOf(pointer)),
    );
  }

  async #look(
    { source, reading, inventory }: ReadEnvironment,
    state: DraftEnvironment,
    { catalogue, managesAll }: TakeOver,
  ): Promise<void> {
    const entries = new Map(catalogue.map((entry) => [entry.slug, entry]));
    const owned = new Map(
      (inventory?.entries ?? []).map((entry) => [entry.key, entry]),
    );
    const offers = new Map<string, Offer>();
    const candidates: Candidate[] = [];
    const unwritable = new Map<string, readonly DroppedField[]>();
    for (const live of reading.live.values()) {
      const declared = this.#declared(state, live);
      if (declared === undefined) continue;
      if (isOtherKind(declared)) {
        this.skipped.push(otherKind(source.name, declared));
        continue;
      }
      offers.set(live.key, { live, blocked: new Set(), added: null });
      const isSame = neededEdits(declared).length === 0;
      if (isSame) this.#count(source.name);
      if (isSame && !managesAll) continue;
      const secrets = managesAll
        ? await secretReferences(
            live.key,
            owned.get(live.key),
            source.checkReference,
          )
        : {};
      const { key, provider, authType } = live;
      const { fields, dropped } = importedFields(live, {
        entry: entries.get(provider),
        takesAll: true,
      });
      unwritable.set(key, dropped);
      candidates.push({ key, provider, authType, fields, secrets });
    }
    const cut = await representables(candidates, (connections) =>
      source.api.audit(connections),
    );
    this.#offers.set(source.name, offers);
    for (const candidate of candidates) {
      const result = cut.get(candidate.key);
      const offer = offers.get(candidate.key);
      if (result === undefined || offer === undefined) continue;
      const answer = this.#answer(state, candidate, {
        offer,
        result,
        unwritable: unwritable.get(candidate.key) ?? [],
        managesAll,
      });
      if (answer === undefined) offers.delete(candidate.key);
      else offers.set(candidate.key, answer);
    }
  }

  /**
   * What is left of an offer after its values were tried as a document; `undefined` when nothing
   * is.
   */
  #answer(
    state: DraftEnvironment,
    { key, fields }: Candidate,
    tried: {
      readonly offer: Offer;
      readonly result: Representable;
      readonly unwritable: readonly DroppedField[];
      readonly managesAll: boolean;
    },
  ): Offer | undefined {
    const { offer, result, managesAll } = tried;
    if ("refused" in result) {
      const why = result.refused;
      this.skipped.push({ environment: state.name, name: key, why });
      return undefined;
    }
    const dropped = [
      ...tried.unwritable,
      ...result.dropped.filter(({ pointer }) => Object.hasOwn(fields, pointer)),
    ];
    const asked = managesAll ? null : this.#askedFor(state, offer.live);
    const shown = dropped.filter(
      ({ pointer }) => asked === null || asked.has(newerOf(pointer)),
    );
    append(this.notes, droppedNotes(state.name, key, shown));
    return {
      ...offer,
      blocked: new Set(dropped.map(({ pointer }) => pointer)),
      added: managesAll ? result.candidate : null,
    };
  }

  /** Fields the document declares and says otherwise. */
  #askedFor(
    state: DraftEnvironment,
    live: LiveConnection,
  ): ReadonlySet<Pointer> {
    const declared = this.#declared(state, live);
    const edits = declared === undefined ? [] : neededEdits(declared);
    return new Set(edits.map(({ pointer }) => newerOf(pointer)));
  }

  #count(environment: string): void {
    this.#unchanged.set(environment, this.unchangedCount(environment) + 1);
  }

  #declared(
    state: DraftEnvironment,
    live: LiveConnection,
  ): Declared | undefined {
    const authored = state.authored.get(live.key);
    const { desired: wanted, local } = this.#auditOf(state);
    const desired = wanted.get(live.key);
    if (authored === undefined || desired === undefined) return undefined;
    return { authored, desired, live, local: local.get(live.key) ?? NOTHING };
  }

  #auditOf(state: DraftEnvironment): Audited {
    const known = this.#audits.get(state);
    if (known !== undefined) return known;
    const api = this.#apis.get(state.name);
    const audit =
      api === undefined || state.rules === null
        ? undefined
        : auditConnections(api, state.rules, [...state.desired.values()]);
    const audited: Audited = {
      local: audit?.local ?? new Map<string, ReadonlySet<Pointer>>(),
      desired:
        audit === undefined
          ? state.desired
          : new Map(audit.connections.map((one) => [one.key, one])),
    };
    this.#audits.set(state, audited);
    return audited;
  }
}

function newerOf(pointer: Pointer): Pointer {
  return OLDER_SPELLINGS.get(pointer) ?? pointer;
}

/** What the documents ask this API for, and what of it stays local. */
interface Audited {
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
  readonly desired: ReadonlyMap<string, DesiredConnection>;
}

const NOTHING: ReadonlySet<Pointer> = new Set();

function otherKind(
  environment: string,
  { desired, live }: Declared,
): SkippedConnection {
  return {
    environment,
    name: live.key,
    why: `another kind: the document says ${desired.provider} with ${desired.authType}, the platform has ${live.provider} with ${live.authType}`,
    fix: "rename the document's connection, or remove one of the two",
  };
}
