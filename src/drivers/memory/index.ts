/**
 * The reference driver: the port's obligations as an executable specification, in memory, for tests
 * and demos. No network, no file, and no value of a secret is ever kept here.
 */
import type { ConnectionAccounts } from "../../domain/account.ts";
import type { Capabilities } from "../../domain/capability.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import { TransientError } from "../../domain/problem/error.ts";
import type {
  ConnectionsWriter,
  StepRequest,
} from "../../ports/connections-api.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { auditConnections } from "./audit.ts";
import { executeStep, findByKey } from "./steps.ts";
import { toLive, type MemoryStore, type StoredConnection } from "./store.ts";

const PAGE_SIZE = 30;

const CAPABILITIES: Capabilities = {
  createTakesSettings: false,
  stateAfterCreate: "active",
  hasToggle: true,
  hasCustomProviders: true,
  countsAccounts: true,
  refusesTakenNames: true,
  pageSize: PAGE_SIZE,
};

/** What a memory driver starts with. */
export interface MemorySeed {
  readonly connections?: readonly StoredConnection[];
  /** Connected accounts by connection name. */
  readonly accounts?: Readonly<Record<string, number>>;
}

/** A step that was asked for, without the values of its secrets. */
interface RecordedStep {
  readonly step: StepRequest["step"];
  readonly key: string;
  readonly secrets: readonly string[];
}

/** A failure to come: at the nth step from now (1 is the next), before or after it takes effect. */
interface PlannedFailure {
  readonly step: number;
  readonly when: "before" | "after";
}

/** What tests hold in their hands besides the driver. */
export interface MemoryHandle {
  /** Every live connection, sorted by name. */
  live(): readonly LiveConnection[];
  /** Steps in the order they were asked for, failed ones included. */
  steps(): readonly RecordedStep[];
  /** Makes one step fail as a broken network would; `after` leaves its effect. */
  failAt(failure: PlannedFailure): void;
  /** Changes a connection as a person in a dashboard would. */
  mutate(
    key: string,
    change: (stored: StoredConnection) => StoredConnection,
  ): void;
  /** Adds a connection that nobody here owns. */
  add(stored: StoredConnection): void;
  setAccounts(key: string, count: number): void;
}

/** A driver over nothing but memory, and the handle to it. */
export interface MemoryDriver {
  readonly driver: ConnectionsWriter;
  readonly handle: MemoryHandle;
}

export function createMemoryDriver(seed: MemorySeed = {}): MemoryDriver {
  const store: MemoryStore = {
    connections: new Map(
      (seed.connections ?? []).map((stored) => [stored.remoteId, stored]),
    ),
    providers: new Map(),
    accounts: new Map(Object.entries(seed.accounts ?? {})),
    nextId: 1,
  };
  const steps: RecordedStep[] = [];
  const failures = new Map<number, PlannedFailure["when"]>();
  return {
    driver: createDriver(store, steps, failures),
    handle: createHandle(store, steps, failures),
  };
}

function createDriver(
  store: MemoryStore,
  steps: RecordedStep[],
  failures: ReadonlyMap<number, PlannedFailure["when"]>,
): ConnectionsWriter {
  return {
    driver: "memory",
    apiHost: "memory",
    capabilities: CAPABILITIES,
    audit: auditConnections,
    // The port promises what a network forces on other drivers; here the answers are at hand.
    // eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what the port asks for
    async *listPages() {
      const all = sorted(store);
      for (let start = 0; start < all.length; start += PAGE_SIZE)
        yield all.slice(start, start + PAGE_SIZE).map(toListed);
    },
    get(listed) {
      const stored = store.connections.get(listed.remoteId);
      return Promise.resolve(
        stored === undefined ? null : toLive(store, stored),
      );
    },
    find(key) {
      const stored = findByKey(store, key);
      return Promise.resolve(
        stored === undefined ? null : toLive(store, stored),
      );
    },
    examinePermissions: () => Promise.resolve([]),
    readAccounts: (keys, { listUpTo }) =>
      Promise.resolve(
        new Map(keys.map((key) => [key, accountsOf(store, key, listUpTo)])),
      ),
    // eslint-disable-next-line @typescript-eslint/require-await -- async so that a failure is a rejection, as the port has it
    async execute(request) {
      const { step, key, fields } = request;
      request.beforeWrite?.();
      const secrets = [...request.secrets.keys()].sort();
      steps.push({ step, key, secrets });
      const failure = failures.get(steps.length);
      if (failure === "before") throw lostAnswer(request);
      const remoteId = executeStep(store, request);
      if (failure === "after") throw lostAnswer(request);
      const digested = { step, key, fields, secrets };
      return { remoteId, requestDigest: sha256(canonicalJson(digested)) };
    },
  };
}

function createHandle(
  store: MemoryStore,
  steps: readonly RecordedStep[],
  failures: Map<number, PlannedFailure["when"]>,
): MemoryHandle {
  return {
    live: () => sorted(store),
    steps: () => [...steps],
    failAt({ step, when }) {
      failures.set(steps.length + step, when);
    },
    mutate(key, change) {
      const stored = findByKey(store, key);
      if (stored === undefined) return;
      store.connections.set(stored.remoteId, {
        ...change(stored),
        version: stored.version + 1,
      });
    },
    add(stored) {
      store.connections.set(stored.remoteId, stored);
    },
    setAccounts(key, count) {
      store.accounts.set(key, count);
    },
  };
}

function sorted(store: MemoryStore): LiveConnection[] {
  return [...store.connections.values()]
    .map((stored) => toLive(store, stored))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function accountsOf(
  store: MemoryStore,
  key: string,
  listUpTo: number,
): ConnectionAccounts {
  const count = store.accounts.get(key) ?? 0;
  if (count > listUpTo) return { count, listed: "unknown" };
  const listed = Array.from({ length: count }, (_, index) => ({
    idHash: sha256(`${key}/${String(index)}`),
    status: "ACTIVE",
    updatedAt: null,
    lastUsedAt: null,
  }));
  return { count, listed };
}

function toListed(live: LiveConnection): ListedConnection {
  const { key, remoteId, provider, authType, status, isEnabled } = live;
  return { key, remoteId, provider, authType, status, isEnabled };
}

function lostAnswer({ step, key }: StepRequest): TransientError {
  return new TransientError(
    "DRV002",
    `the answer to step "${step}" of "${key}" was lost`,
    { status: null, mayHaveCommitted: true },
  );
}
