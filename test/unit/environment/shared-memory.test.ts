import { describe, expect, it } from "vitest";
import { createScrubber } from "../../../src/domain/secret/scrubber.ts";
import { NO_ORDERS } from "../../../src/domain/reconcile/orders.ts";
import { openFleet } from "../../../src/environment/fleet.ts";
import { openReconcileStore } from "../../../src/environment/reconcile-store.ts";
import type { StateSettings } from "../../../src/domain/state/state.ts";
import { aRealFolder, snapshot } from "../../support/folder.ts";

const storeOf = (root: string, settings: StateSettings) =>
  openReconcileStore({ root, settings, env: {}, scrubber: createScrubber() });

describe("the memory of a reconciler", () => {
  it.each<StateSettings>([
    { backend: "file" },
    { backend: "git", remote: null, ref: "refs/tieline/dev" },
  ])("is on this machine with state in $backend", async (settings) => {
    const root = aRealFolder();
    const store = storeOf(root, settings);
    expect(await store.readOrders("dev")).toEqual(NO_ORDERS);
    expect(snapshot(root)).toEqual({});
    await store.changeOrders("dev", (orders) => orders);
    expect(Object.keys(snapshot(root))).toContain(
      ".tieline/reconcile/dev/orders.json",
    );
  });

  it("is in the database with state there, and so are the ticks of a fleet", async () => {
    const settings = { backend: "postgres", schema: "tieline" } as const;
    const noAddress = { code: "STA040" };
    await expect(
      storeOf(aRealFolder(), settings).readOrders("dev"),
    ).rejects.toMatchObject(noAddress);
    const fleet = openFleet({
      schema: "tieline",
      env: {},
      scrubber: createScrubber(),
    });
    await expect(
      fleet.start(["dev"], () => Promise.resolve(0)),
    ).rejects.toMatchObject(noAddress);
    await fleet.stop();
  });
});
