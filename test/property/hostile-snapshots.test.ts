import { describe, expect, it } from "vitest";
import { readSnapshotFile } from "../../src/documents/check/snapshot-file.ts";
import type { Snapshot } from "../../src/domain/generated/snapshot.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import { createSnapshotApi } from "../../src/environment/snapshot/snapshot-api.ts";
import { inventoryOf } from "../../src/environment/snapshot/snapshot-state.ts";
import { takeSnapshot } from "../../src/environment/snapshot/take-snapshot.ts";
import { renderPlanHtml } from "../../src/features/plan/html.ts";
import { renderPlanMarkdown } from "../../src/features/plan/markdown.ts";
import { renderPlan } from "../../src/features/plan/text.ts";
import { PROPERTY_SEED } from "../support/arbitraries.ts";
import { aDesired } from "../support/engine-builders.ts";
import { mutationsOf } from "../support/mutations.ts";
import { aPlanWorld } from "../support/plan-world.ts";

const SHARE = 5;
const DOCUMENTS = [
  aDesired({ key: "adopted", fields: { "/scopes": ["mine"] } }),
  aDesired({
    key: "changed",
    fields: { "/scopes": ["b"], "/settings/base_headers": { "x-a": "1" } },
    secrets: { "/credentials/client_secret": "secret://changed/client_secret" },
  }),
  aDesired({ key: "new-name", lifecycle: { previous_ids: ["old-name"] } }),
  aDesired({ key: "moved", provider: "slack" }),
  aDesired({
    key: "through-acme",
    provider: "acme",
    authType: "custom",
    fields: { "/custom_provider/proxy_url": "https://two.example" },
  }),
];

describe("a snapshot that somebody wrote", () => {
  it("gives a plan or an error, whatever stands in it", async () => {
    const { environment } = await aPlanWorld();
    const { driver, state, clock } = environment;
    const snapshot = await takeSnapshot(
      {
        name: "dev",
        api: driver,
        state,
        clock,
        sink: { emit: () => undefined },
        signal: new AbortController().signal,
        toolVersion: "0.1.0",
        scrub: (text) => text,
      },
      () => true,
    );
    const root = JSON.parse(JSON.stringify(snapshot)) as JsonValue;
    const outcomes = new Set<string>();
    const all = mutationsOf(root).filter(
      (_, index) => index % SHARE === PROPERTY_SEED % SHARE,
    );
    for (const { name, value } of all) {
      const text = JSON.stringify(value);
      const { snapshot: read } = readSnapshotFile(text, "snapshot.json");
      if (read === undefined) outcomes.add("unread");
      else outcomes.add(await planned(read, name));
    }
    // Some are not read, some are planned from; nothing else than an error of ours comes up.
    expect([...outcomes].sort()).toContain("planned");
    expect(outcomes).toContain("unread");

    async function planned(read: Snapshot, name: string): Promise<string> {
      try {
        const inventory = inventoryOf(read);
        const plan = await environment.plan(DOCUMENTS, {
          api: {
            ...createSnapshotApi(read, { ...driver, desired: DOCUMENTS }),
            apiHost: driver.apiHost,
          },
          state: {
            place: "here",
            readInventory: () => Promise.resolve(inventory),
          },
        });
        renderPlan(plan, { color: false, width: 100 }, { verbose: true });
        renderPlanMarkdown(plan, { maxBytes: 60_000, whole: "", next: "" });
        renderPlanHtml(plan, { next: "" });
        return "planned";
      } catch (error) {
        if (error instanceof AppError) return error.code;
        throw new Error(name, { cause: error });
      }
    }
  });
});
