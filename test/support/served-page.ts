import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { startPage } from "../../src/features/page/start-page.ts";
import type {
  OrderEntry,
  Page,
  PageOptions,
} from "../../src/features/page/options.ts";
import { createFakeClock, type FakeClock } from "./clock.ts";
import {
  createFakeReconcileStore,
  type FakeReconcileStore,
} from "./fake-reconcile-store.ts";
import { SAMPLE_NOW } from "./reconcile-samples.ts";

/** A page that is served over a store in memory. */
export interface ServedPage extends Page {
  readonly store: FakeReconcileStore;
  readonly clock: FakeClock;
  readonly woken: string[];
  readonly orders: OrderEntry[];
  readonly failures: string[];
}

/** Serves it on loopback, on a free port. */
export async function aServedPage(
  some: Partial<PageOptions> = {},
): Promise<ServedPage> {
  const store = createFakeReconcileStore();
  const clock = createFakeClock(SAMPLE_NOW);
  const woken: string[] = [];
  const orders: OrderEntry[] = [];
  const failures: string[] = [];
  const page = await startPage({
    store,
    clock,
    host: "127.0.0.1",
    port: 0,
    publicHosts: [],
    auth: null,
    metrics: null,
    wake: async (environment) => {
      woken.push(environment);
    },
    settingsOf: () => null,
    loopAgeMs: () => 0,
    maxLoopAgeMs: 60_000,
    scrub: (text) => text,
    onOrder: (entry) => orders.push(entry),
    onFailure: (message) => failures.push(message),
    ...some,
  });
  return { ...page, store, clock, woken, orders, failures };
}

/** What a server answered. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What to send; headers as they are, `host` included. */
export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Sends a request with every header as it is given, which `fetch` does not. */
export function ask(
  { address }: Pick<Page, "address">,
  path: string,
  { method = "GET", headers = {}, body }: Asking = {},
): Promise<Answered> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: hostname,
        port,
        path,
        method,
        agent: false,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === "string" ? value : [...value],
          ]),
        ),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
