import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";

/** What becomes of the text of one object of a reply; bytes, because some of it is not text. */
export type Damage = (object: JsonObject) => string | Buffer;

/** Which object of which replies is damaged, and how. */
export interface Harm {
  /** Name of the connection. */
  readonly target: string;
  readonly where: "list" | "get";
  readonly damage: Damage;
}

/** A server in front of an API that passes everything on and damages one object of its replies. */
export interface DamagingProxy {
  readonly start: (origin: string) => Promise<string>;
  /** From now on; `undefined` passes everything on as it is. */
  set(harm: Harm | undefined): void;
}

/** Makes one, closed with the test. */
export function aDamagingProxy(): DamagingProxy {
  let harm: Harm | undefined;
  return {
    set(next) {
      harm = next;
    },
    async start(origin) {
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const { method = "GET", url = "/" } = request;
          const body = Buffer.concat(chunks);
          fetch(`${origin}${url}`, {
            method,
            headers: headersOf(request.headers),
            ...(body.length === 0 ? {} : { body }),
          })
            .then(async (reply) => {
              const text = await reply.text();
              const bytes =
                method === "GET" && harm !== undefined
                  ? damaged(text, harm)
                  : Buffer.from(text);
              response.writeHead(reply.status, {
                "content-type": reply.headers.get("content-type") ?? "",
              });
              response.end(bytes);
            })
            .catch(() => response.destroy());
        });
      });
      await new Promise<void>((resolve) =>
        server.listen(0, "127.0.0.1", resolve),
      );
      onTestFinished(
        () =>
          new Promise<void>((resolve) => {
            server.close(() => {
              resolve();
            });
            server.closeAllConnections();
          }),
      );
      const { port } = server.address() as AddressInfo;
      return `http://127.0.0.1:${String(port)}`;
    },
  };
}

function headersOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept = ["authorization", "content-type", "x-api-version"];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function damaged(text: string, { target, where, damage }: Harm): Buffer {
  const body: unknown = JSON.parse(text);
  const plain = Buffer.from(text);
  if (!isJsonObject(body)) return plain;
  const name = (one: unknown): unknown =>
    isJsonObject(one) ? (one["key_id"] ?? one["connection_id"]) : undefined;
  const { connections, connection } = body;
  if (where === "list" && Array.isArray(connections))
    return around(body, "connections", [
      Buffer.from("["),
      ...connections.flatMap((one: unknown, index) => [
        Buffer.from(index === 0 ? "" : ","),
        name(one) === target && isJsonObject(one)
          ? Buffer.from(damage(one))
          : Buffer.from(JSON.stringify(one)),
      ]),
      Buffer.from("]"),
    ]);
  if (
    where === "get" &&
    isJsonObject(connection) &&
    name(connection) === target
  )
    return around(body, "connection", [Buffer.from(damage(connection))]);
  // The older dialect answers with the connection itself.
  if (where === "get" && name(body) === target)
    return Buffer.from(damage(body));
  return plain;
}

/** The object with other bytes for one of its members. */
function around(
  body: JsonObject,
  member: string,
  bytes: readonly Buffer[],
): Buffer {
  const rest = Object.entries(body)
    .filter(([name]) => name !== member)
    .map(
      ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
  return Buffer.concat([
    Buffer.from(`{${JSON.stringify(member)}:`),
    ...bytes,
    Buffer.from(`${rest.join("")}}`),
  ]);
}
