import { setMaxListeners } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Server as Listener, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

import { UserError } from "../domain/problem/error.ts";
import { NO_PROCESSES } from "../ports/processes.ts";
import { sowAccounts } from "./service/account-seeds.ts";
import { openDoorToHttp2 } from "./transport/connection-door.ts";
import { createServerCertificate } from "./transport/certificate.ts";
import type { ServerCertificate } from "./transport/certificate.ts";
import { lockDataFile, NO_LOCK, type DataLock } from "./data/data-file-lock.ts";
import { createDashboard } from "./service/dashboard.ts";
import { createFaultSchedule } from "./faults/faults.ts";
import { createHttpHandler } from "./transport/http-transport.ts";
import type { GrpcDeps } from "./transport/grpc-transport.ts";
import type { EmbeddedApi, EmbeddedOptions, RequestRecord } from "./options.ts";
import { createRandom } from "./faults/random.ts";
import { createReadView } from "./data/read-lag.ts";
import { answerRest, assertApiVersion } from "./transport/rest.ts";
import type { Callers } from "./transport/rest.ts";
import { assertPermitted, callRpc } from "./service/service.ts";
import type { ServiceContext } from "./service/service-context.ts";
import { openStore } from "./data/store.ts";
import type { Store } from "./data/store.ts";
import { unauthenticated } from "./wire/status.ts";
import { DEFAULT_SWITCHES } from "./switches.ts";
import { createTokenRegistry } from "./service/tokens.ts";

const HOST = "127.0.0.1";

/**
 * Environment address when the port is a different one each time: redirect URIs must not change
 * with it.
 */
const STABLE_URL = "https://embedded.example";

const MAX_RECORDS = 100_000;

/**
 * Starts an embedded API on the loopback interface. Close it when done: until then it keeps the
 * process alive.
 * @throws UserError CLI011 when the data file or the port cannot be used, CLI015 when another
 * process uses the data file.
 */
export async function startEmbedded(
  options: EmbeddedOptions,
): Promise<EmbeddedApi> {
  const lock = await lockData(options);
  const store = openOrUnlock(options.dataFile, lock);
  const server = createServer();
  const tls =
    options.isTls === true
      ? createServerCertificate(options.clock.now())
      : undefined;
  const listener = tls === undefined ? server : coverWithTls(server, tls);
  const port = await listen(listener, options.port ?? 0).catch(
    (error: unknown) => {
      store.close();
      lock.release();
      throw error;
    },
  );
  const origin = `${tls === undefined ? "http" : "https"}://${HOST}:${String(port)}`;
  const context = createContext(options, store, origin);
  const dashboard = createDashboard(context);
  const sowWaiting = sowAccounts(store, dashboard, options.accounts ?? []);
  const closing = new AbortController();
  // Every delayed answer listens to it; that is no leak.
  setMaxListeners(0, closing.signal);
  const records: RequestRecord[] = [];
  let faults = createFaultSchedule(
    options.faults ?? [],
    options.seed ?? 1,
    options.clock,
  );
  const tokens = createTokenRegistry(options.clock, options);
  const callers: Callers = {
    tokens,
    permissions: options.permissions,
    apiToken: options.apiToken,
  };

  const transport: Omit<GrpcDeps, "call"> = {
    clock: options.clock,
    faults: () => faults,
    revokeTokens: () => {
      tokens.revokeAll();
    },
    record: (record) => {
      if (records.length >= MAX_RECORDS) records.shift();
      records.push(record);
      options.onRequest?.(record);
    },
    closing: closing.signal,
  };
  serveBoth(server, { transport, context, callers, sowWaiting });
  answerNonsense(server);
  const sockets = trackSockets(listener);
  const close = closeOnce(async () => {
    closing.abort();
    const isClosed = new Promise<void>((resolve) => {
      listener.close(() => {
        resolve();
      });
    });
    for (const socket of sockets) socket.destroy();
    await isClosed;
    store.close();
    lock.release();
  });
  return {
    origin,
    authority: tls?.authority,
    requests: () => [...records],
    clearRequests: () => {
      records.length = 0;
    },
    setFaults: (rules) => {
      faults = createFaultSchedule(rules, options.seed ?? 1, options.clock);
    },
    ...dashboard,
    call: (rpc, request) => callRpc(context, rpc, request),
    close,
  };
}

interface Served {
  readonly transport: Omit<GrpcDeps, "call">;
  readonly context: ServiceContext;
  readonly callers: Callers;
  readonly sowWaiting: () => void;
}

/** REST on HTTP/1.1 and gRPC on HTTP/2, on the one port. */
function serveBoth(
  server: Server,
  { transport, context, callers, sowWaiting }: Served,
): void {
  const handler = createHttpHandler({
    ...transport,
    answer: (request) => {
      const reply = answerRest(context, callers, request);
      sowWaiting();
      return reply;
    },
  });
  server.on("request", handler);
  const door = createGrpcDoor({
    ...transport,
    call(rpc, request, headers) {
      const authorization = headers.get("authorization") ?? undefined;
      if (!callers.tokens.accepts(authorization)) throw unauthenticated();
      assertApiVersion(context, headers.get("x-api-version") ?? undefined);
      assertPermitted(rpc, callers.permissions);
      const reply = callRpc(context, rpc, request);
      sowWaiting();
      return reply;
    },
  });
  openDoorToHttp2(server, door);
}

async function lockData(options: EmbeddedOptions): Promise<DataLock> {
  const { dataFile, clock, processes = NO_PROCESSES } = options;
  if (dataFile === undefined) return NO_LOCK;
  return lockDataFile(dataFile, { clock, processes });
}

function openOrUnlock(dataFile: string | undefined, lock: DataLock): Store {
  try {
    return openStore(dataFile, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Loads the gRPC transport at the first HTTP/2 connection and gives it this and all later ones. */
function createGrpcDoor(deps: GrpcDeps): (socket: Socket) => void {
  let loading: Promise<(socket: Socket) => void> | undefined;
  return (socket) => {
    loading ??= import("./transport/grpc-transport.ts").then(
      ({ createGrpcServer }) => createGrpcServer(deps),
    );
    const fail = (): void => {
      socket.destroy();
    };
    socket.on("error", fail);
    loading
      .then((serve) => {
        socket.off("error", fail);
        if (!socket.destroyed) serve(socket);
      })
      .catch(fail);
  };
}

function createContext(
  options: EmbeddedOptions,
  store: Store,
  origin: string,
): ServiceContext {
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const hasFixedPort = options.port !== undefined && options.port !== 0;
  return {
    store,
    view: createReadView(store, switches.readLagMs, () => options.clock.now()),
    switches,
    clock: options.clock,
    random: createRandom(options.seed ?? 1),
    catalogue: new Map(
      options.catalogue.map((entry) => [entry.provider_key, entry]),
    ),
    environmentUrl:
      options.environmentUrl ?? (hasFixedPort ? origin : STABLE_URL),
  };
}

/**
 * Takes the connections of a listener that speaks TLS; both protocols are offered, and the first
 * bytes decide as without.
 */
function coverWithTls(server: Server, tls: ServerCertificate): Listener {
  const listener = createTlsServer({
    key: tls.key,
    cert: tls.certificate,
    ALPNProtocols: ["h2", "http/1.1"],
  });
  listener.on("secureConnection", (socket) => {
    server.emit("connection", socket);
  });
  // A client that does not trust the certificate, or speaks no TLS, is gone; it has been told by
  // its own end of the line.
  listener.on("tlsClientError", () => undefined);
  return listener;
}

function trackSockets(listener: Listener): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  listener.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

/** What is no HTTP at all gets the shortest answer HTTP has. */
function answerNonsense(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status =
      error.code === "HPE_HEADER_OVERFLOW"
        ? "431 Request Header Fields Too Large"
        : "400 Bad Request";
    if (socket.writable)
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
    else socket.destroy();
  });
}

/** @returns The port that was taken. */
async function listen(server: Listener, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: HOST, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw cannotListen(port, error);
  }
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

function cannotListen(port: number, cause: unknown): UserError {
  const code =
    cause instanceof Error && "code" in cause ? String(cause.code) : "an error";
  return new UserError(
    "CLI011",
    `the embedded API cannot listen on ${HOST}:${String(port)}`,
    {
      why: `the operating system answered ${code}`,
      fix: "choose another port, or 0 for any free one",
      notDone: "the embedded API was not started",
      cause,
    },
  );
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}
