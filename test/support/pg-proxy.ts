import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Cluster } from "./postgres.ts";

/** A way to a database that can be watched, and can fail. */
export interface DatabaseProxy {
  /** An address that leads through it. */
  through(address: string): string;
  /** Statements of clients, in order, each behind the letter of its message. */
  readonly said: readonly string[];
  /** Names that clients gave to prepared statements. */
  readonly prepared: readonly string[];
  /**
   * From the next statement that begins like this on: it is handed on, and its answer is lost with
   * the connection. Once.
   */
  loseAnswerTo(beginning: string): void;
  /** Hands nothing on any more and closes nothing: as when a cable is cut. */
  goSilent(): void;
}

/** Starts one; it ends with the test. */
export async function aDatabaseProxy(cluster: Cluster): Promise<DatabaseProxy> {
  const said: string[] = [];
  const prepared: string[] = [];
  const sockets = new Set<Socket>();
  let loses: string | undefined;
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect({ host: "127.0.0.1", port: cluster.port });
    let isLost = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.on("data", (bytes) => {
      if (isSilent) return;
      for (const { letter, statement, name } of statementsIn(bytes)) {
        said.push(`${letter} ${statement}`);
        if (name !== "") prepared.push(name);
        if (loses === undefined || !statement.startsWith(loses)) continue;
        loses = undefined;
        isLost = true;
      }
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (isSilent) return;
      if (isLost) client.destroy();
      else client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // A server that listens on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    said,
    prepared,
    through: (address) => {
      const url = new URL(address);
      return `postgresql://${url.username}@127.0.0.1:${String(port)}${url.pathname}`;
    },
    loseAnswerTo(beginning) {
      loses = beginning;
    },
    goSilent() {
      isSilent = true;
    },
  };
}

/** The statements in what a client sent: simple queries (Q) and those to prepare (P). */
function* statementsIn(bytes: Buffer) {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const letter = String.fromCharCode(bytes[at] ?? 0);
    const length = bytes.readInt32BE(at + 1);
    // The first message of a connection has no letter.
    if (!/[A-Za-z]/u.test(letter) || length < 4) return;
    const body = bytes.subarray(at + 5, at + 1 + length).toString("utf8");
    const [first = "", second = ""] = body.split("\0");
    if (letter === "Q") yield { letter, statement: first, name: "" };
    if (letter === "P") yield { letter, statement: second, name: first };
    at += 1 + length;
  }
}
