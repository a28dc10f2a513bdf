/** A request as the routes see it. */
export interface PageRequest {
  readonly method: "GET" | "POST";
  /** The parts of the path, decoded; none of them is empty or leads elsewhere. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Each line of each header, by its name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: string;
}

/** An answer, before it is sent. */
export interface PageReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The policy of a page of our own; without one nothing may act. */
  readonly policy?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one line of a header; `undefined` where there is none, or more than one. */
export function onlyHeader(
  { headers }: Pick<PageRequest, "headers">,
  name: string,
): string | undefined {
  const lines = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return lines?.length === 1 ? lines[0] : undefined;
}

/** True where a header was sent at all. */
export function hasHeader(
  { headers }: Pick<PageRequest, "headers">,
  name: string,
): boolean {
  return Object.hasOwn(headers, name) && headers[name] !== undefined;
}

/** A sentence, for people and programs that look no further. */
export function textReply(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): PageReply {
  return {
    status,
    contentType: "text/plain; charset=utf-8",
    body: `${text}\n`,
    headers,
  };
}

/** A page with the policy that it needs. */
export function htmlReply(
  status: number,
  body: string,
  policy: string,
): PageReply {
  return { status, contentType: "text/html; charset=utf-8", body, policy };
}

/** One JSON value. */
export function jsonReply(status: number, body: string): PageReply {
  return { status, contentType: "application/json; charset=utf-8", body };
}

/** Ends a request with an answer from any depth. */
export class ReplyError extends Error {
  readonly reply: PageReply;

  constructor(status: number, text: string, headers = {}) {
    super(text);
    this.name = "ReplyError";
    this.reply = textReply(status, text, headers);
  }
}
