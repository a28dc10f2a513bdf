import { describe, expect, it } from "vitest";
import {
  orderLine,
  tickLine,
} from "../../../../src/features/page/tick-line.ts";
import { plainOutput } from "../../../../src/util/plain-text.ts";
import {
  aFullStatus,
  aQuietStatus,
  SAMPLE_DIGEST,
  SAMPLE_NOW,
} from "../../../support/reconcile-samples.ts";
import { friendly } from "../../../support/render-samples.ts";

describe("the line of a tick", () => {
  it("tells what a machine looks for", () => {
    expect(
      JSON.parse(tickLine(aFullStatus("prod", friendly), "json")),
    ).toMatchObject({
      time: "2026-01-01T11:55:00.000Z",
      level: "warn",
      environment: "prod",
      result: "in-sync",
      reason: "interval",
      duration_ms: 0,
      requests: 2,
      drifted: 2,
      pending: SAMPLE_DIGEST,
      problems: [{ code: "DRV007", message: "the platform does not answer" }],
    });
  });

  it.each(["json", "text"] as const)(
    "is one line as %s, whatever it tells of",
    (format) => {
      const evil = (label: string) =>
        `${label}\n\u001b[2J\u202e::error::{"a":"b"}`;
      for (const line of [
        tickLine(aFullStatus(evil("prod"), evil), format),
        orderLine(
          { environment: evil("prod"), by: "a", what: evil("x") },
          SAMPLE_NOW,
          format,
        ),
      ]) {
        expect(line.endsWith("\n")).toBe(true);
        expect(line.slice(0, -1)).not.toContain("\n");
        expect(plainOutput(line, { isPainted: false })).toBe(line);
      }
    },
  );

  it("says what went wrong as an error, and nothing before the first tick", () => {
    const failed = aQuietStatus("dev");
    const { lastTick } = failed;
    const line = tickLine(
      { ...failed, lastTick: lastTick && { ...lastTick, result: "failed" } },
      "text",
    );
    expect(line).toContain(" error dev: failed ");
    expect(tickLine(aQuietStatus("dev", { lastTick: null }), "json")).toBe("");
  });
});
