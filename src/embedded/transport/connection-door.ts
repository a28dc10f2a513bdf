import type { Server } from "node:http";
import type { Socket } from "node:net";

/** How an HTTP/2 connection begins. @remarks Source: RFC 9113 section 3.4. */
const PREFACE = Buffer.from("PRI * HTTP/2", "latin1");

/**
 * Lets one HTTP/1.1 server share its port with HTTP/2: the first bytes of each connection decide
 * who gets it. An HTTP/1.1 connection is handed on as soon as a byte of it differs from the
 * preface, which is its first or second one.
 */
export function openDoorToHttp2(
  server: Server,
  serveHttp2: (socket: Socket) => void,
): void {
  // Node's types only say Function; what listens here is the HTTP/1.1 parser.
  const listeners = server.listeners("connection") as ((
    this: Server,
    socket: Socket,
  ) => void)[];
  server.removeAllListeners("connection");
  const serveHttp1 = (socket: Socket): void => {
    for (const listener of listeners) listener.call(server, socket);
  };
  server.on("connection", (socket: Socket) => {
    peek(socket, { serveHttp1, serveHttp2 });
  });
}

interface Servers {
  readonly serveHttp1: (socket: Socket) => void;
  readonly serveHttp2: (socket: Socket) => void;
}

function peek(socket: Socket, { serveHttp1, serveHttp2 }: Servers): void {
  let seen: Buffer = Buffer.alloc(0);
  const leave = (): void => {
    socket.destroy();
  };
  const onReadable = (): void => {
    const chunk: unknown = socket.read();
    if (!(chunk instanceof Buffer)) return;
    seen = Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const isPreface = seen
      .subarray(0, length)
      .equals(PREFACE.subarray(0, length));
    if (isPreface && length < PREFACE.length) return;
    socket.off("readable", onReadable);
    socket.off("error", leave);
    socket.off("end", leave);
    socket.unshift(seen);
    if (!isPreface) {
      serveHttp1(socket);
      return;
    }
    // HTTP/1.1 servers keep a half-closed connection; HTTP/2 has no use for one and would never let
    // go of it.
    socket.allowHalfOpen = false;
    serveHttp2(socket);
  };
  socket.on("error", leave);
  socket.on("end", leave);
  socket.on("readable", onReadable);
}
