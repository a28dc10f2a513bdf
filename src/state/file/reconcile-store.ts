/**
 * What the reconciler remembers, in files of one folder for each environment. Every change is a
 * file replaced in one step, by one writer at a time.
 */
import { join } from "node:path";
import { NO_ORDERS } from "../../domain/reconcile/orders.ts";
import { listPrivate, removePrivate } from "../../platform/files/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Processes } from "../../ports/processes.ts";
import {
  MAX_KEPT_RUNS,
  type ReconcileStore,
} from "../../ports/reconcile-store.ts";
import { readTextOrNull, writeDurably } from "../durable.ts";
import {
  ORDERS,
  PENDING,
  RUN,
  STATUS,
  type StoredForm,
} from "../reconcile-codec.ts";
import {
  assertEnvironmentName,
  isEnvironmentName,
} from "../environment-name.ts";
import { asOnlyWriter } from "./write-turn.ts";

/** Where and with what it works. */
export interface FileReconcileOptions {
  /** Absolute folder that holds one for each environment. */
  readonly folder: string;
  /** The folder as messages name it. */
  readonly place: string;
  readonly clock: Clock;
  readonly processes: Processes;
}

const FILES = {
  status: "status.json",
  pending: "pending.json",
  orders: "orders.json",
  runs: "runs.jsonl",
} as const;

/** The store in files. Nothing is created by reading. */
export function createFileReconcileStore(
  options: FileReconcileOptions,
): ReconcileStore {
  const pathOf = (environment: string, name: keyof typeof FILES): string => {
    assertEnvironmentName(environment);
    return join(options.folder, environment, FILES[name]);
  };
  const read = async <T>(
    environment: string,
    name: "status" | "pending" | "orders",
    form: StoredForm<T>,
  ): Promise<T | null> => {
    const text = await readTextOrNull(pathOf(environment, name));
    const place = `${options.place}/${environment}/${FILES[name]}`;
    return text === null ? null : form.decode(text, environment, place);
  };
  const alone = <T>(environment: string, work: () => Promise<T>): Promise<T> =>
    asOnlyWriter(
      {
        ...options,
        folder: join(options.folder, environment),
        place: `${options.place}/${environment}`,
      },
      work,
    );
  const readOrders: ReconcileStore["readOrders"] = async (environment) =>
    (await read(environment, "orders", ORDERS)) ?? NO_ORDERS;
  return {
    readStatus: (environment) => read(environment, "status", STATUS),
    async readStatuses() {
      const names = listPrivate(options.folder)
        .filter(isEnvironmentName)
        .sort();
      const statuses = [];
      for (const name of names) {
        const status = await read(name, "status", STATUS);
        if (status !== null) statuses.push(status);
      }
      return statuses;
    },
    async writeStatus(status) {
      const path = pathOf(status.environment, "status");
      await writeDurably(path, STATUS.encode(status.environment, status));
    },
    readPending: (environment) => read(environment, "pending", PENDING),
    async writePending(environment, plan) {
      const path = pathOf(environment, "pending");
      if (plan === null) removePrivate(path);
      else await writeDurably(path, PENDING.encode(environment, plan));
    },
    readOrders,
    async changeOrders(environment, change) {
      const path = pathOf(environment, "orders");
      return alone(environment, async () => {
        const orders = change(await readOrders(environment));
        await writeDurably(path, ORDERS.encode(environment, orders));
        return orders;
      });
    },
    ...history(options, { pathOf, alone }),
    close: () => Promise.resolve(),
  };
}

function history(
  { place }: FileReconcileOptions,
  tools: {
    readonly pathOf: (environment: string, name: "runs") => string;
    readonly alone: <T>(
      environment: string,
      work: () => Promise<T>,
    ) => Promise<T>;
  },
): Pick<ReconcileStore, "appendRun" | "readRuns"> {
  const linesOf = async (environment: string): Promise<string[]> =>
    ((await readTextOrNull(tools.pathOf(environment, "runs"))) ?? "")
      .split("\n")
      .filter((line) => line !== "");
  return {
    async appendRun(run) {
      const { environment } = run;
      const path = tools.pathOf(environment, "runs");
      await tools.alone(environment, async () => {
        const kept = (await linesOf(environment)).slice(1 - MAX_KEPT_RUNS);
        const text = kept.map((line) => `${line}\n`).join("");
        await writeDurably(path, text + RUN.encode(environment, run));
      });
    },
    async readRuns(environment, limit) {
      const lines = await linesOf(environment);
      return lines
        .slice(Math.max(0, lines.length - limit))
        .reverse()
        .map((line) =>
          RUN.decode(
            line,
            environment,
            `${place}/${environment}/${FILES.runs}`,
          ),
        );
    },
  };
}
