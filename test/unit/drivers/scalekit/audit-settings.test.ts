import { describe, expect, it } from "vitest";
import { isReservedParameter } from "../../../../src/domain/field/authorize-params.ts";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import { auditSettings } from "../../../../src/drivers/scalekit/audit-settings.ts";
import { aDesired } from "../../../support/engine-builders.ts";

/** `CODE pointer` of each finding. */
function found(fields: FieldValues, provider = "gmail"): string[] {
  return auditSettings(aDesired({ fields, provider })).map(
    ({ code, kind, pointer }) => `${code} ${kind} ${pointer}`,
  );
}

const REQUIRED = "/settings/required_scopes";
const REQUIRED_OPTIONAL = "/settings/required_optional_scopes";
const PARAMS = "/settings/extra_authorize_params";

describe("scopes users cannot leave out", () => {
  it("are a part of the scopes", () => {
    expect(found({ "/scopes": ["a", "b"], [REQUIRED]: ["b"] })).toEqual([]);
    for (const scopes of [["a"], [], null])
      expect(found({ "/scopes": scopes, [REQUIRED]: ["b"] })).toEqual([
        `DRV070 invalid ${REQUIRED}`,
      ]);
  });

  it("are not held against scopes that nobody declares", () => {
    expect(found({ [REQUIRED]: ["b"], [REQUIRED_OPTIONAL]: ["c"] })).toEqual(
      [],
    );
  });

  it("are a part of the optional ones where those are meant", () => {
    const optional = (value: FieldValues[string]): string[] =>
      found({
        "/scopes": ["a"],
        "/settings/optional_scopes": value,
        [REQUIRED_OPTIONAL]: ["a"],
      });
    expect(optional({ scopes: ["a", "b"] })).toEqual([]);
    for (const value of [{ scopes: ["b"] }, { field_name: "x" }, {}, null])
      expect(optional(value)).toEqual([`DRV070 invalid ${REQUIRED_OPTIONAL}`]);
  });
});

describe("parameters of the authorization request", () => {
  it.each([
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "aud",
    "request",
    "request_uri",
    "Redirect_URI",
    " scope",
  ])("are the platform's: %s", (name) => {
    expect(isReservedParameter(name)).toBe(true);
    expect(found({ [PARAMS]: { hd: "x", [name]: "y" } })).toEqual([
      `DRV070 invalid ${PARAMS}`,
    ]);
  });

  it.each(["hd", "audience", "resource", "response_mode", "launch", "prompt"])(
    "are the provider's: %s",
    (name) => {
      expect(found({ [PARAMS]: { [name]: "y" } })).toEqual([]);
    },
  );

  it("do not carry scopes under the name that scopes have here", () => {
    expect(
      found({
        [PARAMS]: { user_scope: "admin" },
        "/settings/custom_scope_name": "user_scope",
      }),
    ).toEqual([`DRV070 invalid ${PARAMS}`]);
    expect(
      found({
        [PARAMS]: { user_scope: "admin" },
        "/settings/optional_scopes": { field_name: "user_scope" },
      }),
    ).toEqual([`DRV070 invalid ${PARAMS}`]);
  });

  it("are not overridden by the scopes' own name", () => {
    expect(found({ "/settings/custom_scope_name": "state" })).toEqual([
      "DRV070 invalid /settings/custom_scope_name",
    ]);
    expect(
      found({ "/settings/optional_scopes": { field_name: "client_id" } }),
    ).toEqual(["DRV070 invalid /settings/optional_scopes"]);
    expect(found({ "/settings/custom_scope_name": "scope" })).toEqual([]);
  });
});

describe("a developer token", () => {
  it("is for Google Ads", () => {
    const token = { "/credentials/developer_token": "secret://a/token" };
    const audit = (provider: string): unknown[] => [
      ...auditSettings(aDesired({ provider, secrets: token })),
    ];
    expect(audit("google_ads")).toEqual([]);
    expect(audit("gmail")).toMatchObject([{ code: "DRV030", kind: "warning" }]);
  });
});
