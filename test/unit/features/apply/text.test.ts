import { renderEvent } from "../../../../src/output/event-text.ts";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../../src/domain/state/outcome.ts";
import {
  renderRun,
  type RunSummary,
} from "../../../../src/features/apply/text.ts";
import {
  aFullOutcome,
  aFullReceipt,
  allEvents,
  friendly,
} from "../../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };

function run(parts: Partial<RunSummary>): string {
  return renderRun(
    { environment: "dev", result: "applied", outcomes: [], ...parts },
    STYLE,
  );
}

function bare(status: Outcome["status"]): Outcome {
  return { key: "a", action: "update", status, remoteId: null, steps: [] };
}

describe("renderRun", () => {
  it("counts every change under exactly one word", () => {
    const text = renderRun(
      { ...aFullReceipt(friendly), plannedCount: 6 },
      STYLE,
    );
    expect(text).toContain(
      "Partly applied to dev: 1 of 6 changes applied, 1 skipped, 1 failed, 1 unknown, 2 not started.\n",
    );
  });

  it("takes a receipt as it is", () => {
    expect(renderRun(aFullReceipt(friendly), STYLE)).toContain(
      "1 of 4 changes applied",
    );
  });

  it("needs no next step when everything was applied", () => {
    expect(run({ outcomes: [bare("applied")] })).toBe(
      "Applied to dev: 1 updated.\n",
    );
  });

  it("does not call it partly applied when nothing was", () => {
    expect(run({ result: "partial", outcomes: [bare("failed")] })).toMatch(
      /^Not applied to dev: 0 of 1 change applied, 1 failed\.$/mu,
    );
  });

  it("says when there was nothing to do", () => {
    expect(run({})).toBe("Nothing to apply. dev matches the documents.\n");
  });

  it("claims nothing of what cannot be read", () => {
    expect(run({ unreadable: ["odd"] })).toBe(
      "Nothing to apply to what can be read of dev.\nLeft alone, because the platform shows them in a way that cannot be used (DRV062): odd.\n",
    );
  });

  it("does not claim that of a run stopped before its first change", () => {
    const text = run({ result: "interrupted" });
    expect(text).toContain("Interrupted while applying to dev: 0 of 0 changes");
    expect(text).toContain("Next: run tieline apply dev again");
  });

  it("sends to a new plan when changes were only skipped", () => {
    expect(run({ outcomes: [bare("skipped")] })).toContain(
      "Next: run tieline plan dev to see what is left.\n",
    );
  });

  it("prints code, sentence and what was done already", () => {
    expect(
      run({ result: "partial", outcomes: [aFullOutcome(friendly, "failed")] }),
    ).toMatch(
      /^failed update "gmail-support"\n {2}DRV004: the API refused\n {2}steps already done: configure\n/u,
    );
  });

  it("says what an unknown change is", () => {
    expect(run({ result: "partial", outcomes: [bare("unknown")] })).toContain(
      "may or may not have taken effect",
    );
  });
});

describe("renderEvent", () => {
  it("is one line without a line feed", () => {
    const lines = allEvents(friendly).map((event) => renderEvent(event));
    expect(lines).toEqual([
      "reading what is live",
      "listed 30 connections",
      "read 3/30",
      'started update "gmail-support"',
      '  configure "gmail-support"',
      '1/4 failed update "gmail-support": DRV004: the API refused',
      "note: waiting for the API",
    ]);
  });

  it("gives no reason where there is none", () => {
    const outcome = bare("applied");
    expect(
      renderEvent({ kind: "change-finished", outcome, done: 1, total: 1000 }),
    ).toBe('1/1,000 applied update "a"');
  });
});
