import { readdir, readFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What the server does to a write instead of carrying it out. */
export type Failure = "none" | "echo" | "html" | "reset" | "hang";

/** Forwards everything to an API, except that writes fail as told, with the request's own body in the answer where it can be. */
export interface HostileProxy {
  readonly origin: string;
  failure: Failure;
  /** Access tokens that passed: secrets as well. */
  readonly tokens: Set<string>;
  /** Resolves when a write arrives. */
  nextWrite(): Promise<void>;
  close(): Promise<void>;
}

export async function startHostileProxy(api: string): Promise<HostileProxy> {
  let seen: (() => void)[] = [];
  const proxy = { failure: "none" as Failure, tokens: new Set<string>() };
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
      const reply = await fetch(api + (request.url ?? ""), {
        method: request.method ?? "GET",
        headers: forwarded(request),
        ...(body === "" ? {} : { body }),
      });
      const text = await reply.text();
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

function fail(
  failure: Failure,
  sent: { readonly body: string; readonly authorization: string },
  response: ServerResponse,
): void {
  const all = `${sent.body} ${sent.authorization} ${encodeURIComponent(sent.body)} ${Buffer.from(sent.body).toString("base64")}`;
  if (failure === "reset") response.destroy();
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

/** A text in every encoding a secret is likely to travel in; worked out here, not by the product's own scrubber. */
export function canaryForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((offset) => {
    const all = Buffer.concat([Buffer.alloc(offset, "x"), bytes]).toString(
      "base64",
    );
    // Without the characters that mix with what stands before and after.
    return all.slice(Math.ceil((offset * 4) / 3) + (offset === 0 ? 0 : 1), -4);
  });
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    htmlText(value),
    bytes.toString("hex"),
    ...base64,
    ...base64.map((one) => one.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** Names of the canaries that occur in a text, in any form. */
export function findCanaries(
  text: string,
  canaries: ReadonlyMap<string, string>,
): readonly string[] {
  return [...canaries]
    .filter(([, value]) =>
      canaryForms(value).some((form) => text.includes(form)),
    )
    .map(([name]) => name);
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
