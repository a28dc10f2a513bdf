import { describe, expect, it } from "vitest";
import { intentDigest } from "../../../../src/engine/diff/fingerprint.ts";
import { PLAN_FORMAT } from "../../../../src/engine/plan/plan.ts";
import { describeScopes } from "../../../../src/engine/meaning/scopes.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anInventory,
  onlyChange,
  planOf,
} from "../../../support/engine-builders.ts";

const GOOGLE = "https://www.googleapis.com/auth/";

describe("scopes of a plan", () => {
  it("names what a standing connection gains and loses, sorted, with what it means", () => {
    const live = { "/scopes": [`${GOOGLE}gmail.readonly`, "kept"] };
    const desired = { "/scopes": ["kept", "x.read", `${GOOGLE}gmail.send`] };
    const plan = planOf({
      desired: [aDesired({ fields: desired })],
      live: [aLive({ fields: live })],
      inventory: anInventory([anAppliedEntry(live)]),
    });
    expect(plan.format_version).toBe(PLAN_FORMAT);
    expect(onlyChange(plan).scopes).toEqual([
      {
        path: "/scopes",
        scope: `${GOOGLE}gmail.send`,
        change: "gained",
        tier: "sensitive",
        meaning: "send mail as the user",
      },
      {
        path: "/scopes",
        scope: "x.read",
        change: "gained",
        tier: "unclassified",
      },
      {
        path: "/scopes",
        scope: `${GOOGLE}gmail.readonly`,
        change: "lost",
        tier: "sensitive",
        meaning: "read all mail and settings",
      },
    ]);
  });

  it("names what a new connection asks for, though nobody holds a grant of it yet", () => {
    const change = onlyChange(
      planOf({
        desired: [
          aDesired({
            provider: "slack",
            fields: {
              "/scopes": ["chat:write"],
              "/settings/optional_scopes": {
                field_name: "optional_scope",
                scopes: ["channels:history"],
              },
            },
          }),
        ],
      }),
    );
    expect(
      change.scopes?.map(({ path, change: way, tier }) => [path, way, tier]),
    ).toEqual([
      ["/scopes", "gained", "read-write"],
      ["/settings/optional_scopes", "gained", "sensitive"],
    ]);
    expect(change.risks.map(({ code, level }) => [code, level])).toEqual([
      ["scope.requested", "warning"],
    ]);
  });

  it("leaves the member out where no scope moves", () => {
    const change = onlyChange(
      planOf({ desired: [aDesired({ fields: { "/settings/timeout": 3 } })] }),
    );
    expect(change).not.toHaveProperty("scopes");
  });

  it("gives what is lost the meaning it had at the provider of before", () => {
    const live = { "/scopes": ["repo"] };
    const change = onlyChange(
      planOf({
        desired: [
          aDesired({ provider: "gitlab", fields: { "/scopes": ["api"] } }),
        ],
        live: [
          aLive({
            provider: "github",
            fields: { "/provider": "github", ...live },
          }),
        ],
        inventory: anInventory([
          anAppliedEntry(
            { "/provider": "github", ...live },
            { provider: "github" },
          ),
        ]),
      }),
    );
    expect(change.scopes).toMatchObject([
      { scope: "api", change: "gained", tier: "admin" },
      {
        scope: "repo",
        change: "lost",
        meaning: expect.stringContaining("private ones too") as string,
      },
    ]);
  });

  it("does the same whatever we say that scopes mean", () => {
    const plan = planOf({
      desired: [aDesired({ fields: { "/scopes": ["a"] } })],
    });
    const reworded = {
      ...plan,
      changes: plan.changes.map((change) => ({ ...change, scopes: [] })),
    };
    expect(intentDigest(reworded)).toBe(plan.intent_digest);
  });
});

describe("describeScopes", () => {
  it("says what is unknown or reaches far before it counts the rest", () => {
    const scopes = Array.from({ length: 7 }, (_, index) => ({
      scope: `s${String(index)}`,
      tier: index === 6 ? ("admin" as const) : ("read-only" as const),
      meaning: `do ${String(index)}`,
    }));
    expect(
      describeScopes([...scopes, { scope: "u", tier: "unclassified" }]),
    ).toBe(
      '"u" (unclassified), do 6 (admin), do 0 (read-only), do 1 (read-only), do 2 (read-only) and 3 more',
    );
  });
});
