import { describe, expect, it } from "vitest";
import { createProviderWrites } from "../../../../src/features/apply/provider-writes.ts";
import type { LiveConnection } from "../../../../src/domain/connection.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";
import { fingerprint } from "../../../../src/engine/diff/fingerprint.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import { aTestEnvironment } from "../../../support/environment.ts";

const RULES = someRules({ prunes: true });

function user(key: string, proxyUrl: string) {
  return aDesired({
    key,
    provider: "acme",
    authType: "custom",
    fields: {
      "/custom_provider/display_name": "Acme",
      "/custom_provider/proxy_url": proxyUrl,
      "/custom_provider/auth_patterns": [{ type: "API_KEY" }],
    },
  });
}

describe("a custom provider that two connections share", () => {
  it("is changed in one run, and neither connection counts as changed by someone else", async () => {
    const environment = aTestEnvironment(RULES);
    const declared = (url: string) => [user("a", url), user("b", url)];
    await environment.apply(
      await environment.plan(declared("https://one.example")),
    );
    const next = declared("https://two.example");
    const plan = await environment.plan(next);
    expect(plan.changes.map(({ steps }) => steps)).toEqual([
      ["update_provider", "record"],
      ["update_provider", "record"],
    ]);
    const result = await environment.apply(plan);
    expect(result.outcomes.map(({ status }) => status)).toEqual([
      "applied",
      "applied",
    ]);
    expect((await environment.plan(next)).changes).toEqual([]);
  });

  it("is part of the fingerprint", () => {
    expect(fingerprint(aLive({ proxy_url: "x" }))).not.toBe(
      fingerprint(aLive({ proxy_url: "y" })),
    );
  });
});

describe("provider writes", () => {
  const before = aLive({ proxy_url: "one" });
  const after = aLive({ proxy_url: "two" });

  it("undo what the run did, through several writes", () => {
    const writes = createProviderWrites();
    writes.note(before, after);
    expect(fingerprint(writes.undone(after))).toBe(fingerprint(before));
    const later = aLive({ proxy_url: "three" });
    writes.note(after, later);
    expect(fingerprint(writes.undone(later))).toBe(fingerprint(before));
  });

  it("hide nothing that somebody else did", () => {
    const writes = createProviderWrites();
    writes.note(before, after);
    const touched = aLive({ proxy_url: "two", description: "by hand" });
    expect(writes.undone(touched)).toBe(touched);
    const elsewhere = { ...after, provider: "other" };
    expect(writes.undone(elsewhere)).toBe(elsewhere);
  });

  it("know nothing of a write that was not read back", () => {
    const writes = createProviderWrites();
    writes.note(before, null);
    expect(writes.undone(after)).toBe(after);
  });
});

function aLive(shared: JsonObject): LiveConnection {
  return {
    key: "a",
    remoteId: "conn_1",
    provider: "acme",
    authType: "custom",
    status: "COMPLETED",
    isEnabled: true,
    fields: {},
    computed: {},
    observed: {},
    shared,
  };
}
