import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretRef } from "../../../src/domain/secret/secret.ts";
import type { SecretStore } from "../../../src/ports/secret-store.ts";
import {
  createReferenceCheck,
  createSecretStore,
} from "../../../src/secrets/store.ts";
import { sha256 } from "../../../src/util/hash.ts";
import { ownSecretsText } from "../../support/own-secrets.ts";
import { anIdentity } from "../../support/sops-builder.ts";

const FILE = "connections/mail.yaml";
const PLACE = { connection: "mail", pointer: "/credentials/client_secret" };
const mine = await anIdentity();
const text = await ownSecretsText("mail", "value-1", mine.recipient);
const cipher = /client_secret: (ENC\[.*\])/u.exec(text)?.[1] ?? "";
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-own-"));
  await writeFile(join(folder, "key.txt"), mine.identity);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function refTo(file: string, pointer = PLACE.pointer): SecretRef {
  return { kind: "secret", path: `${file}#${pointer}` };
}

function reader(
  files: Readonly<Record<string, string>>,
  reads: string[] = [],
): (path: string) => Promise<Uint8Array | null> {
  return (path) => {
    reads.push(path);
    const found = files[path];
    return Promise.resolve(found === undefined ? null : Buffer.from(found));
  };
}

function aStore(
  files: Readonly<Record<string, string>>,
  options: { readonly locked?: boolean; readonly reads?: string[] } = {},
): SecretStore {
  return createSecretStore({
    environment: "prod",
    root: folder,
    pinned: null,
    files: ["environments/prod/secrets.enc.yaml"],
    readFile: reader(files, options.reads),
    env: {},
    keyFiles: options.locked === true ? [] : [join(folder, "key.txt")],
    fingerprintKey: () => Promise.resolve(new Uint8Array(32).fill(1)),
    register: () => undefined,
  });
}

describe("a secret in a connection document", () => {
  it("is opened from that very file, which is read once", async () => {
    const reads: string[] = [];
    const store = aStore({ [FILE]: text }, { reads });
    expect((await store.resolve(refTo(FILE))).reveal()).toBe("value-1");
    const described = await store.describe(refTo(FILE), PLACE);
    expect(described.cipherDigest).toBe(sha256(cipher));
    expect(described.fingerprint).toMatch(/^v1\./u);
    expect(reads.filter((path) => path === FILE)).toHaveLength(1);
  });

  it("is described by its ciphertext alone without a key, and not resolved", async () => {
    const store = aStore({ [FILE]: text }, { locked: true });
    expect(await store.describe(refTo(FILE), PLACE)).toEqual({
      ref: refTo(FILE),
      cipherDigest: sha256(cipher),
    });
    await expect(store.resolve(refTo(FILE))).rejects.toMatchObject({
      code: "SEC008",
    });
  });

  it.each([
    ["a readable field", "1.apps.example", "2.apps.example", "SEC012"],
    ["the ciphertext", "client_secret: ENC[AES256_GCM,data:", "", "SEC012"],
  ])("is refused when %s was changed", async (_, from, to, code) => {
    const changed =
      to === ""
        ? text.replace(
            /(client_secret: ENC\[AES256_GCM,data:)(.)/u,
            (_all, start: string, first: string) =>
              `${start}${first === "A" ? "B" : "A"}`,
          )
        : text.replace(from, to);
    expect(changed).not.toBe(text);
    const store = aStore({ [FILE]: changed });
    await expect(store.resolve(refTo(FILE))).rejects.toMatchObject({ code });
    await expect(store.describe(refTo(FILE), PLACE)).rejects.toMatchObject({
      code,
    });
  });

  it.each([
    ["no such file", {}, FILE, "SEC001"],
    ["no SOPS file", { [FILE]: "connection_id: mail\n" }, FILE, "SEC002"],
    [
      "a readable secret",
      {
        [FILE]: text
          .replace(cipher, "readable-1")
          .replace("encrypted_regex: ^client", "encrypted_regex: ^other"),
      },
      FILE,
      "SEC005",
    ],
  ])("is refused with %s", async (_, files, file, code) => {
    const store = aStore(files);
    await expect(store.resolve(refTo(file))).rejects.toMatchObject({ code });
    const check = createReferenceCheck({
      files: [],
      pinned: null,
      readFile: reader(files),
    });
    await expect(check(refTo(file))).rejects.toMatchObject({ code });
  });

  it("passes the check of references without a key", async () => {
    const check = createReferenceCheck({
      files: [],
      pinned: null,
      readFile: reader({ [FILE]: text }),
    });
    await expect(check(refTo(FILE))).resolves.toBeUndefined();
    await expect(
      check(refTo(FILE, "/credentials/api_key")),
    ).rejects.toMatchObject({ code: "SEC001" });
  });

  it.each([
    refTo("environments/prod/secrets.enc.yaml", "/_tieline/fingerprint_key"),
    refTo("environments/prod/secrets.enc.yaml"),
    refTo("connections/../secrets.yaml"),
    refTo("connections//a.yaml"),
    refTo("../connections/a.yaml"),
    refTo("/connections/a.yaml"),
    refTo("connections/a.env"),
    refTo(FILE, "/credentials"),
    refTo(FILE, "/provider"),
    refTo(FILE, ""),
  ])("is looked for nowhere else: $path", async (ref) => {
    const reads: string[] = [];
    const store = aStore({ [FILE]: text }, { reads });
    await expect(store.resolve(ref)).rejects.toMatchObject({ code: "SEC001" });
    expect(reads).toEqual([]);
  });

  it("is found in the folder of an environment too", async () => {
    const file = "environments/prod/connections/mail.yaml";
    const store = aStore({ [file]: text });
    expect((await store.resolve(refTo(file))).reveal()).toBe("value-1");
  });
});
