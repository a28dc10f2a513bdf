import { describe, expect, it } from "vitest";
import { givenApprovals } from "../../../../src/engine/reconcile/given-approvals.ts";

/** What is missing after these people approved. */
function missing(
  people: readonly string[],
  rule: { readonly count: number; readonly by: readonly string[] | null },
): string | null {
  const approvals = people.map((by) => ({
    intentDigest: "sha256:a",
    by,
    at: "",
  }));
  return givenApprovals("sha256:a", approvals, [rule]).missing;
}

describe("approvals that people gave to a reconciler", () => {
  it("are asked of one person where the rule asks for a merged pull request alone", () => {
    expect(missing([], { count: 0, by: null })).not.toBeNull();
    expect(missing(["alex"], { count: 0, by: null })).toBeNull();
  });

  it.each(["codeowners", "team/security", "@team/security"])(
    "do not count of somebody who is called %s, as a rule calls many",
    (name) => {
      const rule = { count: 1, by: [name, "alex"] };
      expect(missing([name], rule)).not.toBeNull();
      expect(missing([name, "alex"], rule)).toBeNull();
    },
  );

  it("count each person once, and only for the plan they name", () => {
    expect(missing(["alex", "alex"], { count: 2, by: null })).not.toBeNull();
    const other = { intentDigest: "sha256:b", by: "alex", at: "" };
    expect(
      givenApprovals("sha256:a", [other], [{ count: 1, by: null }]).missing,
    ).not.toBeNull();
  });
});
