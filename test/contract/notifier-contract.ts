import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RemoteError, TransientError } from "../../src/domain/problem/error.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { HttpClient } from "../../src/ports/http-client.ts";
import type { Notifier } from "../../src/ports/notifier.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { aNotice, HOSTILE_TEXTS } from "../support/notices.ts";

/** A post as the server took it. */
export interface TakenPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a notifier is made, and what is its secret. */
export interface NotifierSubject {
  readonly open: (
    origin: string,
    connect: (origin: string) => HttpClient,
  ) => Notifier;
  /** No message of it holds these. */
  readonly secrets: readonly string[];
  /** What it takes for a yes. */
  readonly yes: {
    readonly status: number;
    readonly type: string;
    readonly body: string;
  };
}

type Behaviour =
  "yes" | "hang" | "reset" | "garbage" | "redirect" | number | "empty";

/** The obligations of the port, against a server that misbehaves. */
export function describeNotifier(name: string, subject: NotifierSubject): void {
  describe(name, () => {
    let server: Server;
    let origin = "";
    let behaviour: Behaviour = "yes";
    let elsewhere = 0;
    let notifier: Notifier;
    const taken: TakenPost[] = [];

    beforeEach(async () => {
      behaviour = "yes";
      elsewhere = 0;
      taken.length = 0;
      server = createServer((request, response) => {
        if (request.url === "/elsewhere") elsewhere += 1;
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          taken.push({
            path: request.url ?? "",
            headers: request.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          });
          if (behaviour === "hang") return;
          if (behaviour === "reset") request.socket.resetAndDestroy();
          else if (behaviour === "garbage")
            request.socket.end("\u0000\u0001 not a status line\r\n\r\n");
          else if (behaviour === "redirect")
            response.writeHead(307, { location: "/elsewhere" }).end();
          else if (behaviour === "yes" || behaviour === "empty") {
            const { status, type, body } = subject.yes;
            response.writeHead(status, { "content-type": type });
            response.end(behaviour === "empty" ? "" : body);
          } else {
            const wait = behaviour === 429 ? { "retry-after": "90" } : {};
            const echo = JSON.stringify([request.url, request.headers]);
            response.writeHead(behaviour, {
              "content-type": "application/json",
              ...wait,
            });
            response.end(echo);
          }
        });
      });
      await new Promise<void>((resolve) =>
        server.listen(0, "127.0.0.1", resolve),
      );
      // A server that listens on a host and port has an address of this kind.
      const { port } = server.address() as AddressInfo;
      origin = `http://127.0.0.1:${String(port)}`;
      notifier = subject.open(origin, (at) =>
        createHttpClient({
          origin: at,
          clock: systemClock,
          limits: { concurrency: 1, requestsPerSecond: 100, timeoutMs: 300 },
          retry: { maxAttempts: 1 },
          scrub: (text) => text,
          userAgent: "test",
        }),
      );
    });

    afterEach(async () => {
      await notifier.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    const send = async (notice = aNotice()): Promise<unknown> => {
      try {
        await notifier.send(notice, new AbortController().signal);
        return null;
      } catch (error) {
        return error;
      }
    };

    it("delivers a notice in one post", async () => {
      expect(notifier.takes(aNotice())).toBe(true);
      expect(await send()).toBeNull();
      expect(taken).toHaveLength(1);
    });

    it.each([500, 502, 503, 429, 408, "hang", "reset", "garbage"] as const)(
      "calls %s worth another attempt",
      async (what) => {
        behaviour = what;
        const error = await send();
        expect(error).toBeInstanceOf(TransientError);
        if (what === 429) expect(error).toMatchObject({ retryAfterMs: 90_000 });
      },
    );

    it.each([400, 401, 403, 404, 410, 413, 422, "redirect"] as const)(
      "calls %s final",
      async (what) => {
        behaviour = what;
        const error = await send();
        expect(error).toBeInstanceOf(RemoteError);
        expect(error).not.toBeInstanceOf(TransientError);
      },
    );

    it("follows no redirect", async () => {
      behaviour = "redirect";
      await send();
      expect(taken).toHaveLength(1);
      expect(elsewhere).toBe(0);
    });

    it.each([401, 404, 429, 500, "redirect", "reset", "hang"] as const)(
      "shows no credential and no address when it meets %s",
      async (what) => {
        behaviour = what;
        const error = await send();
        const { message, why, fix, notDone, code } = error as RemoteError;
        const shown = [code, message, why, fix, notDone].join("\n");
        for (const secret of [...subject.secrets, new URL(origin).host])
          expect(shown).not.toContain(secret);
      },
    );

    it("ends when it is told to stop", async () => {
      behaviour = "hang";
      const stop = new AbortController();
      const sent = notifier.send(aNotice(), stop.signal);
      stop.abort();
      await expect(sent).rejects.toBeInstanceOf(TransientError);
    });

    it.each(HOSTILE_TEXTS)("delivers hostile text: %j", async (text) => {
      const notice = aNotice({ title: `prod: ${text}`, lines: [text, text] });
      expect(await send(notice)).toBeNull();
      expect(taken).toHaveLength(1);
    });
  });
}
