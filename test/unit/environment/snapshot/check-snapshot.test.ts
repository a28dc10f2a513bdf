import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../../src/domain/generated/snapshot.ts";
import { AppError } from "../../../../src/domain/problem/error.ts";
import { readSnapshotFile } from "../../../../src/documents/check/snapshot-file.ts";
import {
  assertUsable,
  type SnapshotExpectation,
} from "../../../../src/environment/snapshot/check-snapshot.ts";
import { snapshotDigest } from "../../../../src/environment/snapshot/digest.ts";
import { SIGNED, signatureOf } from "../../../../src/environment/signature.ts";
import { generateSigningKey } from "../../../../src/util/hash.ts";
import { someRules } from "../../../support/engine-builders.ts";

const NOW = Date.parse("2026-05-01T12:00:00.000Z");
const HOUR = 3_600_000;

function aSnapshot(parts: Partial<Snapshot> = {}): Snapshot {
  const snapshot: Omit<Snapshot, "digest"> = {
    format_version: "1.0",
    kind: "snapshot",
    tool: { name: "tieline", version: "0.1.0" },
    taken_at: new Date(NOW - HOUR).toISOString(),
    environment: "dev",
    target: { driver: "scalekit", api_host: "embedded" },
    salt: "A".repeat(22),
    state: null,
    connections: [],
    ...parts,
  };
  return { ...snapshot, digest: snapshotDigest(snapshot) };
}

const KEY = generateSigningKey();
const OTHER = generateSigningKey();

function signed(by: typeof KEY, snapshot = aSnapshot()): Snapshot {
  const signature = signatureOf(SIGNED.snapshot, snapshot, {
    pem: by.privatePem,
    place: "key",
  });
  return { ...snapshot, signature };
}

function codeOf(
  snapshot: Snapshot,
  expected: Partial<SnapshotExpectation> = {},
): string | null {
  try {
    assertUsable(snapshot, {
      rules: someRules({ driver: "scalekit" }),
      target: undefined,
      now: NOW,
      maxAgeMs: 24 * HOUR,
      ...expected,
    });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const asked = (keys: readonly string[], isRequired: boolean) => ({
  rules: someRules({ driver: "scalekit", signing: { isRequired, keys } }),
});
const connection = {
  key: "a",
  id: `id:${"A".repeat(22)}`,
  provider: "gmail",
  auth_type: "oauth2",
  status: "",
  enabled: true,
};

describe("a snapshot", () => {
  it.each<[string, Snapshot, Partial<SnapshotExpectation>, string | null]>([
    ["as it was taken", aSnapshot(), {}, null],
    ["altered", { ...aSnapshot(), environment: "prod" }, {}, "SNP001"],
    [
      "that names a connection twice",
      aSnapshot({ connections: [connection, connection] }),
      {},
      "SNP001",
    ],
    ["of another environment", aSnapshot({ environment: "x" }), {}, "SNP002"],
    [
      "of another driver",
      aSnapshot({ target: { driver: "agent-auth", api_host: "embedded" } }),
      {},
      "SNP002",
    ],
    [
      "of another host",
      aSnapshot(),
      { target: "https://other.example" },
      "SNP002",
    ],
    ["too old", aSnapshot(), { maxAgeMs: HOUR - 1 }, "SNP003"],
    ["just young enough", aSnapshot(), { maxAgeMs: HOUR }, null],
    ["from the future", aSnapshot(), { now: NOW - 2 * HOUR }, "SNP003"],
    ["of a clock that is ahead", aSnapshot(), { now: NOW - HOUR - 1000 }, null],
    ["unsigned where asked", aSnapshot(), asked([], true), "SNP004"],
    ["signed", signed(KEY), asked([KEY.publicKey], true), null],
    [
      "signed by a stranger",
      signed(OTHER),
      asked([KEY.publicKey], true),
      "SNP004",
    ],
    [
      "signed by a stranger, unasked",
      signed(OTHER),
      asked([KEY.publicKey], false),
      "SNP004",
    ],
    ["signed by its own word", signed(OTHER), asked([], false), null],
    [
      "with the signature of another one",
      {
        ...aSnapshot({ salt: "B".repeat(22) }),
        signature: signed(KEY).signature ?? { key: "", value: "" },
      },
      asked([], false),
      "SNP004",
    ],
    [
      "with the signature of a plan of the same digest",
      {
        ...aSnapshot(),
        signature: signatureOf(SIGNED.plan, aSnapshot(), {
          pem: KEY.privatePem,
          place: "key",
        }),
      },
      asked([KEY.publicKey], false),
      "SNP004",
    ],
  ])("%s", (_, snapshot, expected, code) => {
    expect(codeOf(snapshot, expected)).toBe(code);
  });

  it.each([
    ["that is not JSON", "{"],
    ["that is a plan", '{"kind": "plan", "format_version": "1.4"}'],
    [
      "of another format",
      JSON.stringify({ ...aSnapshot(), format_version: "1.1" }),
    ],
    [
      "with a member that nobody knows",
      JSON.stringify({ ...aSnapshot(), later: true }),
    ],
    [
      "of a moment that is none",
      JSON.stringify({ ...aSnapshot(), taken_at: "2026-12-31T23:59:60Z" }),
    ],
    [
      "with a handle of the platform",
      JSON.stringify(
        aSnapshot({ connections: [{ ...connection, id: "conn_1001" }] }),
      ),
    ],
    ["of more parts than any", `{"a": [${"{},".repeat(2_000_001)}{}]}`],
    ["deeper than any", "[".repeat(100_000)],
  ])("%s is not read", (_, text) => {
    const { snapshot, diagnostics } = readSnapshotFile(text, "s.json");
    expect(snapshot).toBeUndefined();
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(
      new Set(["SNP001"]),
    );
  });
});
