import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  fingerprintKeyId,
  fingerprintSecret,
} from "../../../src/secrets/fingerprint.ts";

const key = Buffer.alloc(32, 7);
const input = {
  environment: "prod",
  connection: "gmail",
  pointer: "/credentials/client_secret",
  value: "s3cret",
};

describe("fingerprintSecret", () => {
  it("has the form plans require", () => {
    const schema = readFileSync(
      join(import.meta.dirname, "../../../schemas/plan.schema.json"),
      "utf8",
    );
    const { definitions } = JSON.parse(schema) as {
      definitions: { PlanFingerprint: { pattern: string } };
    };
    expect(fingerprintSecret(key, input)).toMatch(
      new RegExp(definitions.PlanFingerprint.pattern, "u"),
    );
  });

  it("is the documented HMAC", () => {
    const length = (text: string): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(Buffer.byteLength(text));
      return Buffer.concat([bytes, Buffer.from(text)]);
    };
    const parts = [
      input.environment,
      input.connection,
      input.pointer,
      "str",
      input.value,
    ];
    const message = Buffer.concat([
      Buffer.from("tieline-fp\0v1\0"),
      ...parts.map(length),
    ]);
    const mac = createHmac("sha256", key)
      .update(message)
      .digest()
      .subarray(0, 16)
      .toString("base64url");
    const kid = createHmac("sha256", key)
      .update("kid")
      .digest()
      .subarray(0, 6)
      .toString("base64url");
    expect(fingerprintSecret(key, input)).toBe(`v1.${kid}.${mac}`);
    expect(fingerprintKeyId(key)).toBe(kid);
  });

  it.each([
    ["another environment", { ...input, environment: "dev" }],
    ["another connection", { ...input, connection: "jira" }],
    ["another field", { ...input, pointer: "/credentials/token" }],
    ["another value", { ...input, value: "s3creT" }],
    [
      "the same text cut elsewhere",
      { ...input, environment: "prodg", connection: "mail" },
    ],
  ])("differs for %s", (_name, other) => {
    expect(fingerprintSecret(key, other)).not.toBe(
      fingerprintSecret(key, input),
    );
  });

  it("tells another key by its first part", () => {
    const other = fingerprintSecret(Buffer.alloc(32, 8), input);
    expect(other.split(".")[1]).not.toBe(
      fingerprintSecret(key, input).split(".")[1],
    );
  });
});
