import { describe, expect, it } from "vitest";
import type { AssembleInput } from "../../../../src/engine/diff/input.ts";
import { findDrift } from "../../../../src/engine/plan/drift.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  someInput,
  someRules,
} from "../../../support/engine-builders.ts";

function driftOf(parts: Partial<AssembleInput>) {
  return findDrift(someInput(parts));
}

describe("findDrift", () => {
  it("says per field who moved, whatever the documents say", () => {
    const report = driftOf({
      desired: [
        aDesired({
          fields: {
            "/scopes": ["a"],
            "/settings/timeout": 3,
            "/settings/prompt": "x",
          },
        }),
      ],
      live: [
        aLive({
          fields: {
            "/scopes": ["b"],
            "/settings/timeout": 2,
            "/settings/prompt": "x",
            "/settings/rate_limit": 9,
          },
        }),
      ],
      inventory: anInventory([
        anAppliedEntry({
          "/scopes": ["a"],
          "/settings/timeout": 1,
          "/settings/prompt": "y",
          "/settings/rate_limit": 1,
          "/lifecycle/protected": true,
        }),
      ]),
    });
    expect(report.checkedCount).toBe(1);
    expect(report.drifted).toMatchObject([
      { key: "mail", remoteId: "id-mail", provider: "gmail" },
    ]);
    expect(report.drifted[0]?.scopes).toEqual([
      {
        path: "/scopes",
        scope: "b",
        change: "gained",
        tier: "unclassified",
      },
      { path: "/scopes", scope: "a", change: "lost", tier: "unclassified" },
    ]);
    expect(report.drifted[0]?.fields).toEqual([
      {
        path: "/scopes",
        semantics: "set",
        class: "drift",
        last: ["a"],
        live: ["b"],
        desired: ["a"],
      },
      {
        path: "/settings/prompt",
        semantics: "scalar",
        class: "settled",
        last: "y",
        live: "x",
        desired: "x",
      },
      {
        path: "/settings/rate_limit",
        semantics: "scalar",
        class: "unmanaged",
        last: 1,
        live: 9,
      },
      {
        path: "/settings/timeout",
        semantics: "scalar",
        class: "conflict",
        last: 1,
        live: 2,
        desired: 3,
      },
    ]);
  });

  it("sees no drift in edits of the documents, defaults, ignored and local fields", () => {
    const report = driftOf({
      desired: [
        aDesired({
          fields: { "/scopes": ["new"] },
          lifecycle: { ignore: ["/settings/timeout"] },
        }),
      ],
      live: [
        aLive({
          fields: {
            "/scopes": ["a"],
            "/settings/timeout": 2,
            "/settings/rate_limit": 2,
            "/settings/prompt": "default",
          },
        }),
      ],
      inventory: anInventory([
        anAppliedEntry({
          "/scopes": ["a"],
          "/settings/timeout": 1,
          "/settings/rate_limit": 1,
        }),
      ]),
      local: new Map([["mail", new Set(["/settings/rate_limit"])]]),
    });
    expect(report.drifted).toEqual([]);
  });

  it("names what is gone, and what is nobody's, in order", () => {
    const entries = [
      anEntry({ key: "z" }),
      anEntry({ key: "b" }),
      anEntry({ key: "announced", remoteId: null, phase: "pending" }),
      anEntry({ key: "kept" }),
    ];
    const live = [
      aLive({ key: "b", remoteId: "id-stranger" }),
      aLive({ key: "kept" }),
    ];
    const report = driftOf({
      live,
      listed: [...live, aLive({ key: "a" })],
      inventory: anInventory(entries),
    });
    expect(report.missing).toEqual(["b", "z"]);
    expect(report.unmanaged.map((ref) => ref.key)).toEqual(["a", "b"]);
  });

  it("does not call a rename that was cut off a loss", () => {
    const entries = [
      anEntry({ key: "new", remoteId: "id-1", phase: "pending" }),
      anEntry({ key: "old", remoteId: "id-1" }),
    ];
    const report = driftOf({
      live: [aLive({ key: "new", remoteId: "id-1" })],
      inventory: anInventory(entries),
    });
    expect(report.missing).toEqual([]);
  });

  it("finds drift in owned connections that no document declares, sorted by key", () => {
    const keys = ["y", "x"];
    const report = driftOf({
      live: keys.map((key) => aLive({ key, fields: {} })),
      inventory: anInventory(
        keys.map((key) => anAppliedEntry({ "/scopes": ["a"] }, { key })),
      ),
    });
    expect(report.drifted.map((each) => each.key)).toEqual(["x", "y"]);
    expect(report.drifted[0]?.fields[0]).toEqual({
      path: "/scopes",
      semantics: "set",
      class: "unmanaged",
      last: ["a"],
    });
  });

  it("names the host of the inventory, of the target, or the embedded API", () => {
    expect(driftOf({ inventory: anInventory([]) }).apiHost).toBe("embedded");
    expect(
      driftOf({ rules: someRules({ target: "https://acme.example" }) }).apiHost,
    ).toBe("acme.example");
    expect(driftOf({}).apiHost).toBe("embedded");
  });
});
