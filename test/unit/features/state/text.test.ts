import { describe, expect, it } from "vitest";
import { renderRollback } from "../../../../src/features/rollback/text.ts";
import {
  renderRebuild,
  renderState,
} from "../../../../src/features/state/text.ts";
import { anInventory } from "../../../contract/state-contract.ts";

const STYLE = { color: false, width: 80 };
const EMPTY = {
  environment: "dev",
  place: "refs/tieline/dev on origin",
  inventory: null,
  receiptCount: 0,
  lease: null,
  openRun: null,
};

describe("the state as text", () => {
  it("says that there is none", () => {
    expect(renderState(EMPTY, STYLE)).toBe(
      [
        "dev: state in refs/tieline/dev on origin",
        "inventory: none",
        "ledger: 0 receipts",
        "lease: nobody holds it",
        "",
      ].join("\n"),
    );
  });

  it("names what is owned, who holds the lease and which run is open", () => {
    const inventory = anInventory(3);
    const text = renderState(
      {
        ...EMPTY,
        inventory: {
          ...inventory,
          entries: [
            ...inventory.entries,
            ...inventory.entries.map((entry) => ({
              ...entry,
              key: "chat\u202e",
              remoteId: null,
              isProtected: false,
              phase: "pending" as const,
            })),
          ],
        },
        lease: {
          id: "l-1",
          actor: "ci",
          host: "runner",
          pid: 7,
          runId: "run-9",
          expiresAt: "2026-01-01T00:03:00.000Z",
        },
        openRun: {
          runId: "run-9",
          planDigest: "sha256:1",
          startedAt: "2026-01-01T00:00:00.000Z",
          finishedCount: 0,
          openKeys: [],
        },
      },
      STYLE,
    );
    expect(text).toContain(
      "lease: l-1, ci on runner, process 7, run run-9, until 2026-01-01T00:03:00.000Z\nopen run: run-9, started at",
    );
    expect(text).toContain(
      "  gmail (gmail, oauth2): conn_1, 2 fields, 1 secret, protected, applied at 2026-01-01T00:00:00.000Z\n",
    );
    expect(text).toContain(
      "  chat\\u{202e} (gmail, oauth2): no id yet, 2 fields, 1 secret, a write did not finish\n",
    );
  });

  it("shows a rebuilt inventory with what it leaves out", () => {
    const proposal = {
      environment: "dev",
      place: "x",
      apiHost: "acme.example",
      entries: anInventory(1).entries,
      left: [{ key: "chat", why: "it is not live" }],
      unmanaged: ["other"],
    };
    expect(renderRebuild(proposal, STYLE)).toBe(
      [
        "dev on acme.example, from live and the documents:",
        "  1 connection to take into the inventory: gmail",
        "  left out: chat: it is not live",
        "  not declared, left alone: other",
        "Nothing is written to the API. What was protected counts again only where the documents say so. Then: tieline plan dev",
        "",
      ].join("\n"),
    );
    expect(
      renderRebuild(
        { ...proposal, entries: [], left: [], unmanaged: [] },
        STYLE,
      ),
    ).toContain("  0 connections to take into the inventory\n");
  });
});

describe("a rollback as text", () => {
  const ROLLBACK = {
    environment: "dev",
    receipt: `sha256:${"a".repeat(64)}`,
    commit: "c".repeat(40),
    files: [{ path: "connections/mail.yaml", kind: "change" }],
    limits: ['"chat" was deleted since'],
    isWritten: false,
  };

  it("lists files and limits, and says what comes next", () => {
    expect(renderRollback(ROLLBACK, STYLE)).toBe(
      [
        "Back to receipt sha256:aaaaaaaaaaaa…, commit cccccccccccc",
        "1 file to write:",
        "  change connections/mail.yaml",
        "What this does not bring back, or does besides:",
        '  "chat" was deleted since',
        "Nothing was written. Add --write to write the files.",
        "",
      ].join("\n"),
    );
    expect(renderRollback({ ...ROLLBACK, isWritten: true }, STYLE)).toContain(
      "1 file written:\n",
    );
  });

  it("says that there is nothing to write", () => {
    expect(renderRollback({ ...ROLLBACK, files: [], limits: [] }, STYLE)).toBe(
      "Back to receipt sha256:aaaaaaaaaaaa…, commit cccccccccccc\nNo document differs from that commit.\n",
    );
  });
});
