import type { ProcessEnv } from "../../../domain/environment-access.ts";
import { join } from "node:path";
import { readOwnFile } from "../../../platform/files/index.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import { damagedEntry, type KeyProvider } from "../core/key-provider.ts";

const TIMEOUT_MS = 30_000;
const MAX_REPLY_BYTES = 65_536;
const MAX_TOKEN_BYTES = 65_536;

/**
 * Opens and wraps data keys with the transit engine of HashiCorp Vault. The address stands in the
 * file and is not authenticated, so the token goes only to the origin of `VAULT_ADDR` or of an
 * address in `SOPS_HC_VAULT_ALLOWLIST`, and redirects are not followed.
 * @remarks Source: Vault API documentation, transit secrets engine; SOPS for the variables. The
 * word "all" of SOPS' list is not honoured.
 */
export function createVaultProvider(env: ProcessEnv): KeyProvider {
  const notes = new Set<string>();
  return {
    type: "hc_vault",
    unwrap: async (entry, file) => {
      const ciphertext = entry.fields.get("enc") ?? "";
      const reply = await callVault(env, entry, "decrypt", { ciphertext });
      if ("problem" in reply) {
        notes.add(reply.problem);
        return null;
      }
      const text = reply.data["plaintext"];
      const key =
        typeof text === "string"
          ? Buffer.from(text, "base64")
          : Buffer.alloc(0);
      if (key.length === 0) throw damagedEntry(entry, file);
      return key;
    },
    wrap: async (entry, dataKey) => {
      const plaintext = Buffer.from(dataKey).toString("base64");
      const reply = await callVault(env, entry, "encrypt", { plaintext });
      if ("problem" in reply) return reply;
      const enc = reply.data["ciphertext"];
      if (typeof enc !== "string" || enc === "")
        return { problem: "Vault answered without a ciphertext" };
      return { fields: new Map([...entry.fields, ["enc", enc]]) };
    },
    explain: () => Promise.resolve([...notes]),
  };
}

type Reply =
  | { readonly data: Readonly<Record<string, unknown>> }
  | { readonly problem: string };

async function callVault(
  env: ProcessEnv,
  entry: KeyEntry,
  act: "encrypt" | "decrypt",
  body: object,
): Promise<Reply> {
  const url = transitUrl(entry, act);
  if (url === undefined)
    return { problem: "the Vault address of the file is not a usable address" };
  if (!allowedOrigins(env).has(url.origin))
    return {
      problem: `the file names the Vault at ${url.origin}, which is neither VAULT_ADDR nor in SOPS_HC_VAULT_ALLOWLIST, so no token was sent there`,
    };
  const token = await vaultToken(env);
  if (token === undefined)
    return {
      problem:
        "there is no Vault token: VAULT_TOKEN is not set and ~/.vault-token does not exist",
    };
  return send(url, body, {
    "content-type": "application/json",
    "x-vault-token": token,
    "x-vault-request": "true",
    ...(env["VAULT_NAMESPACE"] === undefined
      ? {}
      : { "x-vault-namespace": env["VAULT_NAMESPACE"] }),
  });
}

async function send(
  url: URL,
  body: object,
  headers: Record<string, string>,
): Promise<Reply> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await readBounded(response);
    if (!response.ok)
      return {
        problem: `the Vault at ${url.origin} answered with status ${String(response.status)}`,
      };
    const parsed: unknown = JSON.parse(text);
    const data: unknown = isRecord(parsed) ? parsed["data"] : undefined;
    return isRecord(data)
      ? { data }
      : {
          problem: `the Vault at ${url.origin} answered with something else than data`,
        };
  } catch {
    // The cause may quote the reply, and the reply holds the data key.
    return { problem: `the Vault at ${url.origin} could not be asked` };
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: unknown = chunk;
    if (!(bytes instanceof Uint8Array)) continue;
    size += bytes.length;
    // Ends the loop and with it the request.
    if (size > MAX_REPLY_BYTES) return "";
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function transitUrl(entry: KeyEntry, act: string): URL | undefined {
  const engine = (entry.fields.get("engine_path") ?? "").split("/");
  const segments = [...engine, act, entry.fields.get("key_name") ?? ""];
  if (segments.some((part) => part === "" || /^\.+$/u.test(part)))
    return undefined;
  try {
    const base = new URL(entry.fields.get("vault_address") ?? "");
    if (!["https:", "http:"].includes(base.protocol)) return undefined;
    if (base.username !== "" || base.password !== "") return undefined;
    base.pathname = `${base.pathname.replace(/\/+$/u, "")}/v1/${segments.map(encodeURIComponent).join("/")}`;
    base.search = "";
    base.hash = "";
    return base;
  } catch {
    return undefined;
  }
}

/** Whole origins, scheme included: a token meant for https does not go out in the clear. */
function allowedOrigins(env: ProcessEnv): ReadonlySet<string> {
  const listed = (env["SOPS_HC_VAULT_ALLOWLIST"] ?? "").split(/[,\s]+/u);
  return new Set(
    [env["VAULT_ADDR"] ?? "", ...listed].flatMap((text) => {
      try {
        return [new URL(text).origin];
      } catch {
        return [];
      }
    }),
  );
}

async function vaultToken(env: ProcessEnv): Promise<string | undefined> {
  const named = env["VAULT_TOKEN"];
  if (named !== undefined && named !== "") return named;
  const home = env["HOME"] ?? env["USERPROFILE"];
  if (home === undefined || home === "") return undefined;
  try {
    const file = join(home, ".vault-token");
    const bytes = await readOwnFile(file, MAX_TOKEN_BYTES);
    const text = new TextDecoder().decode(bytes).trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
