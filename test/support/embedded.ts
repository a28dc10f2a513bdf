import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

import type { CatalogueEntry } from "../../src/domain/catalogue/catalogue.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { isJsonObject } from "../../src/domain/json.ts";
import { startEmbedded } from "../../src/embedded/index.ts";
import type { EmbeddedApi, EmbeddedOptions } from "../../src/embedded/index.ts";
import type { Clock } from "../../src/ports/clock.ts";

/** A clock that stands still until it is moved; sleeping moves it. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function aClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    advance: (ms) => {
      now += ms;
    },
  };
}

function anEntry(
  slug: string,
  type: string,
  rest: Partial<CatalogueEntry> = {},
): CatalogueEntry {
  return {
    slug,
    provider_key: slug.toUpperCase(),
    display_name: slug,
    auth_types: ["oauth2"],
    connection_type: type,
    dcr: false,
    is_mcp: false,
    scopes: [],
    ...rest,
  };
}

export const TEST_CATALOGUE: readonly CatalogueEntry[] = [
  anEntry("gmail", "OAUTH", { scopes: ["mail.send"] }),
  anEntry("slack", "OAUTH"),
  anEntry("notionmcp", "OAUTH", { dcr: true, is_mcp: true }),
  anEntry("affinity", "BEARER"),
  anEntry("googledwd", "GOOGLE_DWD"),
  anEntry("google_ads", "OAUTH"),
];

/** An answer with its body read as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** An embedded API with a client that holds a token. */
export interface Client {
  readonly api: EmbeddedApi;
  readonly clock: TestClock;
  readonly token: string;
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  raw(method: string, path: string, init?: RequestInit): Promise<Response>;
}

/** Starts an embedded API that ends with the test, and takes a token. */
export async function aClient(
  options: Partial<EmbeddedOptions> = {},
): Promise<Client> {
  const clock = aClock();
  const api = await startEmbedded({
    clientId: "id",
    clientSecret: "client-secret",
    clock,
    catalogue: TEST_CATALOGUE,
    ...options,
  });
  onTestFinished(() => api.close());
  const token = await fetchToken(api.origin);
  api.clearRequests();
  const raw: Client["raw"] = (method, path, init = {}) =>
    fetch(`${api.origin}${path}`, {
      method,
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        connection: "close",
        ...Object.fromEntries(new Headers(init.headers)),
      },
    });
  return {
    api,
    clock,
    token,
    raw,
    async send(method, path, body) {
      const init: RequestInit =
        body === undefined
          ? {}
          : {
              body: JSON.stringify(body),
              headers: { "content-type": "application/json" },
            };
      return readAnswer(await raw(method, path, init));
    },
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body: unknown = await response.json();
  if (!isJsonObject(body)) throw new TypeError("the body is not a JSON object");
  return { status: response.status, headers: response.headers, body };
}

export function postToken(
  origin: string,
  form: Record<string, string>,
): Promise<Response> {
  return fetch(`${origin}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
}

async function fetchToken(origin: string): Promise<string> {
  const { body } = await readAnswer(
    await postToken(origin, {
      grant_type: "client_credentials",
      client_id: "id",
      client_secret: "client-secret",
    }),
  );
  const token = body["access_token"];
  if (typeof token !== "string") throw new TypeError("no token was given");
  return token;
}

/** A connection as create answered it. */
export type Created = JsonObject & { readonly id: string };

/** Creates an app connection and returns its body. */
export async function createConnection(
  client: Client,
  key_id: string,
  members: JsonObject = {},
): Promise<Created> {
  const { status, body } = await client.send(
    "POST",
    "/api/v1/connections?flags.is_app=true",
    { provider_key: "GMAIL", type: "OAUTH", key_id, ...members },
  );
  const connection = body["connection"];
  const id = isJsonObject(connection) ? connection["id"] : undefined;
  if (status !== 201 || !isJsonObject(connection) || typeof id !== "string") {
    throw new TypeError(`create answered ${String(status)}`);
  }
  return { ...connection, id };
}

/** The first ErrorInfo of a google.rpc.Status body. */
export function errorInfo(answer: Answer): JsonObject {
  const { details } = answer.body;
  const [info] = Array.isArray(details) ? details : [];
  return isJsonObject(info) ? info : {};
}

/** A folder that is removed with the test. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tieline-embedded-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
