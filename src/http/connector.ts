import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import type { Proxy } from "./proxy.ts";

/** How the HTTP library asks for a socket. */
export type Connector = buildConnector.connector;

/** Why no socket came about. Whatever it was, nothing of a request had left. */
export class ConnectFailure extends Error {
  /** The system's code, or `PROXY_` and the status of a proxy's refusal. */
  readonly code: string;
  readonly at: "proxy" | "target";

  constructor(code: string, at: "proxy" | "target") {
    super(code);
    this.name = "ConnectFailure";
    this.code = code;
    this.at = at;
  }
}

/** What a connector is made from. */
export interface ConnectorOptions {
  /** The library's own connector; it bounds its waits itself. */
  readonly direct: Connector;
  readonly proxy: Proxy | undefined;
  /** Longest wait for the proxy's answer. */
  readonly timeoutMs: number;
  /** Ends what is under way when the transport is closed. */
  readonly signal: AbortSignal;
}

/**
 * Opens sockets to the target, through a proxy where there is one, and tells failures before
 * anything was sent from all others.
 */
export interface SocketSource {
  readonly connect: Connector;
  /** False while no socket has ever stood: then nothing can have been sent. */
  hasOpened(): boolean;
}

/** Makes one. Nothing is opened yet. */
export function createConnector(options: ConnectorOptions): SocketSource {
  let hasOpened = false;
  return {
    hasOpened: () => hasOpened,
    connect: (target, callback) => {
      void connect(target, options).then(
        (socket) => {
          hasOpened = true;
          callback(null, socket);
        },
        (error: unknown) => {
          const failure =
            error instanceof ConnectFailure
              ? error
              : new ConnectFailure(codeOf(error), "target");
          callback(failure, null);
        },
      );
    },
  };
}

async function connect(
  target: buildConnector.Options,
  { direct, proxy, timeoutMs, signal }: ConnectorOptions,
): Promise<Socket> {
  if (proxy === undefined) return openDirectly(target, direct);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const tunnel = await openTunnel(target, proxy, limit);
  return target.protocol === "https:"
    ? openDirectly({ ...target, httpSocket: tunnel }, direct)
    : tunnel;
}

function openDirectly(
  target: buildConnector.Options,
  direct: Connector,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    direct(target, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

/**
 * Asks the proxy once to lead us to the target.
 * @remarks Source: RFC 9110 section 9.3.6. Nothing of the answer is kept but its status.
 */
async function openTunnel(
  target: buildConnector.Options,
  proxy: Proxy,
  limit: AbortSignal,
): Promise<Socket> {
  const url = new URL(proxy.origin);
  const { request } =
    url.protocol === "https:"
      ? await import("node:https")
      : await import("node:http");
  const host = target.hostname.includes(":")
    ? `[${target.hostname}]`
    : target.hostname;
  const usualPort = target.protocol === "https:" ? "443" : "80";
  const place = `${host}:${target.port === "" ? usualPort : target.port}`;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: "CONNECT",
      path: place,
      agent: false,
      signal: limit,
      headers: {
        host: place,
        ...(proxy.authorization === undefined
          ? {}
          : { "proxy-authorization": proxy.authorization }),
      },
    });
    asked.once("connect", ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.on("error", () => undefined).destroy();
      reject(new ConnectFailure(`PROXY_${String(statusCode)}`, "proxy"));
    });
    // A server that is no proxy answers a CONNECT as if it were any other request.
    asked.once("response", ({ statusCode = 0, socket }) => {
      socket.destroy();
      reject(new ConnectFailure(`PROXY_${String(statusCode)}`, "proxy"));
    });
    asked.on("error", (error) => {
      reject(
        new ConnectFailure(
          limit.aborted ? "UND_ERR_CONNECT_TIMEOUT" : codeOf(error),
          "proxy",
        ),
      );
    });
    asked.end();
  });
}

/**
 * The code of a system error, or `UNKNOWN`. Nothing else of an error is kept: its sentence may
 * quote bytes of an answer.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNKNOWN";
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string" && /^[A-Z0-9_]{2,60}$/u.test(code)) return code;
  // Trying several addresses gives an AggregateError whose own code is set only on some Node lines.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "UNKNOWN";
}
