import { describe, expect, it } from "vitest";
import { type DriftReport, hasDrift } from "../../../../src/domain/drift.ts";
import { renderDrift } from "../../../../src/features/drift/text.ts";
import { aFullDriftReport, friendly } from "../../../support/render-samples.ts";

const STYLE = { color: false, width: 80 };
const none: DriftReport = {
  ...aFullDriftReport(friendly),
  drifted: [],
  missing: [],
  unreadable: [],
  unmanaged: [],
};

describe("renderDrift", () => {
  it("says that there is none, and in detail that secrets were not compared", () => {
    const sentence =
      "No drift. 12 owned connections of dev at embedded are as last applied.\n";
    expect(renderDrift(none, STYLE)).toBe(sentence);
    expect(renderDrift(none, STYLE, { verbose: true })).toBe(
      `${sentence}\nSecrets are not compared: the platform does not show them.\n`,
    );
  });

  it("claims nothing of what cannot be read", () => {
    const unreadable = [{ key: "odd", why: "it says two things" }];
    const text = renderDrift({ ...none, unreadable }, STYLE);
    expect(text).toContain("No drift in what can be read. 12 owned");
    expect(text).toContain(
      "? odd\n    cannot be read (DRV062), so nothing is known",
    );
  });

  it("speaks of one connection as one", () => {
    expect(renderDrift({ ...none, checkedCount: 1 }, STYLE)).toContain(
      "1 owned connection of dev at embedded is as",
    );
  });

  it("does not count unmanaged connections as drift", () => {
    const ref = { key: "a", remoteId: "conn_1", provider: "gmail" };
    const report = { ...none, unmanaged: [ref, ref] };
    expect(hasDrift(report)).toBe(false);
    expect(renderDrift(report, STYLE)).toContain(
      "2 live connections are not managed here: a, a",
    );
  });

  it("names only what there is", () => {
    const gone = { ...none, missing: ["jira"] };
    expect(renderDrift(gone, STYLE)).toContain(
      "12 owned connections, 1 gone\n",
    );
    const changed = { ...aFullDriftReport(friendly), missing: [] };
    expect(renderDrift(changed, STYLE)).toContain("connections, 1 changed\n");
  });

  it("tells of a conflict what the documents ask for", () => {
    expect(renderDrift(aFullDriftReport(friendly), STYLE)).toContain(
      'the documents ask for "desired agent"',
    );
  });
});
