import { credentialAddress } from "../domain/address.ts";
import { RemoteError, TransientError } from "../domain/problem/error.ts";
import type { HttpClient } from "../ports/http-client.ts";

/** What a place that notices are posted to is reached with. */
export interface ReceiverOptions {
  /** Stable name for records and messages. */
  readonly name: string;
  /** A credential as a whole: who knows it can post there. */
  readonly address: URL;
  /** Makes the one client, for the origin it is given. */
  readonly connect: (origin: string) => HttpClient;
}

/** One post. */
interface Post {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True where the receiver leaves out the second of two. */
  readonly isIdempotent: boolean;
}

/** A place that takes posts of JSON and answers with a status. */
export interface Receiver {
  readonly name: string;
  post(post: Post, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** An address that notices may be posted to; `undefined` for every other text. */
export function receiverAddress(text: string): URL | undefined {
  return text === text.trim() ? credentialAddress(text) : undefined;
}

/** Nothing of an address, an answer or a notice gets into a message: of an answer its status. */
export function openReceiver({
  name,
  address,
  connect,
}: ReceiverOptions): Receiver {
  const http = connect(address.origin);
  const path = `${address.pathname}${address.search}`;
  return {
    name,
    async post({ body, headers, isIdempotent }, signal) {
      const request = {
        method: "POST" as const,
        path,
        route: `POST (${name})`,
        body: { contentType: "application/json", text: body },
        isStatusEnough: true,
        isIdempotent,
        ...(headers === undefined ? {} : { headers }),
      };
      try {
        await http.send(request, signal);
      } catch (error) {
        throw error instanceof RemoteError ? inOwnWords(name, error) : error;
      }
    },
    close: () => http.close(),
  };
}

/** Those of the client are about the API of an environment, and name the host. */
function inOwnWords(name: string, error: RemoteError): RemoteError {
  const { status } = error;
  const message = `${name} ${status === null ? "gave no usable answer" : `answered ${String(status)}`}`;
  const detail = {
    status,
    why:
      error instanceof TransientError
        ? "it is tried again later"
        : "it does not take the notice, so it is not tried again",
    fix: "check its address and its secret, as docs/guides/notifications.md shows",
    notDone: "the notice was not delivered",
    cause: error,
  };
  return error instanceof TransientError
    ? new TransientError("NTF001", message, {
        ...detail,
        mayHaveCommitted: error.mayHaveCommitted,
        retryAfterMs: error.retryAfterMs,
      })
    : new RemoteError("NTF001", message, detail);
}
