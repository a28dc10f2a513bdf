import { describe, expect, it } from "vitest";
import { decodeLive } from "../../../../src/drivers/scalekit/codec.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";

function unknownOf(oauth_config: JsonObject): readonly string[] | undefined {
  return decodeLive(
    {
      id: "conn_1",
      keyId: "mail",
      providerKey: "GMAIL",
      type: "OAUTH",
      status: "COMPLETED",
      isEnabled: true,
      raw: { id: "conn_1", oauth_config },
    },
    { slug: "gmail" },
  ).unknown;
}

describe("settings of a later version of the API", () => {
  it("are named, in groups too", () => {
    expect(
      unknownOf({
        client_id: "one",
        later: 1,
        extensions: { smart: { aud: "x" }, newer: { on: true } },
      }),
    ).toEqual(["extensions.newer", "later"]);
  });

  it("are not those that are known, server-made, secret or empty", () => {
    expect(
      unknownOf({
        client_secret: "****",
        redirect_uri: "https://x.example",
        is_cimd: true,
        optional_scopes: { scopes: ["a"], another: "b" },
        later: "",
        scopes: ["a"],
      }),
    ).toBeUndefined();
  });
});
