import type { ListItem } from "../util/json-list.ts";

/**
 * One request of a driver. Paths start with a slash and are relative to the one origin the client
 * was made for.
 */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  /** `PATCH /api/v1/connections/{id}`: what errors and traces show instead of the path. */
  readonly route: string;
  /** A list is a parameter that is given several times. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly text: string };
  /** The permission the API asks for before it does this, to be named where it refuses. */
  readonly permission?: string;
  /**
   * Member of the reply that holds a list: its items are judged one by one, so that a bad one does
   * not spoil the others.
   */
  readonly list?: string;
  /**
   * True where an answer says nothing but its status: what is in it is not looked at, and the body
   * of the reply is `{}`.
   */
  readonly isStatusEnough?: boolean;
  /**
   * True when sending it twice cannot do more than sending it once. Only such requests are retried
   * after they may have been received.
   */
  readonly isIdempotent: boolean;
  /**
   * Called at the last moment before each attempt leaves, after every wait; what it throws ends the
   * request, and that attempt is not sent.
   */
  readonly beforeSend?: () => void;
  /** Takes what each answer tells beside its body, whatever its status. */
  readonly onReply?: (facts: ReplyFacts) => void;
}

/** A reply with a JSON body that was read whole. `status` is 2xx. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed body; `{}` for an empty one. A list that was asked for by name is empty here. */
  readonly body: unknown;
  /** The items of the list that was asked for by name, `undefined` where the reply has none. */
  readonly items?: readonly ListItem[];
  /**
   * True where the answer to a write names a member twice: the write is done, and what the answer
   * shows is not beyond doubt. Such an answer to a question is none.
   */
  readonly isEquivocal?: boolean;
  readonly requestId: string | undefined;
}

/**
 * The one way to the network.
 *
 * Obligations: speaks to one origin only; follows no redirect; bounds every wait and every body;
 * retries idempotent requests on 429, 5xx and broken connections, anything on 429 and refused
 * connections; obeys `Retry-After`; throws `RemoteError` or `TransientError` with a scrubbed
 * message.
 */
export interface HttpClient {
  readonly origin: string;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** Closes idle sockets; the client is not used afterwards. */
  close(): Promise<void>;
}

/** What the answers of the API tell beside their bodies. */
export interface ReplyFacts {
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the answer was there, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** What one attempt told of the API. */
export interface RequestFact {
  readonly isWrite: boolean;
  /** True for everything but a good answer. */
  readonly isError: boolean;
  readonly elapsedMs: number;
}

/** Spaces requests out so that no more than the agreed number start per second. */
export interface RequestPace {
  /**
   * Resolves when the caller may start one request; callers go in the order they asked. Rejects
   * with the signal's reason.
   */
  take(signal: AbortSignal): Promise<void>;
  /** Learns that the server refused a request as one too many. */
  refused(): void;
  /** Lets nobody start before `ms` from now: what a server's `Retry-After` asks of everybody. */
  hold(ms: number): void;
}

/** One pace for each origin: what several clients of one process share. */
export interface Paces {
  /**
   * The pace of an origin. The slowest rate that anybody asked for holds from then on.
   * @param ratePerSecond - above 0.
   */
  of(origin: string, ratePerSecond: number): RequestPace;
}
