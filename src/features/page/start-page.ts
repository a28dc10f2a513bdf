import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { isLoopbackHost } from "../../domain/address.ts";
import { UserError } from "../../domain/problem/error.ts";
import { systemCause } from "../../domain/problem/system-cause.ts";
import { createFormTokens } from "./form-token.ts";
import type { Page, PageAuth, PageLimits, PageOptions } from "./options.ts";
import { createOverview } from "./overview.ts";
import { bracketed } from "./own-origin.ts";
import { createReadiness } from "./readiness.ts";
import type { Site } from "./routes.ts";
import { MAX_HEADER_BYTES, serveExchange } from "./serve-exchange.ts";
import { createWakeDoor } from "./wake-door.ts";

const LIMITS: PageLimits = {
  headMs: 10_000,
  requestMs: 15_000,
  idleMs: 5_000,
  silentMs: 20_000,
  sendingMs: 60_000,
  answerMs: 20_000,
};
/** How often the first two are looked at, at most. */
const CHECK_MS = 2_000;
const MAX_CONNECTIONS = 256;
/** Of one address, so that one of them does not shut out what asks whether the process lives. */
const MAX_CONNECTIONS_OF_ONE = 128;
const MAX_HEADERS = 100;
const MIN_WORD = 20;

/**
 * Serves the page until it is closed.
 * @throws UserError CLI001 where anybody who reaches it would be let in, or by a word that can be
 * guessed; CLI011 when the port cannot be used.
 */
export async function startPage(given: PageOptions): Promise<Page> {
  const options = {
    ...given,
    publicHosts: given.publicHosts.map((name) => name.toLowerCase()),
  };
  const { auth, host } = options;
  assertGuarded(options);
  if (auth !== null) assertWords(auth);
  const site: Site = {
    options,
    overview: createOverview(options.store, options.clock),
    formTokens: auth === null ? null : createFormTokens(auth),
  };
  const limits = { ...LIMITS, ...options.limits };
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headMs),
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.maxHeadersCount = MAX_HEADERS;
  server.setTimeout(limits.silentMs, (socket) => {
    socket.destroy();
  });
  const sockets = limitSockets(server);
  const wake = createWakeDoor(options);
  const readiness = createReadiness(site);
  serveExchange(server, { site, limits, readiness, wake });
  await listen(server, options);
  return {
    address: addressOf(server, host),
    async close() {
      wake.close();
      const isClosed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of sockets) socket.destroy();
      await isClosed;
    },
  };
}

/** @throws UserError CLI001 */
function assertGuarded({ auth, host }: PageOptions): void {
  if (auth !== null || isLoopbackHost(bracketed(host))) return;
  throw new UserError(
    "CLI001",
    `the status page would be open to everybody who reaches ${host}`,
    {
      why: "without a token or a proxy that signs people in it is served on loopback only",
      fix: "set TIELINE_PAGE_TOKEN or TIELINE_PAGE_PROXY_WORD where it is started, or let it listen on 127.0.0.1",
      notDone: "nothing was started",
    },
  );
}

/** @throws UserError CLI001 */
function assertWords({ tokens, proxy }: PageAuth): void {
  const words = [
    ...tokens.map(({ name, word }) => ({ name: `the token "${name}"`, word })),
    ...(proxy === null
      ? []
      : [{ name: "the word of the proxy", word: proxy.word }]),
  ];
  if (words.length === 0)
    throw new UserError("CLI001", "nobody could sign in to the status page", {
      fix: "give it a token or a proxy",
      notDone: "nothing was started",
    });
  for (const [index, { name, word }] of words.entries()) {
    const isShort = word.reveal().length < MIN_WORD;
    const isUsable = /^[\w.~+/=-]+$/u.test(word.reveal());
    const isTwice = words
      .slice(index + 1)
      .some((other) => word.equals(other.word));
    if (!isShort && isUsable && !isTwice) continue;
    throw new UserError("CLI001", `${name} of the status page cannot be used`, {
      why: isShort
        ? `it is shorter than ${String(MIN_WORD)} characters and could be guessed`
        : isTwice
          ? "it is used for somebody else, too, and nobody could tell them apart"
          : "it holds characters that do not pass through a header",
      fix: "make one with: openssl rand -base64 32",
      notDone: "nothing was started",
    });
  }
}

/** Lets nobody take every place. @returns the connections there are. */
function limitSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const counts = new Map<string, number>();
  server.on("connection", (socket) => {
    const from = socket.remoteAddress ?? "";
    const count = (counts.get(from) ?? 0) + 1;
    if (count > MAX_CONNECTIONS_OF_ONE) {
      socket.destroy();
      return;
    }
    counts.set(from, count);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      const left = (counts.get(from) ?? 1) - 1;
      if (left > 0) counts.set(from, left);
      else counts.delete(from);
    });
  });
  return sockets;
}

/** @throws UserError CLI011 */
async function listen(
  server: Server,
  { host, port }: PageOptions,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new UserError(
          "CLI011",
          `the status page cannot listen on ${bracketed(host)}:${String(port)}`,
          {
            ...systemCause(error),
            notDone: "nothing was started",
            cause: error,
          },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port =
    typeof address === "object" && address !== null ? address.port : 0;
  return `http://${bracketed(host)}:${String(port)}`;
}
