import { createScrubber } from "../../src/domain/secret/scrubber.ts";
import type { EnvironmentRules } from "../../src/domain/environment.ts";
import type { Notice } from "../../src/domain/reconcile/notice.ts";
import type {
  EnvironmentStatus,
  TickReason,
} from "../../src/domain/reconcile/status.ts";
import { openDocuments } from "../../src/environment/documents/open-documents.ts";
import { follow } from "../../src/features/reconcile/followed.ts";
import {
  createReconciler,
  type Reconciler,
} from "../../src/features/reconcile/reconcile.ts";
import { createKnownHosts } from "../../src/features/reconcile/known-hosts.ts";
import { createPaces } from "../../src/http/token-bucket.ts";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import type { ProposalForge } from "../../src/ports/proposal-forge.ts";
import type { RequestRecord } from "../../src/embedded/index.ts";
import { connectionText } from "./cli.ts";
import { createStandingClock, type StandingClock } from "./clock.ts";
import { aClient, type Client } from "./embedded.ts";
import {
  createFakeReconcileStore,
  type FakeReconcileStore,
} from "./fake-reconcile-store.ts";
import { aRepository, type Repositories } from "./repository.ts";

/** An environment that is reconciled: a platform, a repository with a clone, and a store. */
export interface ReconcileWorld {
  readonly platform: Client;
  readonly repository: Repositories;
  /** The clone that is reconciled. */
  readonly clone: string;
  /** Another one, where people work. */
  readonly elsewhere: string;
  readonly store: FakeReconcileStore;
  readonly clock: StandingClock;
  readonly notices: readonly Notice[];
  /** A reconciler that knows nothing yet, as a new process has it. */
  restart(): Reconciler;
  /** The environment of the reconciler's process. */
  readonly env: Record<string, string>;
  /** Runs a tick and gives what is stored then. */
  tick(reason?: TickReason): Promise<EnvironmentStatus>;
  /** What was asked of the platform since the last call, without tokens. */
  requests(): readonly RequestRecord[];
  /** Commits files to the branch that is followed, from elsewhere. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
  /** Changes a connection on the platform, as somebody in the dashboard would. */
  move(key: string, fields: JsonObject): Promise<void>;
  remove(key: string): Promise<void>;
  /** Approves the plan that waits, after a tick that finds it. */
  approve(): Promise<void>;
  live(key: string): JsonObject | undefined;
}

/** What the environment says of reconciling, as YAML. */
export interface WorldOptions {
  readonly mode: string;
  /** Members of `reconcile`, and lines of the environment. */
  readonly settings?: readonly string[];
  readonly lines?: readonly string[];
  readonly connections?: number;
  /** False to reconcile the folder of the clone as it lies there. */
  readonly followsBranch?: boolean;
  /** What the process was started for. */
  readonly limit?: (rules: EnvironmentRules) => EnvironmentRules;
  /** Where drift is proposed to people. */
  readonly proposals?: ProposalForge;
}

/** Names of connections: `mail-000`, `mail-001`, … */
export const nameOf = (index: number): string =>
  `mail-${String(index).padStart(3, "0")}`;

/** A world with an environment `dev` that was never applied. */
export async function aReconcileWorld(
  options: WorldOptions,
): Promise<ReconcileWorld> {
  const platform = await aClient();
  const repository = await aRepository();
  const clone = await repository.clone();
  const elsewhere = await repository.clone();
  const environment = (mode: string): string =>
    [
      "environment: dev",
      `target: "${platform.api.origin}"`,
      "limits: {concurrency: 8, requests_per_second: 10000, max_change_ratio: 1}",
      `reconcile: {${[`mode: ${mode}`, ...(options.settings ?? [])].join(", ")}}`,
      ...(options.lines ?? []),
      "",
    ].join("\n");
  const count = options.connections ?? 3;
  const commit = async (
    files: Readonly<Record<string, string>>,
  ): Promise<string> => {
    repository.git(elsewhere, "pull", "--quiet", "--ff-only", "origin", "main");
    return repository.commit(elsewhere, files);
  };
  const first = {
    ".gitignore": ".tieline/\n",
    "environments/dev/environment.yaml": environment(options.mode),
    ...Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `connections/${nameOf(index)}.yaml`,
        connectionText(nameOf(index), ["a"]),
      ]),
    ),
  };
  await repository.commit(elsewhere, first);
  repository.git(clone, "pull", "--quiet", "--ff-only", "origin", "main");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: clone,
    SCALEKIT_CLIENT_ID: "id",
    SCALEKIT_CLIENT_SECRET: "client-secret",
    TIELINE_ALLOWED_HOSTS: new URL(platform.api.origin).host,
  };
  const workspace = openDocuments(clone, env);
  const store = createFakeReconcileStore();
  const clock = createStandingClock();
  const notices: Notice[] = [];
  const ref =
    options.followsBranch === false
      ? null
      : { remote: "origin", ref: "refs/heads/main" };
  const restart = (): Reconciler =>
    createReconciler({
      workspace,
      followed: follow(workspace, env, ref, clock),
      lookAgeMs: 0,
      limit: options.limit ?? ((rules) => rules),
      env,
      scrubber: createScrubber(),
      clock,
      store,
      paces: createPaces(clock),
      tokens: new Map(),
      hosts: createKnownHosts([]),
      proposals:
        options.proposals === undefined
          ? null
          : { forge: options.proposals, into: "main" },
      notifiers: [
        {
          name: "test",
          takes: () => true,
          send: (notice) => {
            notices.push(notice);
            return Promise.resolve();
          },
          close: () => Promise.resolve(),
        },
      ],
      stop: new AbortController().signal,
      onTick: () => undefined,
      onTrouble: (_, error) => {
        throw error;
      },
    });
  let reconciler = restart();
  const tick = async (
    reason: TickReason = "interval",
  ): Promise<EnvironmentStatus> => {
    await reconciler.tick({
      environment: "dev",
      reason,
      signal: new AbortController().signal,
    });
    const status = await store.readStatus("dev");
    if (status === null) throw new Error("nothing was stored");
    return status;
  };
  const live = (key: string): JsonObject | undefined =>
    platform.api.snapshot().connections.find(({ key_id }) => key_id === key);
  const idOf = (key: string): string => {
    const id = live(key)?.["id"];
    if (typeof id !== "string") throw new Error(`there is no ${key}`);
    return id;
  };
  return {
    platform,
    repository,
    clone,
    elsewhere,
    store,
    clock,
    notices,
    env,
    restart: () => (reconciler = restart()),
    tick,
    async approve() {
      const intentDigest = (await tick()).pending?.intentDigest ?? "";
      const at = new Date(clock.now()).toISOString();
      await store.changeOrders("dev", (orders) => ({
        ...orders,
        approvals: [...orders.approvals, { intentDigest, by: "alex", at }],
      }));
    },
    requests() {
      const found = platform.api
        .requests()
        .filter(({ path }) => !path.startsWith("/oauth/"));
      platform.api.clearRequests();
      return found;
    },
    commit,
    async move(key, fields) {
      const { status, body } = await platform.send(
        "PATCH",
        `/api/v1/connections/${idOf(key)}`,
        { key_id: key, provider_key: "GMAIL", type: "OAUTH", ...fields },
      );
      if (status !== 200 || !isJsonObject(body))
        throw new Error(`the platform answered ${String(status)}`);
      platform.api.clearRequests();
    },
    async remove(key) {
      await platform.send("DELETE", `/api/v1/connections/${idOf(key)}`);
      platform.api.clearRequests();
    },
    live,
  };
}
