import { describe, expect, it } from "vitest";
import type {
  SecretDescription,
  SecretRecord,
} from "../../../../src/domain/secret/secret.ts";
import {
  secretState,
  type SecretMemory,
} from "../../../../src/engine/diff/secret-state.ts";

const ref = { kind: "secret", path: "mail/client_secret" } as const;
const at = "2026-01-01T00:00:00.000Z";
const FIRST = `v1.kid00001.${"A".repeat(22)}`;
const OTHER_VALUE = `v1.kid00001.${"B".repeat(22)}`;
const OTHER_KEY = `v1.kid00002.${"A".repeat(22)}`;

function remembered(facts: Omit<SecretRecord, "appliedAt">): SecretRecord {
  return { ...facts, appliedAt: at };
}
function described(facts: Omit<SecretDescription, "ref">): SecretDescription {
  return { ref, ...facts };
}

describe("secretState", () => {
  it.each<[string, SecretMemory, SecretDescription | undefined, string]>([
    ["nothing there yet", "none", described({ fingerprint: FIRST }), "changed"],
    ["nothing there yet, nothing known", "none", undefined, "changed"],
    ["just adopted", "foreign", described({ fingerprint: FIRST }), "unknown"],
    [
      "equal fingerprints",
      remembered({ fingerprint: FIRST }),
      described({ fingerprint: FIRST }),
      "unchanged",
    ],
    [
      "other fingerprint, same key",
      remembered({ fingerprint: FIRST }),
      described({ fingerprint: OTHER_VALUE }),
      "changed",
    ],
    [
      "other fingerprint but same ciphertext",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      described({ fingerprint: OTHER_VALUE, cipherDigest: "x" }),
      "changed",
    ],
    [
      "fingerprint of another key",
      remembered({ fingerprint: FIRST }),
      described({ fingerprint: OTHER_KEY }),
      "unknown",
    ],
    [
      "another key, same ciphertext",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      described({ fingerprint: OTHER_KEY, cipherDigest: "x" }),
      "unchanged",
    ],
    [
      "encrypted again, readable",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      described({ fingerprint: FIRST, cipherDigest: "y" }),
      "unchanged",
    ],
    [
      "encrypted again, not readable",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      described({ cipherDigest: "y" }),
      "unknown",
    ],
    [
      "same ciphertext, not readable",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      described({ cipherDigest: "x" }),
      "unchanged",
    ],
    [
      "not in a file, not readable",
      remembered({ fingerprint: FIRST }),
      described({}),
      "unknown",
    ],
    [
      "nothing remembered to compare with",
      remembered({}),
      described({}),
      "unknown",
    ],
    [
      "not described",
      remembered({ fingerprint: FIRST, cipherDigest: "x" }),
      undefined,
      "unknown",
    ],
  ])("%s", (_name, memory, description, expected) => {
    expect(secretState(memory, description)).toBe(expected);
  });
});
