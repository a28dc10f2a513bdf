import { describe, expect, it, onTestFinished } from "vitest";
import { observe } from "../../src/environment/api/observe.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { startEmbedded } from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import { createFakeClock } from "../support/clock.ts";
import { aWorld, type World } from "../support/embedded-world.ts";

describe("reading live", () => {
  it.each([1, 30, 31, 95])(
    "of %d connections costs a page for each 30, one read each and one token",
    async (count) => {
      const clock = createFakeClock();
      const api = await startEmbedded({
        clientId: "client",
        clientSecret: "client-secret",
        clock,
        catalogue: CATALOGUE,
      });
      onTestFinished(() => api.close());
      const keys = Array.from({ length: count }, (_, i) => `c-${String(i)}`);
      for (const key_id of keys)
        api.seedConnection({ key_id, provider_key: "GMAIL", type: "OAUTH" });
      const http = createHttpClient({
        origin: api.origin,
        clock,
        limits: { concurrency: 8, requestsPerSecond: 1e6, timeoutMs: 5_000 },
        scrub: (text) => text,
        userAgent: "tieline/test",
      });
      onTestFinished(() => http.close());
      const driver = createScalekitDriver({
        http,
        clock,
        catalogue: CATALOGUE,
        apiHost: "embedded",
        credentials: {
          clientId: "client",
          clientSecret: new Secret("client-secret"),
        },
      });
      const { live } = await observe(
        driver,
        new Set(keys),
        { emit: () => undefined },
        new AbortController().signal,
      );
      expect(live).toHaveLength(count);
      expect(api.requests().length).toBeLessThanOrEqual(
        Math.ceil(count / 30) + count + 1,
      );
      expect(api.requests().some(({ isWrite }) => isWrite)).toBe(false);
    },
  );
});

describe("a plan", () => {
  const PATH = "/api/v1/connected_accounts";
  const keys = Array.from({ length: 45 }, (_, i) => `c-${String(i)}`);
  const documents = (scope: string) =>
    keys.map((connection_id) => ({
      connection_id,
      provider: "slack",
      auth_type: "oauth2",
      scopes: [scope],
    }));

  async function changedWorld(): Promise<World> {
    const world = await aWorld();
    const { result } = await world.apply(documents("users:read"));
    expect(result).toBe("applied");
    for (const key of keys) world.api.seedAccounts(key, 2);
    return world;
  }

  async function accountRequests(world: World): Promise<number> {
    const before = world.exchanges.length;
    const { changes } = await world.plan(documents("team:read"));
    expect(changes).toHaveLength(45);
    for (const { key, impact } of changes)
      expect(impact).toMatchObject({
        connected_accounts: key === "c-7" ? expect.any(Number) : 2,
      });
    return world.exchanges.slice(before).filter(({ path }) => path === PATH)
      .length;
  }

  it("asks for the accounts of twenty changed connections at once", async () => {
    expect(await accountRequests(await changedWorld())).toBe(3);
  });

  it("asks a few times more where one connection has very many accounts", async () => {
    const world = await changedWorld();
    world.api.seedAccounts("c-7", 498);
    expect(await accountRequests(world)).toBeLessThanOrEqual(5);
  });
});
