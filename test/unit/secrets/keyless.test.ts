import { describe, expect, it, vi } from "vitest";
import { sha256 } from "../../../src/util/hash.ts";
import { createSecretStore } from "../../../src/secrets/store.ts";

vi.mock("age-encryption", () => {
  throw new TypeError("the library was loaded");
});

const CIPHER = `ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:${"A".repeat(22)}==,type:str]`;
const FILE = `a: ${CIPHER}
sops:
    age:
        - enc: x
          recipient: age1test
    lastmodified: "2024-05-06T07:08:09Z"
    mac: ${CIPHER}
    version: 3.13.3
`;

describe("without a key", () => {
  it("describing a secret loads no cryptographic library", async () => {
    const store = createSecretStore({
      environment: "prod",
      root: "",
      pinned: null,
      files: ["s.yaml"],
      readFile: () => Promise.resolve(Buffer.from(FILE)),
      env: {},
      keyFiles: [],
      fingerprintKey: () => Promise.resolve(new Uint8Array(32)),
      register: () => undefined,
    });
    const ref = { kind: "secret", path: "a" } as const;
    const place = { connection: "gmail", pointer: "/credentials/token" };
    expect(await store.describe(ref, place)).toEqual({
      ref,
      cipherDigest: sha256(CIPHER),
    });
    await expect(store.resolve(ref)).rejects.toMatchObject({ code: "SEC008" });
  });
});
