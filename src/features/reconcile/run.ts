import type { EnvironmentRules } from "../../domain/environment.ts";
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { openNotifiers } from "../../environment/notifiers.ts";
import { openProposals } from "../../environment/proposals.ts";
import { runBounded } from "../../environment/run-bounded.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { createPaces } from "../../http/token-bucket.ts";
import { renderError } from "../../output/diagnostics.ts";
import type { Notifier } from "../../ports/notifier.ts";
import { tickLine } from "../page/tick-line.ts";
import { chosenEnvironments } from "./chosen-environments.ts";
import type { ReconcileInput } from "./command.ts";
import { follow, followedRef } from "./followed.ts";
import { createKnownHosts } from "./known-hosts.ts";
import { openFleetFile } from "./open-fleet-file.ts";
import { storeFor } from "./open-store.ts";
import { createReconciler, type Reconciler } from "./reconcile.ts";
import { unusedSettings } from "./unused-settings.ts";
import { serve } from "./serve.ts";

/**
 * Environments whose ticks come within so long of each other ask the remote once. Far below the
 * time after which a new commit is heard of.
 */
const LOOK_AGE_MS = 5_000;

/** Environments that `--once` looks at side by side. */
const AT_ONCE = 4;

/** Carries out `tieline reconcile [environment…]`. Resolves to the exit status. */
export async function run(input: ReconcileInput, io: Io): Promise<number> {
  const notifiers = await openNotifiers(io.env, io.scrubber, systemClock);
  try {
    return await reconcileWith(notifiers, input, io);
  } finally {
    await Promise.all(notifiers.map((notifier) => notifier.close()));
  }
}

async function reconcileWith(
  notifiers: readonly Notifier[],
  input: ReconcileInput,
  io: Io,
): Promise<number> {
  const { options, args } = input;
  const workspace = await openWorkspace(input, io);
  const ref = options.follow === undefined ? null : followedRef(options.follow);
  const proposals = openProposals(ref, { ...io, clock: systemClock });
  const followed = follow(workspace, io.env, ref);
  const { source } = await followed.look(0);
  const fleet = openFleetFile(input, io);
  const rules = await chosenEnvironments(
    source,
    args.environment,
    io.env,
    fleet,
  );
  const store = storeFor(rules, workspace.root, io);
  for (const line of unusedSettings(options, io.env)) io.err(`${line}\n`);
  const form = options.logFormat ?? (io.isJson ? "json" : "text");
  const ended = new AbortController();
  const statuses = new Map<string, EnvironmentStatus>();
  const listeners: ((status: EnvironmentStatus) => void)[] = [];
  const reconciler = createReconciler({
    workspace,
    followed,
    lookAgeMs: LOOK_AGE_MS,
    limit: (each) => fleet.limit(each),
    env: io.env,
    scrubber: io.scrubber,
    clock: systemClock,
    store,
    paces: createPaces(systemClock),
    tokens: new Map(),
    hosts: createKnownHosts(rules),
    notifiers,
    proposals,
    stop: ended.signal,
    onTick(status) {
      statuses.set(status.environment, status);
      if (!options.once) io.out(tickLine(status, form));
      for (const listener of listeners) listener(status);
    },
    onTrouble(environment, error) {
      io.err(`${environment}:
${renderError(error, io.errStyle)}`);
    },
  });
  try {
    if (options.once) {
      await once(reconciler, rules, io);
      return answer([...statuses.values()], rules.length, input, io);
    }
    return await serve({
      reconciler,
      followed,
      rules,
      fleet,
      store,
      input,
      io,
      ended,
      onTick: (listener) => listeners.push(listener),
    });
  } finally {
    await store.close();
    await proposals?.forge.close();
  }
}

async function once(
  reconciler: Reconciler,
  rules: readonly EnvironmentRules[],
  io: Io,
): Promise<void> {
  const asked = new AbortController();
  io.interrupt.beginServing(() => {
    asked.abort();
    return "stop";
  });
  await runBounded(rules, AT_ONCE, async ({ name }) => {
    if (asked.signal.aborted) return;
    await reconciler.tick({
      environment: name,
      reason: "order",
      signal: asked.signal,
    });
  });
}

/** What the environments are like now, and whether all could be looked at. */
function answer(
  statuses: readonly EnvironmentStatus[],
  count: number,
  { options }: ReconcileInput,
  io: Io,
): number {
  const sorted = [...statuses].sort((a, b) =>
    a.environment < b.environment ? -1 : 1,
  );
  const results = sorted.map(({ lastTick }) => lastTick?.result ?? "failed");
  const isWhole = sorted.length === count;
  const exitCode =
    !isWhole || results.includes("failed")
      ? EXIT.failed
      : results.includes("partial")
        ? EXIT.partial
        : options.detailedExitcode &&
            sorted.some(({ sync }) => sync !== "in-sync")
          ? EXIT.changes
          : EXIT.done;
  return respond(io, {
    json: () => ({
      kind: "reconcile",
      environments: sorted.map((status) => ({ ...status, outbox: undefined })),
    }),
    text: () =>
      sorted
        .map((status) => tickLine(status, options.logFormat ?? "text"))
        .join(""),
    exitCode,
  });
}
