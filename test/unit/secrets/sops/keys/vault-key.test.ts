import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { KeyEntry } from "../../../../../src/secrets/sops/core/key-entry.ts";
import { createVaultProvider } from "../../../../../src/secrets/sops/keys/vault-key.ts";

type Handler = (
  body: string,
  request: IncomingMessage,
  response: ServerResponse,
) => void;
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function aVault(handle: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      handle(body, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  );
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function entryAt(address: string, enc = "vault:v1:wrapped"): KeyEntry {
  return {
    type: "hc_vault",
    fields: new Map([
      ["vault_address", address],
      ["engine_path", "sops"],
      ["key_name", "main"],
      ["enc", enc],
    ]),
  };
}

const KEY = Buffer.alloc(32, 7);

describe("a data key wrapped by Vault", () => {
  it("is opened at the address of VAULT_ADDR, with the token", async () => {
    const seen: unknown[] = [];
    const address = await aVault((body, request, response) => {
      seen.push([
        request.method,
        request.url,
        request.headers["x-vault-token"],
        JSON.parse(body),
      ]);
      response.end(
        JSON.stringify({ data: { plaintext: KEY.toString("base64") } }),
      );
    });
    const provider = createVaultProvider({
      VAULT_ADDR: `${address}/`,
      VAULT_TOKEN: "t",
    });
    expect(await provider.unwrap(entryAt(address), "f")).toEqual(KEY);
    expect(seen).toEqual([
      [
        "POST",
        "/v1/sops/decrypt/main",
        "t",
        { ciphertext: "vault:v1:wrapped" },
      ],
    ]);
  });

  it("sends no token to an address that only the file names", async () => {
    let isAsked = false;
    const address = await aVault((_body, _request, response) => {
      isAsked = true;
      response.end("{}");
    });
    for (const env of [
      { VAULT_TOKEN: "t" },
      { VAULT_TOKEN: "t", VAULT_ADDR: "https://vault.example" },
      { VAULT_TOKEN: "t", SOPS_HC_VAULT_ALLOWLIST: "all" },
      { VAULT_TOKEN: "t", VAULT_ADDR: address.replace("http:", "https:") },
    ]) {
      const provider = createVaultProvider(env);
      expect(await provider.unwrap(entryAt(address), "f")).toBeNull();
      expect((await provider.explain?.())?.join()).toContain(
        "no token was sent",
      );
    }
    expect(isAsked).toBe(false);
  });

  it("follows no redirect, and repeats nothing of a reply", async () => {
    let isAsked = false;
    const other = await aVault((_body, _request, response) => {
      isAsked = true;
      response.end("{}");
    });
    const address = await aVault((_body, _request, response) => {
      response.writeHead(307, { location: other }).end("secret reply");
    });
    const provider = createVaultProvider({
      VAULT_ADDR: address,
      VAULT_TOKEN: "t",
    });
    expect(await provider.unwrap(entryAt(address), "f")).toBeNull();
    expect(await provider.explain?.()).toEqual([
      `the Vault at ${address} answered with status 307`,
    ]);
    expect(isAsked).toBe(false);
  });

  it.each([
    ["a key that climbs out of its engine", { key_name: ".." }],
    ["an address with credentials", { vault_address: "http://a:b@127.0.0.1" }],
    ["another scheme", { vault_address: "file:///etc" }],
  ])("is not asked for with %s", async (_name, fields) => {
    const entry: KeyEntry = {
      type: "hc_vault",
      fields: new Map([
        ...entryAt("http://127.0.0.1:9").fields,
        ...Object.entries(fields),
      ]),
    };
    const provider = createVaultProvider({
      VAULT_ADDR: "http://127.0.0.1:9",
      VAULT_TOKEN: "t",
    });
    expect(await provider.unwrap(entry, "f")).toBeNull();
  });

  it("is bounded in size", async () => {
    const address = await aVault((_body, _request, response) => {
      response.end(
        JSON.stringify({ data: { plaintext: "A".repeat(200_000) } }),
      );
    });
    const provider = createVaultProvider({
      VAULT_ADDR: address,
      VAULT_TOKEN: "t",
    });
    expect(await provider.unwrap(entryAt(address), "f")).toBeNull();
  });

  it("is wrapped by the same engine", async () => {
    const address = await aVault((body, _request, response) => {
      expect(JSON.parse(body)).toEqual({ plaintext: KEY.toString("base64") });
      response.end(JSON.stringify({ data: { ciphertext: "vault:v1:new" } }));
    });
    const provider = createVaultProvider({
      SOPS_HC_VAULT_ALLOWLIST: address,
      VAULT_TOKEN: "t",
    });
    const wrapped = await provider.wrap?.(entryAt(address), KEY);
    expect(
      wrapped !== undefined && "fields" in wrapped
        ? wrapped.fields.get("enc")
        : wrapped,
    ).toBe("vault:v1:new");
  });
});
