import { describe, expect, it } from "vitest";
import { FIELD_RULES } from "../../../../src/domain/generated/fields.ts";
import {
  capabilityOf,
  PROVIDER_FIELDS,
} from "../../../../src/drivers/scalekit/capabilities.ts";

const TYPES = [
  "OAUTH",
  "OAUTH_M2M",
  "SMART_FHIR",
  "TRELLO_OAUTH1",
  "GOOGLE_DWD",
];
const FIELDS = [
  ...TYPES.flatMap((type) => capabilityOf(type).fields),
  ...PROVIDER_FIELDS,
];

describe("capability table", () => {
  it.each(FIELDS.map((field) => [field.pointer, field] as const))(
    "agrees with the schema about %s",
    (pointer, field) => {
      const rule = FIELD_RULES.find((each) => each.pointer === pointer);
      expect(rule).toBeDefined();
      expect(rule?.isSecret).toBe(field.isSecret === true);
      expect(rule?.isLocal).toBe(false);
      expect(rule?.isReadOnly).toBe(false);
    },
  );

  it("has every field of a custom provider the schema has", () => {
    expect(PROVIDER_FIELDS.map(({ pointer }) => pointer).sort()).toEqual(
      FIELD_RULES.map(({ pointer }) => pointer)
        .filter((pointer) => pointer.startsWith("/custom_provider/"))
        .sort(),
    );
  });

  it.each(["API_KEY", "BEARER", "BASIC", "NO_AUTH", "TRUSTED_IDP", "LATER"])(
    "holds nothing for %s",
    (type) => {
      expect(capabilityOf(type)).toEqual({ config: null, fields: [] });
    },
  );
});
