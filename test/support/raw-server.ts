import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** Answers requests with whatever a test says, malformed replies included. */
export interface RawServer {
  readonly origin: string;
  /** `METHOD path?query` of each request, in order. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** What to do with the nth request (from 0). */
export type RawAnswer = (
  index: number,
  request: IncomingMessage,
  response: ServerResponse,
) => void;

export async function startRawServer(answer: RawAnswer): Promise<RawServer> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    // The body is read to its end first, as a server that carries a request out would.
    request.resume().on("end", () => {
      answer(seen.length - 1, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Sends JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...headers,
  });
  response.end(JSON.stringify(body));
}
