import { describe, expect, it } from "vitest";
import { FIELD_RULES } from "../../../src/domain/generated/fields.ts";
import { CATALOGUE } from "../../../src/domain/generated/catalogue.ts";
import type { JsonObject, JsonValue } from "../../../src/domain/json.ts";
import { getAt, setAt } from "../../../src/domain/field/pointer.ts";
import { Secret } from "../../../src/domain/secret/secret.ts";
import { encodeCreate } from "../../../src/drivers/agent-auth/codec.ts";
import { previewAgentAuth } from "../../../src/drivers/agent-auth/index.ts";
import { encodeConfigure } from "../../../src/drivers/scalekit/codec.ts";
import { scalekitPreview } from "../../../src/drivers/scalekit/index.ts";
import { parseConnection } from "../../../src/drivers/scalekit/wire.ts";

const preview = scalekitPreview(CATALOGUE);
const SENDABLE = FIELD_RULES.filter(
  (rule) => !rule.isLocal && !rule.isRecorded && !rule.isReadOnly,
);
const valueFor = (semantics: string): JsonValue =>
  semantics === "set" || semantics === "list"
    ? ["x"]
    : semantics === "map"
      ? { a: "b" }
      : "x";
const WHOLE = SENDABLE.reduce<JsonObject>(
  (document, { pointer, semantics }) =>
    setAt(document, pointer, valueFor(semantics)),
  { connection_id: "c" },
);
const at = (body: JsonObject, member: string) =>
  getAt(body, `/${member.replaceAll(".", "/")}`);

describe("where fields go on the vendor's API", () => {
  it.each(SENDABLE.filter(({ isSecret }) => !isSecret).map((r) => r.pointer))(
    "%s is where the request has it",
    (pointer) => {
      const subject = {
        provider: "gmail",
        authType: "oauth2",
        document: WHOLE,
      };
      const place = preview(subject, pointer);
      if (place.kind !== "sent" || !place.route.startsWith("PATCH")) return;
      if (place.member === null) return;
      const live = parseConnection(
        {
          id: "conn_1",
          key_id: "c",
          provider_key: "GMAIL",
          type: "OAUTH",
          status: "COMPLETED",
          enabled: true,
        },
        "GET /x",
      );
      const { body } = encodeConfigure(live, "c", {
        fields: { [pointer]: getAt(WHOLE, pointer) ?? null },
        secrets: new Map(),
      });
      expect(at(body, place.member)).toEqual(place.value);
      expect(place.value).toBeDefined();
    },
  );

  it.each([
    ["/connection_id", "key_id", "c"],
    ["/provider", "provider_key", "GMAIL"],
    ["/auth_type", "type", "OAUTH"],
  ])("%s goes with create as %s", (pointer, member, value) => {
    const subject = { provider: "gmail", authType: "oauth2", document: WHOLE };
    expect(preview(subject, pointer)).toEqual({
      kind: "sent",
      route: "POST /api/v1/connections",
      member,
      value,
    });
  });

  it.each([
    ["active", "PATCH /api/v1/connections/{id}:enable"],
    ["inactive", "PATCH /api/v1/connections/{id}:disable"],
  ])("%s is the call %s", (state, route) => {
    const subject = {
      provider: "gmail",
      authType: "oauth2",
      document: { state },
    };
    expect(preview(subject, "/state")).toEqual({
      kind: "sent",
      route,
      member: null,
    });
  });

  it("has no place for a draft, and says what is sent for it", () => {
    const subject = {
      provider: "gmail",
      authType: "oauth2",
      document: { state: "draft" },
    };
    expect(preview(subject, "/state")).toMatchObject({
      kind: "nowhere",
      instead: "inactive",
    });
  });

  it("says null as the empty value of its kind", () => {
    const document = { scopes: null };
    const subject = { provider: "gmail", authType: "oauth2", document };
    expect(preview(subject, "/scopes")).toMatchObject({ value: [] });
  });

  it("tells what is kept, compared, or has no place, and never a secret", () => {
    const subject = { provider: "gmail", authType: "oauth2", document: WHOLE };
    expect(preview(subject, "/owner")).toEqual({
      kind: "kept",
      isRemembered: false,
    });
    expect(preview(subject, "/lifecycle/protected")).toEqual({
      kind: "kept",
      isRemembered: true,
    });
    expect(preview(subject, "/credentials/redirect_uri").kind).toBe("compared");
    expect(preview(subject, "/settings/timeout").kind).toBe("nowhere");
    expect(preview(subject, "/credentials/client_secret")).not.toHaveProperty(
      "value",
    );
    const keyed = { provider: "zendesk", authType: "api_key", document: {} };
    expect(preview(keyed, "/credentials/client_id").kind).toBe("nowhere");
  });
});

describe("where fields go in the older dialect", () => {
  it("is nowhere for a connection whose auth type it does not have", () => {
    const subject = { provider: "gmail", authType: "bearer", document: WHOLE };
    for (const { pointer } of SENDABLE)
      expect(previewAgentAuth(subject, pointer).kind, pointer).toBe("nowhere");
  });

  it.each(SENDABLE.map((rule) => rule.pointer))(
    "%s is where the request has it",
    (pointer) => {
      const subject = {
        provider: "gmail",
        authType: "oauth2",
        document: WHOLE,
      };
      const place = previewAgentAuth(subject, pointer);
      const { body } = encodeCreate({
        key: "c",
        provider: "gmail",
        authType: "oauth2",
        fields: { [pointer]: getAt(WHOLE, pointer) ?? null },
        secrets: new Map([[pointer, new Secret("s")]]),
      });
      const has = getAt(body, pointer) !== undefined;
      expect(place.kind === "sent").toBe(has);
    },
  );
});
