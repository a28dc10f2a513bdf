import { describe, expect, it } from "vitest";
import { coversPlan } from "../../../../src/engine/diff/covers.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  planOf,
} from "../../../support/engine-builders.ts";

const MAIL = aDesired({ fields: { "/scopes": ["a", "b"] } });
const pendingMail = (scopes: string[]) => ({
  desired: [MAIL],
  live: [aLive({ fields: { "/scopes": scopes } })],
  inventory: anInventory([
    { ...anAppliedEntry({ "/scopes": ["a", "b"] }), phase: "pending" as const },
  ]),
});

describe("an approved plan", () => {
  it("covers what is left of a create that was cut off", () => {
    const approved = planOf({ desired: [MAIL] });
    expect(coversPlan(approved, approved)).toBe(true);
    expect(coversPlan(approved, planOf(pendingMail([])))).toBe(true);
    expect(coversPlan(approved, planOf(pendingMail(["a", "b"])))).toBe(true);
  });

  it("does not cover another connection, or the same one with another result", () => {
    const approved = planOf({ desired: [MAIL] });
    const more = planOf({ desired: [MAIL, aDesired({ key: "chat" })] });
    expect(coversPlan(approved, more)).toBe(false);
    const other = aDesired({ fields: { "/scopes": ["a", "b", "admin"] } });
    expect(coversPlan(approved, planOf({ desired: [other] }))).toBe(false);
  });

  it("of an update covers only the fields it showed", () => {
    const desired = [
      aDesired({ fields: { "/scopes": ["b"], "/settings/timeout": 9 } }),
    ];
    const withLive = (scopes: string[], timeout: number) =>
      planOf({
        desired,
        live: [
          aLive({
            fields: { "/scopes": scopes, "/settings/timeout": timeout },
          }),
        ],
        inventory: anInventory([
          anAppliedEntry({ "/scopes": ["a"], "/settings/timeout": 9 }),
        ]),
      });
    const approved = withLive(["a"], 9);
    expect(coversPlan(approved, withLive(["a"], 9))).toBe(true);
    // Someone moved the timeout meanwhile: undoing that was never approved.
    expect(coversPlan(approved, withLive(["a"], 30))).toBe(false);
  });

  it("never makes a delete out of anything else", () => {
    const owned = { live: [aLive()], inventory: anInventory([anEntry()]) };
    const keep = planOf({ ...owned, desired: [MAIL] });
    const drop = planOf({ ...owned, desired: [aDesired({ key: "chat" })] });
    expect(coversPlan(keep, drop)).toBe(false);
    expect(coversPlan(drop, keep)).toBe(false);
  });

  it("does not cover a plan that a guard refuses now", () => {
    const approved = planOf({ desired: [MAIL] });
    const refused = {
      ...approved,
      findings: [
        { code: "PLN112", level: "refuse" as const, message: "frozen" },
      ],
    };
    expect(coversPlan(approved, refused)).toBe(false);
  });
});
