import type { IncomingMessage, ServerResponse } from "node:http";
import type { PageReply } from "./exchange.ts";

/** Nothing may act but what the policy of a page lets; nothing is kept, framed or guessed. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "cache-control": "no-store",
};

/** Sends an answer once it is there. */
type Sender = (
  response: ServerResponse,
  request: IncomingMessage,
  coming: Promise<PageReply>,
) => void;

/** Makes what sends answers: scrubbed, and to nobody for longer than so many milliseconds. */
export function createSender(
  scrub: (text: string) => string,
  sendingMs: number,
): Sender {
  return (response, request, coming) => {
    coming
      .then((reply) => {
        const timer = setTimeout(() => {
          response.destroy();
        }, sendingMs);
        response.once("close", () => {
          clearTimeout(timer);
        });
        write(response, request, { ...reply, body: scrub(reply.body) });
      })
      .catch(() => {
        response.destroy();
      });
  };
}

function write(
  response: ServerResponse,
  request: IncomingMessage,
  reply: PageReply,
): void {
  const { status, contentType, policy, headers = {} } = reply;
  const body = Buffer.from(reply.body);
  // What was sent along and not read is not waited for.
  const isRead = request.complete || !hasBody(request);
  response.writeHead(status, {
    ...HEADERS,
    ...(policy === undefined ? {} : { "content-security-policy": policy }),
    ...headers,
    ...(isRead ? {} : { connection: "close" }),
    "content-type": contentType,
    "content-length": String(body.byteLength),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return (
    headers["transfer-encoding"] !== undefined ||
    (headers["content-length"] ?? "0") !== "0"
  );
}
