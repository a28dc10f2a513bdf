import { describe, expect, it } from "vitest";
import type { InventoryEntry } from "../../../../src/domain/state/inventory.ts";
import type { StatusReport } from "../../../../src/features/status/report.ts";
import { renderStatus } from "../../../../src/features/status/text.ts";
import {
  aFullReceipt,
  aFullStatusReport,
  friendly,
} from "../../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };
const anEntry: InventoryEntry = {
  key: "gmail",
  remoteId: "conn_1",
  provider: "gmail",
  authType: "oauth2",
  lastApplied: {},
  secrets: {},
  isProtected: false,
  phase: "applied",
  appliedAt: "2026-01-02T03:04:05Z",
  planDigest: "sha256:ab",
};

function status(
  entries: readonly InventoryEntry[],
  parts: Partial<StatusReport> = {},
): string {
  const inventory = {
    formatVersion: "1.0" as const,
    environment: "dev",
    apiHost: "embedded",
    stateId: "state",
    serial: 1,
    entries,
  };
  return renderStatus(
    {
      ...aFullStatusReport(friendly),
      openRun: null,
      receipts: [],
      live: [],
      inventory,
      ...parts,
    },
    STYLE,
  );
}

const listed = {
  key: "gmail",
  remoteId: "conn_1",
  provider: "gmail",
  authType: "oauth2",
  status: "COMPLETED",
  isEnabled: false,
};

describe("renderStatus", () => {
  it("says what the platform says about an owned connection", () => {
    expect(status([anEntry], { live: [listed] })).toContain(
      "gmail (gmail, oauth2): inactive (disabled, COMPLETED), applied at",
    );
  });

  it("tells gone from not asked", () => {
    expect(status([anEntry])).toContain("gone from the platform");
    expect(status([anEntry], { live: null })).toContain("platform not asked");
  });

  it("tells a create without an answer, and does not call its connection foreign", () => {
    const pending = { ...anEntry, remoteId: null, phase: "pending" as const };
    const text = status([pending], { live: [listed] });
    expect(text).toContain("no answer to its creation yet");
    expect(text).toContain("a write did not finish");
    expect(text).not.toContain("not managed here");
  });

  it("names live connections that are not owned", () => {
    expect(status([], { live: [listed] })).toContain(
      "1 live connection is not managed here: gmail",
    );
    const other = { ...listed, key: "slack", remoteId: "conn_2" };
    expect(status([], { live: [listed, other] })).toContain(
      "2 live connections are not managed here: gmail, slack",
    );
  });

  it("says so before the first apply", () => {
    const text = status([], { inventory: null });
    expect(text).toContain("nothing was applied yet");
    expect(text).toContain("No connection is owned here.");
  });

  it("says how to continue an open run", () => {
    const { openRun } = aFullStatusReport(friendly);
    const text = status([], { openRun });
    expect(text).toContain("open run: run-2");
    expect(text).toContain("begun: jira");
    expect(text).toContain("run tieline apply dev; it continues");
  });

  it("names nothing of an open run that began nothing", () => {
    const { openRun } = aFullStatusReport(friendly);
    const empty = openRun === null ? null : { ...openRun, openKeys: [] };
    expect(status([], { openRun: empty })).not.toContain("begun:");
  });

  it("lists two hundred connections and five runs, and counts the rest", () => {
    const entries = Array.from({ length: 203 }, (_, index) => ({
      ...anEntry,
      key: `c${String(index)}`,
    }));
    const receipts = Array.from({ length: 9 }, () => aFullReceipt(friendly));
    const text = status(entries, { receipts });
    expect(text).toContain("203 owned connections:");
    expect(text).toContain("\n  3 more\n");
    expect(text.match(/partial by ci/gu)).toHaveLength(5);
  });
});
