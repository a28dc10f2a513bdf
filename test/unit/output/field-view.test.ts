import { describe, expect, it } from "vitest";
import type {
  PlanFieldChange,
  PlanSecretChange,
} from "../../../src/domain/generated/plan.ts";
import {
  CLASS_WORDS,
  fieldView,
  secretView,
} from "../../../src/output/field-view.ts";

function aField(parts: Partial<PlanFieldChange>): PlanFieldChange {
  return {
    path: "/a",
    class: "edit",
    effect: "write",
    semantics: "scalar",
    ...parts,
  };
}

describe("fieldView", () => {
  it.each(["edit", "drift", "conflict", "unmanaged", "settled"] as const)(
    "says in words who moved: %s",
    (fieldClass) => {
      const view = fieldView(aField({ class: fieldClass }), "update");
      expect(view.reason).toBe(CLASS_WORDS[fieldClass]);
    },
  );

  it("gives no reason where everything is new", () => {
    const view = fieldView(aField({ after: 1 }), "create");
    expect(view.reason).toBeNull();
    expect(view.difference).toEqual({ kind: "new", value: 1 });
  });

  it("keeps absent and null apart", () => {
    const emptied = fieldView(aField({ before: 1, after: null }), "update");
    expect(emptied.difference).toEqual({
      kind: "value",
      before: 1,
      after: null,
    });
    const gone = fieldView(aField({ before: 1 }), "update");
    expect(gone.difference).toEqual({ kind: "value", before: 1 });
    const set = fieldView(aField({ after: 1 }), "update");
    expect(set.difference).toEqual({ kind: "value", after: 1 });
  });

  it("tells a set by its members", () => {
    const field = aField({ semantics: "set", before: ["a"], after: ["b"] });
    expect(fieldView(field, "update").difference).toEqual({
      kind: "set",
      added: ["b"],
      removed: ["a"],
    });
  });

  it("falls back to values for a set that must be empty", () => {
    const field = aField({ semantics: "set", before: ["a"], after: null });
    expect(fieldView(field, "update").difference.kind).toBe("value");
  });

  it("does not show a field that is let go as removed", () => {
    const field = aField({
      class: "unmanaged",
      semantics: "set",
      before: ["a"],
    });
    expect(fieldView(field, "update").difference).toEqual({
      kind: "stays",
      value: ["a"],
    });
    expect(
      fieldView(aField({ class: "unmanaged" }), "update").difference,
    ).toEqual({ kind: "stays" });
  });

  it("shows the end of what only the inventory keeps, where its line goes", () => {
    const field = aField({
      path: "/lifecycle/protected",
      class: "unmanaged",
      effect: "record",
      last_applied: true,
    });
    expect(fieldView(field, "update").difference).toEqual({
      kind: "value",
      before: true,
    });
  });

  it("does not say of what is taken over that a document was edited", () => {
    expect(fieldView(aField({ before: 1, after: 2 }), "adopt").reason).toBe(
      null,
    );
    expect(
      fieldView(aField({ class: "settled", before: 1, after: 1 }), "adopt")
        .reason,
    ).toBe(CLASS_WORDS.settled);
  });

  it("adds the last applied value only where all three differ", () => {
    const values = { before: 1, after: 2, last_applied: 3 };
    const conflict = aField({ class: "conflict", ...values });
    expect(fieldView(conflict, "update").lastApplied).toBe(3);
    const drift = aField({ class: "drift", ...values });
    expect(fieldView(drift, "update")).not.toHaveProperty("lastApplied");
  });

  it("says where a field is set and whether it is sent", () => {
    const view = fieldView(
      aField({
        effect: "record",
        location: { file: "a.yaml", line: 3, column: 1 },
      }),
      "update",
    );
    expect(view).toMatchObject({ place: "a.yaml:3", isOnlyRecorded: true });
  });
});

describe("secretView", () => {
  const before = "v1.k1.7c1e5d0a9b";
  const after = "v1.k1.91ab22f0c3";
  const sentence = (
    parts: Partial<PlanSecretChange>,
    steps: readonly ("configure" | "record")[] = ["configure"],
  ): string =>
    secretView(
      { path: "/s", reference: "env://S", state: "changed", ...parts },
      steps,
    ).sentence;

  it("shows four digits of each fingerprint", () => {
    expect(sentence({ before, after })).toBe("changed (fp 7c1e… -> 91ab…)");
  });

  it("does not call a value that is new here a change", () => {
    expect(sentence({ after })).toBe("set (fp 91ab…)");
    expect(sentence({})).toBe("set");
  });

  it("does not call the same value a change where a replacement sends it again", () => {
    expect(sentence({ before: after, after })).toBe(
      "the same value, sent again (fp 91ab…)",
    );
    expect(sentence({ before })).toBe(
      "sent again (no key here to compare with)",
    );
  });

  it("says unchanged", () => {
    expect(sentence({ state: "unchanged", before, after })).toBe("unchanged");
  });

  it("says of one that cannot be compared why, and that it is rewritten", () => {
    expect(sentence({ state: "unknown" })).toBe(
      "rewritten (no key here to compare with)",
    );
    expect(sentence({ state: "unknown", after })).toBe(
      "rewritten (nothing to compare with)",
    );
  });

  it("does not say so when the change writes no secret", () => {
    expect(sentence({ state: "unknown" }, ["record"])).toBe(
      "unknown (no key here to compare with)",
    );
  });
});
