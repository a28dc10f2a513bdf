import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";
import { encodeConfigure } from "../../../../src/drivers/scalekit/codec.ts";
import { parseConnection } from "../../../../src/drivers/scalekit/wire.ts";

/** The settings of the request that makes a connection with these settings what is declared. */
function sent(oauth_config: JsonObject, fields: FieldValues): unknown {
  const raw = { id: "conn_1", key_id: "a", type: "OAUTH", oauth_config };
  const { body } = encodeConfigure(parseConnection(raw, "test"), "a", {
    fields,
    secrets: new Map(),
  });
  return body["oauth_config"];
}

const REQUIRED = "/settings/required_scopes";

describe("a request about scopes that users choose", () => {
  it("takes the switch along when a list changes", () => {
    expect(sent({ scopes: ["a"] }, { [REQUIRED]: ["a"] })).toEqual({
      scopes: ["a"],
      required_scopes: ["a"],
      scope_selection_allowed: false,
    });
    expect(
      sent({ required_scopes: ["a"] }, { [REQUIRED]: null }),
    ).toMatchObject({ required_scopes: [], scope_selection_allowed: false });
  });

  it("keeps the switch as it is", () => {
    const live = { scopes: ["a"], scope_selection_allowed: true };
    expect(sent(live, { [REQUIRED]: ["a"] })).toMatchObject({
      scope_selection_allowed: true,
    });
  });

  it("does not speak of it when nothing about it changes", () => {
    const live = { scopes: ["a"], required_scopes: ["a"] };
    expect(sent(live, { "/settings/prompt": "consent" })).not.toHaveProperty(
      "scope_selection_allowed",
    );
  });

  it("repeats both lists beside the switch, which would empty them otherwise", () => {
    const live = {
      scopes: ["a"],
      required_scopes: ["a"],
      optional_scopes: { scopes: ["b"] },
      required_optional_scopes: ["b"],
    };
    expect(
      sent(live, { "/settings/scope_selection_allowed": true }),
    ).toMatchObject({
      required_scopes: ["a"],
      required_optional_scopes: ["b"],
    });
  });

  it("shrinks a list nobody declares with the scopes it is a part of", () => {
    const live = { scopes: ["a", "b"], required_scopes: ["a", "b"] };
    expect(sent(live, { "/scopes": ["b"] })).toEqual({
      scopes: ["b"],
      required_scopes: ["b"],
      scope_selection_allowed: false,
    });
  });
});

describe("a choice that must not be made", () => {
  const METHOD = "/settings/token_endpoint_auth_method";

  it("is not spoken of where it is not made, and emptied where it is", () => {
    expect(sent({ scopes: ["a"] }, { [METHOD]: null })).not.toHaveProperty(
      "token_endpoint_auth_method",
    );
    expect(
      sent({ token_endpoint_auth_method: "none" }, { [METHOD]: null }),
    ).toMatchObject({ token_endpoint_auth_method: "" });
  });
});
