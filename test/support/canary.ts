import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ENCODINGS } from "./encodings.ts";

/** What the server does to a write instead of carrying it out. */
export type Failure =
  "none" | "echo" | "echo-everywhere" | "html" | "reset" | "hang";

/**
 * Forwards everything to an API, except that writes fail as told, with the request's own body in
 * the answer where it can be.
 */
export interface HostileProxy {
  readonly origin: string;
  failure: Failure;
  /**
   * Puts what was last written as a secret into ordinary fields of every connection that is read,
   * in every spelling.
   */
  echoesReads: boolean;
  /** Access tokens that passed: secrets as well. */
  readonly tokens: Set<string>;
  /** Resolves when a write arrives. */
  nextWrite(): Promise<void>;
  close(): Promise<void>;
}

export async function startHostileProxy(api: string): Promise<HostileProxy> {
  let seen: (() => void)[] = [];
  const proxy = {
    failure: "none" as Failure,
    echoesReads: false,
    tokens: new Set<string>(),
  };
  let written = "";
  const server = createServer((request, response) => {
    void readAll(request).then(async (body) => {
      const isWrite =
        request.method !== "GET" && request.url?.startsWith("/oauth") !== true;
      if (isWrite) {
        for (const resolve of seen) resolve();
        seen = [];
        if (proxy.failure !== "none") {
          fail(
            proxy.failure,
            { body, authorization: request.headers.authorization ?? "" },
            response,
          );
          return;
        }
      }
      const reply = await forward(api, request, body);
      written =
        /"client_secret":"((?:[^"\\]|\\.)+)"/u.exec(body)?.[1] ?? written;
      const text = withEcho(
        await reply.text(),
        proxy.echoesReads ? written : "",
      );
      const token = /"access_token":"([^"]+)"/u.exec(text)?.[1];
      if (token !== undefined) proxy.tokens.add(token);
      response.writeHead(reply.status, {
        "content-type": reply.headers.get("content-type") ?? "application/json",
      });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    origin: `http://127.0.0.1:${String(port)}`,
    nextWrite: () => new Promise<void>((resolve) => seen.push(resolve)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}

function forward(
  api: string,
  request: IncomingMessage,
  body: string,
): Promise<Response> {
  return fetch(api + (request.url ?? ""), {
    method: request.method ?? "GET",
    headers: forwarded(request),
    ...(body === "" ? {} : { body }),
  });
}

/**
 * The reply with a secret in fields that plans show, spelt in every way that a scrubber can know.
 */
function withEcho(text: string, json: string): string {
  if (json === "") return text;
  const secret: unknown = JSON.parse(`"${json}"`);
  const echoes = ENCODINGS.filter(({ isScrubbed }) => isScrubbed).map(
    ({ encode }) => encode(String(secret)),
  );
  return text
    .replaceAll(
      '"scopes":[',
      `"scopes":[${echoes.map((echo) => JSON.stringify(echo)).join(",")},`,
    )
    .replaceAll(
      /"access_type":"[^"]*"/gu,
      () => `"access_type":${JSON.stringify(echoes.join(" | "))}`,
    );
}

/** Every value of a request that could be a secret, as the server that got it would find it. */
function valuesOf(sent: {
  readonly body: string;
  readonly authorization: string;
}): readonly string[] {
  const values = [sent.authorization.replace(/^Bearer /u, "")];
  try {
    JSON.parse(sent.body, (_name, value: unknown) => {
      if (typeof value === "string") values.push(value);
      return value;
    });
  } catch {
    values.push(...new URLSearchParams(sent.body).values());
  }
  return values.filter((value) => value.length > 5);
}

/** An error that repeats everything in every spelling in every field it has. */
function failEverywhere(
  sent: { readonly body: string; readonly authorization: string },
  response: ServerResponse,
): void {
  const echoes = valuesOf(sent).flatMap((value) =>
    ENCODINGS.map(({ encode }) => encode(value)),
  );
  const all = echoes.join(" ");
  const one = echoes.find((echo) => /^[\w.-]{1,60}$/u.test(echo)) ?? "none";
  response.writeHead(400, {
    "content-type": "application/json",
    "x-request-id": one,
    location: `https://elsewhere.example/${one}`,
    "grpc-message": one,
  });
  response.end(
    JSON.stringify({
      code: 3,
      message: all,
      error: one,
      error_description: all,
      details: echoes.map((echo) => ({
        "@type": echo,
        error_code: echo,
        [echo]: echo,
        request_info: { request_id: echo },
        resource_info: { resource_name: echo, description: all },
        validation_error_info: {
          field_violations: [
            { field: echo, constraint: echo },
            { field: "connection", constraint: echo },
          ],
        },
      })),
    }),
  );
}

function fail(
  failure: Failure,
  sent: { readonly body: string; readonly authorization: string },
  response: ServerResponse,
): void {
  const all = `${sent.body} ${sent.authorization} ${encodeURIComponent(sent.body)} ${Buffer.from(sent.body).toString("base64")}`;
  if (failure === "reset") response.destroy();
  else if (failure === "echo-everywhere") failEverywhere(sent, response);
  else if (failure === "html") {
    response.writeHead(502, { "content-type": "text/html" });
    response.end(
      `<html><title>${htmlText(all)}</title><body>${htmlText(all)}</body></html>`,
    );
  } else if (failure === "echo") {
    response.writeHead(500, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        code: 13,
        message: `could not store ${all}`,
        details: [{ request: sent.body, why: all }],
      }),
    );
  }
}

function htmlText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const names = ["authorization", "content-type", "accept", "user-agent"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return text;
}

/**
 * A text in every encoding a secret is likely to travel in; worked out here, not by the product's
 * own scrubber.
 */
export function canaryForms(value: string): readonly string[] {
  const known = formsOf.get(value);
  if (known !== undefined) return known;
  const forms = makeForms(value);
  formsOf.set(value, forms);
  return forms;
}

/** They are looked for in many files, and take longer to make than to find. */
const formsOf = new Map<string, readonly string[]>();

function makeForms(value: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const all = Buffer.concat([
      Buffer.alloc(offset, "x"),
      Buffer.from(value),
    ]).toString("base64");
    // Without the characters that mix with what stands before and after.
    return all.slice(Math.ceil((offset * 4) / 3) + (offset === 0 ? 0 : 1), -4);
  });
  return [
    ...ENCODINGS.map(({ encode }) => encode(value)),
    htmlText(value),
    ...base64,
    ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** Names of the canaries that occur in a text, in any form. */
export function findCanaries(
  text: string,
  canaries: ReadonlyMap<string, string>,
): readonly string[] {
  // Most of what is looked at was looked at before: files that no run touches.
  const known = hashOf(`${[...canaries.values()].join("\n")}\n\n${text}`);
  if (CLEAN.has(known)) return [];
  const found = [...canaries]
    .filter(([, value]) =>
      canaryForms(value).some((form) => text.includes(form)),
    )
    .map(([name]) => name);
  if (found.length === 0) CLEAN.add(known);
  return found;
}

const CLEAN = new Set<string>();

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** Every file below a folder with its content as text, except those named. */
export async function filesBelow(
  folder: string,
  except: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !except.some((suffix) => file.endsWith(suffix)));
  return Promise.all(
    files.map(async (file) => [file, await readFile(file, "latin1")] as const),
  );
}
