import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { ReplyError, textReply, type PageReply } from "./exchange.ts";
import { readBody, readHead } from "./read-request.ts";
import type { PageLimits } from "./options.ts";
import type { Readiness } from "./readiness.ts";
import { admit, type Site } from "./routes.ts";
import { createSender } from "./send-reply.ts";
import { isWakeAddress, type WakeDoor } from "./wake-door.ts";

/** Room for what sign-on proxies pass on. */
export const MAX_HEADER_BYTES = 32_768;

const MAX_AT_ONCE = 32;
/** What serving takes. */
interface Serving {
  readonly site: Site;
  readonly limits: PageLimits;
  readonly readiness: Readiness;
  readonly wake: WakeDoor;
}

/** Answers every request of a server. Nothing that is sent stops the process. */
export function serveExchange(
  server: Server,
  { site, limits, readiness, wake }: Serving,
): void {
  const places = createPlaces();
  const send = createSender(site.options.scrub, limits.sendingMs);
  server.on("request", (request, response) => {
    // Kept apart from the rest: many who read must not make the process look dead.
    const probe = probeOf(request.url);
    if (probe !== null) {
      send(response, request, answerProbe(probe, request, readiness));
      return;
    }
    // Proven by itself: who wakes it is nobody who signs in.
    const coming = isWakeAddress(request.url)
      ? wake.answer(request)
      : replyTo(site, request, places);
    send(response, request, within(limits.answerMs, coming));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    refuse(socket, error.code);
  });
  const hangUp = (_request: IncomingMessage, socket: Duplex): void => {
    socket.destroy();
  };
  server.on("upgrade", hangUp);
  server.on("connect", hangUp);
}

type Probe = "alive" | "ready";

function probeOf(url: string | undefined): Probe | null {
  if (url === "/healthz") return "alive";
  return url === "/readyz" ? "ready" : null;
}

async function answerProbe(
  probe: Probe,
  { method }: IncomingMessage,
  readiness: Readiness,
): Promise<PageReply> {
  if (method !== "GET" && method !== "HEAD")
    return textReply(405, "this address takes another method", {
      allow: "GET, HEAD",
    });
  if (probe === "alive") return textReply(200, "alive");
  const problem = await readiness();
  return problem === null ? textReply(200, "ready") : textReply(503, problem);
}

/**
 * Who is not let in is told so before a body is waited for, and a body is waited for before a place
 * is taken: nobody keeps others out by being slow.
 */
async function replyTo(
  site: Site,
  message: IncomingMessage,
  places: Places,
): Promise<PageReply> {
  try {
    const head = readHead(message);
    const answerTo = admit(site, head);
    const body = head.method === "POST" ? await readBody(message) : "";
    return await places.with(() => answerTo({ ...head, body }));
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    site.options.onFailure(failureText(error));
    return textReply(
      500,
      "this cannot be shown now; the log of the process says more",
    );
  }
}

/** Bounds how much is answered at once. */
interface Places {
  with(work: () => Promise<PageReply>): Promise<PageReply>;
}

/** A place is held until the work ends, not only until nobody waits for it any more. */
function createPlaces(): Places {
  let taken = 0;
  return {
    async with(work) {
      if (taken >= MAX_AT_ONCE)
        return textReply(503, "busy", { "retry-after": "1" });
      taken += 1;
      try {
        return await work();
      } finally {
        taken -= 1;
      }
    },
  };
}

function failureText(error: unknown): string {
  return error instanceof Error
    ? error.message
    : "something that is no error was thrown";
}

/** What takes too long is answered without it; it goes on, and nobody waits for it. */
async function within(
  ms: number,
  work: Promise<PageReply>,
): Promise<PageReply> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<PageReply>((resolve) => {
    timer = setTimeout(() => {
      resolve(
        textReply(503, "this takes too long now", { "retry-after": "10" }),
      );
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** What is no HTTP is told so in as many words, and no more. */
function refuse(socket: Duplex, code: string | undefined): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const line = REFUSALS[code ?? ""] ?? "400 Bad Request";
  socket.end(
    `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\nx-content-type-options: nosniff\r\n\r\n`,
  );
}
