import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../src/domain/connection.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/domain/json.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import {
  capabilityOf,
  type WireField,
} from "../../src/drivers/scalekit/capabilities.ts";
import {
  decodeLive,
  encodeConfigure,
} from "../../src/drivers/scalekit/codec.ts";
import { revealBody } from "../../src/drivers/encoded-body.ts";
import { parseConnection } from "../../src/drivers/scalekit/wire.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "100");
const MASKS = ["***", "••••••••", "****abcd", "ab●●●●"];
const word = fc.stringMatching(/^[a-z][a-z0-9:/.]{0,12}$/u);

function valueFor({ shape }: WireField): fc.Arbitrary<JsonValue> {
  switch (shape) {
    case "string":
    case "choice":
      return word;
    case "boolean":
      return fc.boolean();
    case "values":
      return fc.array(word, { minLength: 1, maxLength: 2 });
    case "list":
      return fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
    case "map":
      return fc.dictionary(word, word, { minKeys: 1, maxKeys: 3 });
    case "message":
      return fc.record({ aud: word });
  }
}

/** One spelling of each wire field, so that two pointers never fight over one member. */
const OLDER = new Set([
  "/settings/auth_endpoint",
  "/settings/refresh_endpoint",
]);

interface Sample {
  readonly type: string;
  readonly raw: JsonObject;
  readonly fields: FieldValues;
  readonly secrets: ReadonlyMap<string, Secret>;
}

const sample: fc.Arbitrary<Sample> = fc
  .constantFrom("OAUTH", "OAUTH_M2M", "SMART_FHIR", "GOOGLE_DWD")
  .chain((type) => {
    const { config, fields } = capabilityOf(type);
    const plain = fields.filter(
      (field) => field.isSecret !== true && !OLDER.has(field.pointer),
    );
    const secret = fields.filter((field) => field.isSecret === true);
    const member = (field: WireField): string => field.path[0] ?? "";
    return fc.record<Sample>({
      type: fc.constant(type),
      raw: fc
        .record({
          stored: fc.record(
            Object.fromEntries(
              plain
                .filter((field) => field.path.length === 1)
                .map((field) => [member(field), valueFor(field)]),
            ),
            { requiredKeys: [] },
          ),
          masked: fc.record(
            Object.fromEntries(
              secret.map((field) => [member(field), fc.constantFrom(...MASKS)]),
            ),
            { requiredKeys: [] },
          ),
          later: fc.dictionary(
            fc.stringMatching(/^later_[a-z]{1,4}$/u),
            fc.oneof(word, fc.constantFrom(...MASKS), fc.record({ x: word })),
          ),
        })
        .map(({ stored, masked, later }): JsonObject => ({
          id: "conn_1",
          key_id: "a",
          provider_key: "GMAIL",
          type,
          enabled: true,
          [config ?? ""]: {
            ...later,
            ...stored,
            ...masked,
            redirect_uri: "https://env.example/callback",
            is_cimd: false,
          },
        })),
      fields: fc
        .record(
          Object.fromEntries(
            plain.map((field) => [
              field.pointer,
              fc.option(valueFor(field), { nil: null, freq: 4 }),
            ]),
          ),
          { requiredKeys: [] },
        )
        .map(declaredOnly),
      secrets: fc
        .subarray(secret.map((field) => field.pointer))
        .map(
          (pointers) =>
            new Map(
              pointers.map((pointer) => [pointer, new Secret("canary-1122")]),
            ),
        ),
    });
  });

function declaredOnly(
  fields: Readonly<Record<string, JsonValue | undefined>>,
): FieldValues {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([pointer, value]) =>
      value === undefined ? [] : [[pointer, value]],
    ),
  );
}

/** A server that replaces the settings by what it is sent. */
function replaceSettings(raw: JsonObject, text: string): JsonObject {
  const body: unknown = JSON.parse(text);
  return isJsonObject(body) ? { ...raw, ...body } : raw;
}

describe("scalekit codec", () => {
  it("reads back every declared value that was written, and nothing else changed", () => {
    fc.assert(
      fc.property(sample, ({ raw, fields, secrets }) => {
        const before = parseConnection(raw, "test");
        const encoded = encodeConfigure(before, "b", { fields, secrets });
        const after = parseConnection(
          replaceSettings(raw, revealBody(encoded)),
          "test",
        );
        const provider = { slug: "gmail" };
        const live = decodeLive(after, provider);
        const untouched = decodeLive(before, provider).fields;
        expect(live.key).toBe("b");
        for (const [pointer, value] of Object.entries(live.fields)) {
          if (OLDER.has(pointer)) continue;
          const declared = Object.hasOwn(fields, pointer)
            ? fields[pointer]
            : untouched[pointer];
          // Own credentials switch the platform's off.
          const wanted =
            pointer === "/credentials/use_platform_creds" &&
            declared === undefined
              ? undefined
              : declared;
          expect(value).toEqual(wanted);
        }
        for (const [pointer, value] of Object.entries(fields)) {
          const isEmpty = value === null || value === false;
          expect(live.fields[pointer]).toEqual(isEmpty ? undefined : value);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("never sends a mask or a member the server makes, and always who it is", () => {
    fc.assert(
      fc.property(sample, ({ type, raw, fields, secrets }) => {
        const text = revealBody(
          encodeConfigure(parseConnection(raw, "test"), "b", {
            fields,
            secrets,
          }),
        );
        for (const mask of MASKS) expect(text).not.toContain(mask);
        expect(text).not.toContain("redirect_uri");
        expect(text).not.toContain("is_cimd");
        expect(JSON.parse(text)).toMatchObject({
          key_id: "b",
          provider_key: "GMAIL",
          type,
        });
        expect(text.split("canary-1122").length - 1).toBe(secrets.size);
      }),
      { numRuns: RUNS },
    );
  });

  it("keeps members of a later API that are no masks", () => {
    fc.assert(
      fc.property(sample, ({ type, raw, fields, secrets }) => {
        const config = capabilityOf(type).config ?? "";
        const { body } = encodeConfigure(parseConnection(raw, "test"), "b", {
          fields,
          secrets,
        });
        const before = raw[config];
        const after = body[config];
        if (!isJsonObject(before) || !isJsonObject(after)) return;
        for (const [member, value] of Object.entries(before)) {
          if (!member.startsWith("later_")) continue;
          if (typeof value === "string" && MASKS.includes(value))
            expect(after).not.toHaveProperty(member);
          else expect(after[member]).toEqual(value);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("has no secret and no mask in the body that is hashed or in what is fingerprinted", () => {
    fc.assert(
      fc.property(sample, ({ raw, fields, secrets }) => {
        const wire = parseConnection(raw, "test");
        const { body } = encodeConfigure(wire, "b", { fields, secrets });
        const { observed } = decodeLive(wire, { slug: "gmail" });
        const text = JSON.stringify([body, observed]);
        expect(text).not.toContain("canary-1122");
        for (const mask of MASKS) expect(text).not.toContain(mask);
      }),
      { numRuns: RUNS },
    );
  });
});
