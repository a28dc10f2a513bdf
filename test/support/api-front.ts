import { once } from "node:events";
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that stands before an API. */
export interface Passing {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /**
   * Hands it on, and its answer back.
   * @param body - where it was read already.
   * @param isTold - asked once there is an answer: false for one that nobody gets.
   */
  readonly handOn: (body?: Buffer, isTold?: () => boolean) => void;
}

/** Stands before an API until the test ends. @returns its origin. */
export async function anApiFront(
  origin: string,
  handle: (passing: Passing) => void,
): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    handle({
      incoming,
      outgoing,
      handOn: (body, isTold = () => true) => {
        const { method, url = "/", headers } = incoming;
        const address = new URL(url, origin);
        const onward = ask(address, { method, headers }, (answer) => {
          if (!isTold()) {
            answer.resume();
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        });
        onward.on("error", () => outgoing.destroy());
        if (body === undefined) incoming.pipe(onward);
        else onward.end(body);
      },
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}`;
}
