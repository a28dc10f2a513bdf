import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  parseSecretRef,
  type SecretRef,
} from "../../../src/domain/secret/secret.ts";
import type { SecretStore } from "../../../src/ports/secret-store.ts";
import { fingerprintSecret } from "../../../src/secrets/fingerprint.ts";
import { wrapForAge } from "../../../src/secrets/sops/keys/age-key.ts";
import {
  createSopsYaml,
  type PlainSecrets,
} from "../../../src/secrets/sops/file/create.ts";
import {
  createSecretStore,
  type SecretStoreOptions,
} from "../../../src/secrets/store.ts";
import { sha256 } from "../../../src/util/hash.ts";
import {
  anIdentity,
  LAST_MODIFIED,
  seal,
  sealMac,
  sopsYaml,
} from "../../support/sops-builder.ts";

const PLACE = { connection: "gmail", pointer: "/credentials/client_secret" };
const FALLBACK = new Uint8Array(32).fill(1);
const OWN = randomBytes(32);
const mine = await anIdentity();
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-store-"));
  await writeFile(join(folder, "key.txt"), mine.identity);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function ref(text: string): SecretRef {
  const parsed = parseSecretRef(text);
  if (parsed === undefined) throw new TypeError(text);
  return parsed;
}

async function sops(secrets: PlainSecrets): Promise<string> {
  return createSopsYaml(secrets, [mine.recipient], {
    path: "s",
    lastModified: new Date(0),
  });
}

interface Setup {
  readonly store: SecretStore;
  readonly registered: string[];
  readonly reads: string[];
}

function aStore(
  files: Record<string, string>,
  options: Partial<SecretStoreOptions> & { readonly locked?: boolean } = {},
): Setup {
  const registered: string[] = [];
  const reads: string[] = [];
  const { locked = false, ...rest } = options;
  const store = createSecretStore({
    environment: "prod",
    root: "",
    pinned: null,
    files: Object.keys(files),
    readFile: (path) => {
      reads.push(path);
      const text = files[path];
      return Promise.resolve(
        text === undefined || text === "" ? null : Buffer.from(text),
      );
    },
    env: {},
    keyFiles: locked ? [] : [join(folder, "key.txt")],
    fingerprintKey: () => Promise.resolve(FALLBACK),
    register: (value) => registered.push(value),
    ...rest,
  });
  return { store, registered, reads };
}

describe("resolve", () => {
  it("gives the value of a path, registered first, and reads each file once", async () => {
    const { store, registered, reads } = aStore({
      "a.yaml": await sops({
        gmail: { client_secret: "value-1", other: "value-2" },
      }),
    });
    expect(reads).toEqual([]);
    const secret = await store.resolve(ref("secret://gmail/client_secret"));
    expect(secret.reveal()).toBe("value-1");
    await store.resolve(ref("secret://gmail/other"));
    await store.describe(ref("secret://gmail/other"), PLACE);
    expect(registered).toContain("value-1");
    expect(reads).toEqual(["a.yaml"]);
  });

  it("gives environment variables", async () => {
    const { store, registered } = aStore(
      {},
      { env: { TIELINE_SECRET_A: "value-3", TOKEN: "value-4" } },
    );
    expect((await store.resolve(ref("env://TIELINE_SECRET_A"))).reveal()).toBe(
      "value-3",
    );
    expect(registered).toEqual(["value-3"]);
    for (const name of ["TIELINE_SECRET_B", "TOKEN", "constructor"])
      await expect(store.resolve(ref(`env://${name}`))).rejects.toMatchObject({
        code: "CFG017",
      });
    expect(registered).toEqual(["value-3"]);
  });

  it("finds a path in whichever file has it, once", async () => {
    const files = {
      "a.yaml": await sops({ one: "value-1" }),
      "b.yaml": await sops({ two: "value-2", three: "x" }),
    };
    expect(
      (await aStore(files).store.resolve(ref("secret://two"))).reveal(),
    ).toBe("value-2");
    const twice = { ...files, "c.yaml": await sops({ one: "value-1" }) };
    await expect(
      aStore(twice).store.resolve(ref("secret://one")),
    ).rejects.toMatchObject({
      code: "SEC003",
      why: expect.stringMatching(/a\.yaml.*c\.yaml/u) as string,
    });
  });

  it.each([
    ["a path that is not there", "secret://gmail/none", "SEC001"],
    ["a path below a value", "secret://gmail/client_secret/x", "SEC001"],
    ["a path with an empty part", "secret://gmail//client_secret", "SEC001"],
    ["an inherited name", "secret://constructor", "SEC001"],
    ["a group", "secret://gmail", "SEC014"],
    ["an empty value", "secret://empty", "SEC017"],
    ["a placeholder", "secret://todo", "SEC017"],
  ])("refuses %s", async (_name, text, code) => {
    const { store } = aStore({
      "a.yaml": await sops({
        gmail: { client_secret: "value-1" },
        empty: "",
        todo: "changeme",
      }),
    });
    await expect(store.resolve(ref(text))).rejects.toMatchObject({ code });
  });

  it("names the file that is missing", async () => {
    const { store } = aStore({ "environments/prod/secrets.enc.yaml": "" });
    for (const ask of [
      store.resolve(ref("secret://a")),
      store.describe(ref("secret://a"), PLACE),
    ])
      await expect(ask).rejects.toMatchObject({
        code: "SEC001",
        message: expect.stringContaining(
          "environments/prod/secrets.enc.yaml",
        ) as string,
      });
  });

  it("says that an environment has no file of secrets", async () => {
    const ask = aStore({}).store.resolve(ref("secret://a"));
    await expect(ask).rejects.toMatchObject({ code: "SEC001" });
  });

  it("takes no readable value, whether the MAC covers it or not", async () => {
    const key = randomBytes(32);
    const wrapped = await wrapForAge(key, mine.recipient);
    const file = (mac: string, rule: string): string =>
      sopsYaml("a_unencrypted: readable-1\n", mac, rule).replace(
        "enc: wrapped",
        `enc: ${JSON.stringify(wrapped)}`,
      );
    const rule = "    unencrypted_suffix: _unencrypted\n";
    for (const text of [
      file(sealMac(key, ["readable-1"]), rule),
      file(sealMac(key, [], true), `${rule}    mac_only_encrypted: true\n`),
    ])
      for (const locked of [true, false])
        await expect(
          aStore({ "a.yaml": text }, { locked }).store.describe(
            ref("secret://a_unencrypted"),
            PLACE,
          ),
        ).rejects.toMatchObject({ code: "SEC005" });
  });

  it("gives text only: of a number SOPS keeps what YAML made of it, and no JSON number has two spellings", async () => {
    const key = randomBytes(32);
    const wrapped = JSON.stringify(await wrapForAge(key, mine.recipient));
    const cipher = seal(key, "3591", { aad: "n:", label: "int" });
    const mac = sealMac(key, ["3591"]);
    const yaml = sopsYaml(`n: ${cipher}\n`, mac).replace(
      "enc: wrapped",
      `enc: ${wrapped}`,
    );
    const json = JSON.stringify({
      n: cipher,
      sops: {
        age: [
          { recipient: mine.recipient, enc: JSON.parse(wrapped) as string },
        ],
        lastmodified: LAST_MODIFIED,
        mac,
        version: "3.13.3",
      },
    });
    for (const locked of [true, false])
      await expect(
        aStore({ "a.yaml": yaml }, { locked }).store.describe(
          ref("secret://n"),
          PLACE,
        ),
      ).rejects.toMatchObject({ code: "SEC014" });
    const { store } = aStore({ "a.json": json });
    expect((await store.resolve(ref("secret://n"))).reveal()).toBe("3591");
  });

  it("gives elements of lists by position", async () => {
    const key = randomBytes(32);
    const wrapped = await wrapForAge(key, mine.recipient);
    const body = `l:\n    - ${seal(key, " note", { aad: "l:", label: "comment" })}\n    - ${seal(key, "item-1", { aad: "l:" })}\n`;
    const text = sopsYaml(body, sealMac(key, ["item-1"])).replace(
      "enc: wrapped",
      `enc: ${JSON.stringify(wrapped)}`,
    );
    const { store } = aStore({ "a.yaml": text });
    expect((await store.resolve(ref("secret://l/0"))).reveal()).toBe("item-1");
  });

  it("has one answer to several documents: none of their values is found", async () => {
    const one = await sops({ a: "value-1" });
    const two = `${one}---\n${await sops({ b: "value-2" })}`;
    for (const path of ["secret://a", "secret://b"])
      await expect(
        aStore({ "a.yaml": two }, { locked: true }).store.describe(
          ref(path),
          PLACE,
        ),
      ).rejects.toMatchObject({ code: "SEC007" });
    const trailing = aStore({ "a.yaml": `${one}---\n` });
    expect((await trailing.store.resolve(ref("secret://a"))).reveal()).toBe(
      "value-1",
    );
  });

  it("says which keys would open the file", async () => {
    const { store } = aStore(
      { "a.yaml": await sops({ a: "value-1" }) },
      { locked: true },
    );
    await expect(store.resolve(ref("secret://a"))).rejects.toMatchObject({
      code: "SEC008",
      why: expect.stringContaining(mine.recipient) as string,
    });
  });
});

describe("describe", () => {
  it("needs no key for the digest of the ciphertext", async () => {
    const text = await sops({ a: "value-1" });
    const { store, registered } = aStore({ "a.yaml": text }, { locked: true });
    const cipher = /a: (ENC\[.*\])/u.exec(text)?.[1] ?? "";
    expect(await store.describe(ref("secret://a"), PLACE)).toEqual({
      ref: ref("secret://a"),
      cipherDigest: sha256(cipher),
    });
    expect(registered).toEqual([]);
  });

  it("uses the environment's own fingerprint key", async () => {
    const { store, registered } = aStore({
      "a.yaml": await sops({
        _tieline: { fingerprint_key: OWN.toString("base64") },
        a: "value-1",
      }),
    });
    const { fingerprint } = await store.describe(ref("secret://a"), PLACE);
    expect(fingerprint).toBe(
      fingerprintSecret(OWN, {
        environment: "prod",
        ...PLACE,
        value: "value-1",
      }),
    );
    expect(registered).toContain(OWN.toString("base64"));
  });

  it("uses the fallback where the data has no key of its own", async () => {
    const { store } = aStore(
      { "a.yaml": await sops({ a: "value-1" }) },
      { env: { TIELINE_SECRET_T: "value-2" } },
    );
    const wanted = (value: string): string =>
      fingerprintSecret(FALLBACK, { environment: "prod", ...PLACE, value });
    expect((await store.describe(ref("secret://a"), PLACE)).fingerprint).toBe(
      wanted("value-1"),
    );
    expect(await store.describe(ref("env://TIELINE_SECRET_T"), PLACE)).toEqual({
      ref: ref("env://TIELINE_SECRET_T"),
      fingerprint: wanted("value-2"),
    });
  });

  it("gives no fingerprint by another key than the file's own", async () => {
    const text = await sops({
      _tieline: { fingerprint_key: OWN.toString("base64") },
      a: "value-1",
    });
    const { store } = aStore(
      { "a.yaml": text },
      { locked: true, env: { TIELINE_SECRET_T: "value-2" } },
    );
    expect(await store.describe(ref("env://TIELINE_SECRET_T"), PLACE)).toEqual({
      ref: ref("env://TIELINE_SECRET_T"),
    });
  });

  it("says nothing of a variable that is not set, and that is no error", async () => {
    expect(
      await aStore({}).store.describe(ref("env://TIELINE_SECRET_NONE"), PLACE),
    ).toEqual({
      ref: ref("env://TIELINE_SECRET_NONE"),
    });
  });

  it("refuses a damaged file with and without a key", async () => {
    const planted = (await sops({ a: "value-1" })).replace(
      /a: ENC.*/u,
      "a: planted",
    );
    for (const locked of [true, false])
      await expect(
        aStore({ "a.yaml": planted }, { locked }).store.describe(
          ref("secret://a"),
          PLACE,
        ),
      ).rejects.toMatchObject({ code: "SEC005" });
    const removed = (await sops({ a: "value-1", b: "value-2" })).replace(
      /^b: .*\n/mu,
      "",
    );
    await expect(
      aStore({ "a.yaml": removed }).store.describe(ref("secret://a"), PLACE),
    ).rejects.toMatchObject({ code: "SEC012" });
  });

  it("refuses a fingerprint key of another length", async () => {
    const text = await sops({
      _tieline: { fingerprint_key: "c2hvcnQ=" },
      a: "value-1",
    });
    await expect(
      aStore({ "a.yaml": text }).store.describe(ref("secret://a"), PLACE),
    ).rejects.toMatchObject({ code: "SEC003" });
  });
});
