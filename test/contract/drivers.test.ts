import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createAgentAuthDriver } from "../../src/drivers/agent-auth/index.ts";
import { createMemoryDriver } from "../../src/drivers/memory/index.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { startEmbedded, type Switches } from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import { createFakeClock } from "../support/clock.ts";
import { describeDriver } from "./driver-contract.ts";
import type { DriverHarness } from "./driver-harness.ts";
import { AGENT_AUTH_SUBJECTS, SUBJECTS } from "./driver-subjects.ts";

describeDriver(
  "memory",
  () => {
    const { driver, handle } = createMemoryDriver();
    return Promise.resolve({
      driver,
      another: () => driver,
      setAccounts: (key, count) => {
        handle.setAccounts(key, count);
      },
      loseNextCreate: (when) => {
        handle.failAt({ step: 1, when });
      },
      written: () => "",
      close: () => Promise.resolve(),
    });
  },
  { settlesLostCreate: false, subjects: SUBJECTS },
);

const SWITCH_SETTINGS: readonly (readonly [string, Partial<Switches>])[] = [
  ["as it starts", {}],
  [
    "masks left out, zero values shown",
    { maskStyle: "omitted", zeroValues: "present" },
  ],
  [
    "masks with a tail, PATCH replaces",
    { maskStyle: "last4", patch: "replace" },
  ],
  [
    "zero values shown, PATCH replaces",
    { zeroValues: "present", patch: "replace" },
  ],
  ["reads lag behind writes", { readLagMs: 900 }],
];

for (const [title, switches] of SWITCH_SETTINGS) {
  describeDriver(
    `scalekit, embedded API ${title}`,
    () => overEmbedded("scalekit", switches),
    {
      settlesLostCreate: true,
      subjects: SUBJECTS,
    },
  );
}

const AGENT_AUTH_SETTINGS: typeof SWITCH_SETTINGS = [
  ["as it starts", {}],
  ["masks left out", { maskStyle: "omitted" }],
  [
    "masks with a tail, PATCH replaces",
    { maskStyle: "last4", patch: "replace" },
  ],
];

for (const [title, switches] of AGENT_AUTH_SETTINGS) {
  describeDriver(
    `agent-auth, embedded API ${title}`,
    () => overEmbedded("agent-auth", switches),
    { settlesLostCreate: true, subjects: AGENT_AUTH_SUBJECTS },
  );
}

async function overEmbedded(
  kind: "scalekit" | "agent-auth",
  switches: Partial<Switches>,
): Promise<DriverHarness> {
  const clock = createFakeClock();
  const clientSecret = "client-secret-of-the-test";
  const api = await startEmbedded({
    clientId: "client",
    clientSecret,
    apiToken: clientSecret,
    clock,
    catalogue: CATALOGUE,
    switches,
  });
  const traces: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  const connect = (): ConnectionsWriter => {
    const http = createHttpClient({
      origin: api.origin,
      clock,
      limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5_000 },
      scrub: (text) => text,
      trace: (line) => traces.push(line),
      userAgent: "tieline/test",
    });
    closers.push(() => http.close());
    const shared = { http, clock, catalogue: CATALOGUE, apiHost: "embedded" };
    if (kind === "agent-auth")
      return createAgentAuthDriver({
        ...shared,
        token: new Secret(clientSecret),
      });
    return createScalekitDriver({
      ...shared,
      credentials: {
        clientId: "client",
        clientSecret: new Secret(clientSecret),
      },
    });
  };
  return {
    driver: connect(),
    another: () => {
      // Whoever looks from outside comes after the lag; the driver itself does not know of one.
      clock.advance(switches.readLagMs ?? 0);
      return connect();
    },
    setAccounts: (key, count) => {
      // The older dialect has no accounts.
      if (kind === "scalekit") api.seedAccounts(key, count);
    },
    loseNextCreate: (when) => {
      api.setFaults([
        {
          kind: when === "before" ? "reset-before" : "reset-after",
          route:
            kind === "scalekit"
              ? "POST /api/v1/connections"
              : "POST /v1/connect/connections",
          times: 1,
        },
      ]);
    },
    written: () => traces.join("\n"),
    async close() {
      for (const close of closers) await close();
      await api.close();
    },
  };
}
