import { describe, expect, it } from "vitest";
import { TransientError } from "../../../../src/domain/problem/error.ts";
import type { ConnectionsWriter } from "../../../../src/ports/connections-api.ts";
import { aDriverOverApi } from "../../../support/embedded-world.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";

const DESIRED = ["a", "b", "c"].map((key) =>
  aDesired({ key, fields: { "/scopes": ["read"] } }),
);
const LIMITS = { ...someRules().limits, maxDeletes: 1e6, maxChangeRatio: 1 };

interface Scene {
  readonly environment: TestEnvironment;
  readonly driver: ConnectionsWriter;
  /** Applies three creates through a driver that is changed like this. */
  readonly create: (
    changed: Partial<ConnectionsWriter>,
  ) => Promise<readonly (readonly unknown[])[]>;
}

async function aScene(): Promise<Scene> {
  const { driver } = await aDriverOverApi();
  const environment = aTestEnvironment(
    someRules({ prunes: true, limits: LIMITS }),
  );
  return {
    environment,
    driver,
    async create(changed) {
      const plan = await environment.plan(DESIRED, { api: driver });
      const api = { ...driver, ...changed };
      const { outcomes } = await environment.apply(plan, { api });
      return outcomes.map(({ key, status, code }) => [key, status, code]);
    },
  };
}

/** The list without one connection. */
const without = (driver: ConnectionsWriter, key: string) => ({
  async *listPages(signal: AbortSignal) {
    for await (const page of driver.listPages(signal))
      yield page.filter((listed) => listed.key !== key);
  },
});

describe("the end of a run", () => {
  it("finds out what the platform answered and does not keep", async () => {
    const { environment, driver, create } = await aScene();
    const outcomes = await create({
      ...without(driver, "b"),
      get: (listed, signal) =>
        listed.key === "b" ? Promise.resolve(null) : driver.get(listed, signal),
    });
    expect(outcomes).toEqual([
      ["a", "applied", undefined],
      ["b", "failed", "DRV090"],
      ["c", "applied", undefined],
    ]);
    const inventory = await environment.state.readInventory();
    expect(inventory?.entries.map(({ key, phase }) => [key, phase])).toEqual([
      ["a", "applied"],
      ["b", "pending"],
      ["c", "applied"],
    ]);
  });

  it("reads what the list does not show yet", async () => {
    const { driver, create } = await aScene();
    let reads = 0;
    const outcomes = await create({
      ...without(driver, "b"),
      get: (listed, signal) => {
        reads += 1;
        return driver.get(listed, signal);
      },
    });
    expect(outcomes.map(([, status]) => status)).toEqual([
      "applied",
      "applied",
      "applied",
    ]);
    expect(reads).toBe(1);
  });

  it("finds out a delete that did nothing", async () => {
    const { environment, driver, create } = await aScene();
    await create({});
    const plan = await environment.plan(DESIRED.slice(2), { api: driver });
    const { outcomes } = await environment.apply(plan, {
      api: {
        ...driver,
        execute: (request, signal) =>
          request.key === "a"
            ? Promise.resolve({
                remoteId: null,
                requestDigest: "sha256:0",
                shown: null,
              })
            : driver.execute(request, signal),
      },
    });
    expect(
      outcomes.map(({ key, status, code }) => [key, status, code]),
    ).toEqual([
      ["a", "failed", "DRV090"],
      ["b", "applied", undefined],
    ]);
  });

  it("rests on whole answers, and says so, where nothing can be listed", async () => {
    const { environment, create } = await aScene();
    const broken = new TransientError("DRV002", "no answer", {
      status: null,
      mayHaveCommitted: false,
    });
    const outcomes = await create({
      async *listPages() {
        throw broken;
      },
    });
    expect(outcomes.map(([, status]) => status)).toEqual([
      "applied",
      "applied",
      "applied",
    ]);
    expect(environment.events).toContainEqual(
      expect.objectContaining({
        kind: "notice",
        message: expect.stringContaining("no answer") as string,
      }),
    );
  });
});
