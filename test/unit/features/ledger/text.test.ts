import { describe, expect, it } from "vitest";
import type { Receipt } from "../../../../src/domain/state/ledger.ts";
import type { Origin } from "../../../../src/features/ledger/report.ts";
import {
  renderBlame,
  renderLedger,
  renderReceipt,
  renderVerdict,
} from "../../../../src/features/ledger/text.ts";

const STYLE = { color: false, width: 80 };
const DIGEST = `sha256:${"a".repeat(64)}`;
const RECEIPT: Receipt = {
  formatVersion: "1.0",
  kind: "receipt",
  runId: "run-1",
  environment: "prod",
  apiHost: "acme.example",
  planDigest: `sha256:${"b".repeat(64)}`,
  commit: "c".repeat(40),
  actor: "alex\u001b[31m",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T00:00:09.000Z",
  result: "partial",
  outcomes: [
    {
      key: "mail\nevil",
      action: "update",
      status: "applied",
      isReadBack: true,
      remoteId: "1",
      steps: [{ step: "configure", requestDigest: DIGEST }],
    },
    {
      key: "chat",
      action: "create",
      status: "failed",
      code: "DRV004",
      message: "the API refused it",
      remoteId: null,
      steps: [],
    },
  ],
  previous: null,
  digest: DIGEST,
};
const ORIGIN: Origin = {
  receipt: DIGEST,
  planDigest: RECEIPT.planDigest,
  commit: null,
  actor: "alex",
  at: RECEIPT.finishedAt,
  action: "update",
};

describe("the ledger as text", () => {
  it("has one line for each run", () => {
    expect(renderLedger([RECEIPT], STYLE)).toBe(
      "sha256:aaaaaaaaaaaa… 2026-01-01T00:00:09.000Z partial by alex\\u{1b}[31m: 1 of 2 changes, commit cccccccccccc, plan sha256:bbbbbbbbbbbb…\n",
    );
    expect(renderLedger([], STYLE)).toBe("Nothing was applied yet.\n");
  });

  it("shows a run with every outcome, and nothing that acts on a terminal", () => {
    const text = renderReceipt(RECEIPT, STYLE);
    expect(text).toContain(
      "applied update mail\\nevil, settled by reading back\n  configure sha256:aaaaaaaaaaaa…\n",
    );
    expect(text).toContain("failed DRV004 create chat\n  the API refused it\n");
    expect(text).toContain("previous:    none: the first one\n");
    expect(text).not.toContain("\u001b");
    const empty = { ...RECEIPT, outcomes: [], commit: null };
    expect(renderReceipt(empty, STYLE)).toContain("No change was begun.");
  });

  it("says whether it holds together", () => {
    const verdict = {
      place: "refs/tieline/prod",
      receiptCount: 3,
      checkedAgainstPlan: 3,
      findings: [],
    };
    expect(renderVerdict(verdict, STYLE)).toBe(
      "The ledger in refs/tieline/prod holds together: 3 receipts, 3 compared with the plan\n",
    );
    const finding = {
      code: "STA014",
      severity: "error",
      line: 2,
      receipt: DIGEST,
      message: "it was altered",
    } as const;
    const note = { ...finding, severity: "note" } as const;
    expect(
      renderVerdict({ ...verdict, findings: [finding, note] }, STYLE),
    ).toBe(
      [
        "error STA014: receipt 2 (sha256:aaaaaaaaaaaa…): it was altered",
        "note STA014: receipt 2 (sha256:aaaaaaaaaaaa…): it was altered",
        "The ledger in refs/tieline/prod does not hold together: 1 error in 3 receipts",
        "",
      ].join("\n"),
    );
  });

  it("names the origin of values, of secrets without any value, and of what is not known", () => {
    const text = renderBlame(
      {
        environment: "prod",
        connection: "mail",
        lines: [
          {
            path: "/scopes",
            kind: "field",
            value: ["a"],
            isLetGo: false,
            origin: ORIGIN,
          },
          { path: "/owner", kind: "field", isLetGo: true, origin: ORIGIN },
          {
            path: "/credentials/client_secret",
            kind: "secret",
            isLetGo: false,
            origin: ORIGIN,
          },
        ],
        unknown: [ORIGIN],
        doubtful: [ORIGIN],
      },
      STYLE,
    );
    const origin =
      "update at 2026-01-01T00:00:09.000Z by alex, no commit, plan sha256:bbbbbbbbbbbb…, receipt sha256:aaaaaaaaaaaa…";
    expect(text).toBe(
      [
        '/scopes: ["a"]',
        `  ${origin}`,
        "/owner: let go",
        `  ${origin}`,
        "/credentials/client_secret: a secret",
        `  ${origin}`,
        `unknown: ${origin} changed it too; its plan is not stored`,
        `doubtful: ${origin} did not end well and may have set something`,
        "",
      ].join("\n"),
    );
    expect(
      renderBlame(
        {
          environment: "prod",
          connection: "x",
          lines: [],
          unknown: [],
          doubtful: [],
        },
        STYLE,
      ),
    ).toBe("No recorded run set anything of that in x of prod.\n");
  });
});
