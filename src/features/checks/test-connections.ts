import { AppError } from "../../domain/problem/error.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { heldConnections } from "../../engine/plan/held.ts";
import type { CheckSubject } from "./connection-checks.ts";
import type { CheckResult, ConnectionTest, TestReport } from "./report.ts";
import { isAnyBad } from "./report.ts";
import { countByStatus, type ListedAccount } from "../../domain/account.ts";
import type {
  DesiredConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import { lifecycleState } from "../../domain/lifecycle.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { ReplyFacts } from "../../ports/http-client.ts";
import type { SecretProbe } from "../../ports/secret-probe.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import { checkClockSkew, checkRateHeadroom } from "./api-checks.ts";
import { CONNECTION_CHECKS } from "./connection-checks.ts";
import { connectionsNamed } from "../../environment/documents/known-names.ts";
import { probeClient } from "./probe.ts";
import type { Desired } from "../../environment/documents/documents.ts";
import { observe } from "../../environment/api/observe.ts";
import { runBounded } from "../../environment/run-bounded.ts";

/** What testing works with. The API client is of a type that cannot write. */
export interface TestContext {
  readonly api: ConnectionsReader;
  readonly secrets: Pick<SecretStore, "resolve" | "describe">;
  readonly state: Parameters<typeof readOwnInventory>[0];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** What the latest answer of the API told beside its body. */
  readonly lastReply: () => ReplyFacts | undefined;
  /** Absent: secrets are not tried, and no key is needed. */
  readonly probe?: SecretProbe;
  readonly concurrency: number;
}

/**
 * Tests connections as far as it can be done from here: the platform has no call that tests one.
 * Reads, and with a probe asks the providers.
 * @param keys - the connections to test; all declared ones when there is none.
 * @throws UserError CLI040 for a key nobody declares; RemoteError and TransientError from the API.
 */
export async function testConnections(
  desired: Desired,
  keys: readonly string[],
  context: TestContext,
): Promise<TestReport> {
  const { api, sink, signal } = context;
  const chosen = connectionsNamed(
    desired.connections,
    keys,
    "nothing was tested",
  );
  sink.emit({ kind: "phase", phase: "observe" });
  const { live, listed } = await observe(
    api,
    new Set(chosen.map(({ key }) => key)),
    sink,
    signal,
  );
  const liveByKey = new Map(live.map((each) => [each.key, each]));
  const held = new Map(
    heldConnections({ desired: chosen, listed, inventory: null }).map(
      ({ key, why }) => [key, why],
    ),
  );
  const owned = await ownedEntries(desired.rules.name, context);
  const accounts = await api.readAccounts(
    chosen.map(({ key }) => key).filter((key) => liveByKey.has(key)),
    { listUpTo: Infinity },
    signal,
  );
  const tests = new Map<string, ConnectionTest>();
  await runBounded(chosen, context.concurrency, async (connection) => {
    const found = liveByKey.get(connection.key);
    tests.set(
      connection.key,
      found === undefined
        ? absent(connection, held.get(connection.key))
        : await testOne(
            {
              desired: connection,
              live: found,
              accounts: accounts.get(connection.key)?.listed ?? "unknown",
            },
            context,
            owned.get(connection.key),
          ),
    );
  });
  return {
    environment: desired.rules.name,
    apiHost: api.apiHost,
    api: [
      {
        check: "credentials",
        result: "ok",
        message: "the API accepts our credentials",
      },
      checkClockSkew(context.lastReply()),
      checkRateHeadroom(context.lastReply()),
    ],
    connections: chosen.flatMap(({ key }) => tests.get(key) ?? []),
  };
}

/** @param problem - why it cannot be read, where that is it. */
function absent(
  connection: DesiredConnection,
  problem: string | undefined,
): ConnectionTest {
  const { key, provider, authType } = connection;
  return {
    key,
    provider,
    authType,
    lifecycle: null,
    results: [
      {
        check: "presence",
        result: "bad",
        ...(problem === undefined
          ? { message: "it is not on the platform", fix: "plan and apply" }
          : {
              message: `it cannot be read: ${problem}`,
              fix: "look at it in the platform's dashboard, and save it there again",
            }),
      },
    ],
  };
}

/**
 * What is remembered of our connections. State that cannot be used remembers nothing; doctor says
 * why.
 */
async function ownedEntries(
  environment: string,
  { state, api, probe }: TestContext,
): Promise<ReadonlyMap<string, InventoryEntry>> {
  if (probe === undefined) return new Map();
  try {
    const inventory = await readOwnInventory(state, environment, api.apiHost);
    return new Map((inventory?.entries ?? []).map((each) => [each.key, each]));
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

async function testOne(
  subject: CheckSubject,
  context: TestContext,
  applied: InventoryEntry | undefined,
): Promise<ConnectionTest> {
  const { live, accounts } = subject;
  const { signal, probe, secrets } = context;
  const results = [
    ...CONNECTION_CHECKS.flatMap((check) => check(subject)),
    ...(probe === undefined
      ? []
      : await probeClient(subject, { probe, secrets, applied, signal })),
  ];
  return {
    key: live.key,
    provider: live.provider,
    authType: live.authType,
    lifecycle: lifecycleOf(live, accounts, results),
    results,
  };
}

function lifecycleOf(
  live: LiveConnection,
  accounts: readonly ListedAccount[] | "unknown",
  results: readonly CheckResult[],
): ConnectionTest["lifecycle"] {
  return lifecycleState({
    status: live.status,
    isEnabled: live.isEnabled,
    test: isAnyBad(results) ? "failed" : "passed",
    ...(accounts === "unknown" ? {} : { accounts: countByStatus(accounts) }),
  });
}
