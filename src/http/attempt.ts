import { readListReply, type ListItem } from "../util/json-list.ts";
import { isPlainJson } from "../util/plain-json.ts";
import { parseStrictJson } from "../util/strict-json.ts";

/** Why one attempt brought no reply. */
export interface NetworkFailure {
  readonly kind: "unreachable" | "broken" | "timeout" | "too-large" | "aborted";
  /**
   * The system's or the HTTP library's own code, such as `ECONNREFUSED`; never its sentence, which
   * may quote bytes of a reply.
   */
  readonly code: string;
  /** On the way to what it happened, where no connection came about. Default: the target. */
  readonly at?: "proxy" | "target";
  /** False only when it is certain that the server saw nothing of the request. */
  readonly hasReached: boolean;
}

/** A reply read whole, still as text. */
export interface RawReply {
  readonly status: number;
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What became of one attempt, in the terms the retry policy decides on. */
export type Verdict =
  | {
      readonly kind: "ok";
      readonly reply: RawReply;
      readonly body: unknown;
      readonly items?: readonly ListItem[];
      readonly isEquivocal?: boolean;
    }
  | {
      readonly kind:
        "redirect" | "rate-limited" | "server-error" | "refused" | "not-json";
      readonly reply: RawReply;
      /** Parsed body, `undefined` where it is not JSON. */
      readonly body: unknown;
    }
  | { readonly kind: "network"; readonly failure: NetworkFailure };

/** Statuses of 5xx that say "never", so that asking again is pointless. */
const PERMANENT_SERVER_STATUSES: ReadonlySet<number> = new Set([501, 505]);

/** What is expected of a reply. */
export interface Expected {
  /** Something was asked for: an empty body is no answer, and one that says two things is none. */
  readonly isAnswer: boolean;
  /** Member that holds a list whose items are judged one by one. */
  readonly list?: string;
  /** Only the status counts, whatever comes with it. */
  readonly isStatusEnough?: boolean;
}

/**
 * Judges a reply. A reply that claims success counts only when it is what it claims to be: JSON,
 * complete, an object. An empty body is `{}`, except where something was asked for: an empty list
 * must never be mistaken for an empty account.
 */
export function judgeReply(reply: RawReply, expected: Expected): Verdict {
  const { status } = reply;
  const isSuccess = status >= 200 && status < 300;
  const { body, items, isEquivocal } = isSuccess
    ? readBody(reply, expected)
    : readBody(reply, {
        isAnswer: false,
        isStatusEnough: expected.isStatusEnough === true,
      });
  if (status >= 300 && status < 400) return { kind: "redirect", reply, body };
  if (asksToWait(reply)) return { kind: "rate-limited", reply, body };
  // 401 and 403 say enough by themselves, whoever writes the page that comes with them.
  if (status === 401 || status === 403) return { kind: "refused", reply, body };
  if (body === undefined) return { kind: "not-json", reply, body };
  if (isSuccess)
    return {
      kind: "ok",
      reply,
      body,
      ...(items === undefined ? {} : { items }),
      ...(isEquivocal === true ? { isEquivocal } : {}),
    };
  if (PERMANENT_SERVER_STATUSES.has(status))
    return { kind: "refused", reply, body };
  if (status >= 500 || status === 408)
    return { kind: "server-error", reply, body };
  return { kind: "refused", reply, body };
}

/** GitHub says "slow down" with 403 and a time to wait: a plain no has none. */
function asksToWait({ status, headers }: RawReply): boolean {
  return status === 429 || (status === 403 && "retry-after" in headers);
}

interface ParsedBody {
  /** `undefined` where it is not JSON. */
  readonly body: unknown;
  /** True when it says two things. */
  readonly isEquivocal?: boolean;
}

interface ReadBody extends ParsedBody {
  readonly items?: readonly ListItem[] | undefined;
}

function readBody(reply: RawReply, expected: Expected): ReadBody {
  const { isAnswer, list, isStatusEnough = false } = expected;
  const { text } = reply;
  if (isStatusEnough) return { body: {} };
  if (text.trim() === "") return { body: isAnswer ? undefined : {} };
  const contentType = reply.headers["content-type"];
  if (contentType !== undefined && !/json/iu.test(contentType))
    return { body: undefined };
  const read = list === undefined ? undefined : readListReply(text, list);
  if (read !== undefined) return { body: read.rest, items: read.items };
  const { body, isEquivocal } = parseBody(text, isAnswer);
  const isUsable =
    typeof body === "object" && body !== null && isPlainJson(body);
  return { body: isUsable ? body : undefined, isEquivocal };
}

/** Of a member that is named twice in the answer to a write, the last one counts. */
function parseBody(text: string, isAnswer: boolean): Required<ParsedBody> {
  const read = parseStrictJson(text, "free");
  if ("value" in read) return { body: read.value, isEquivocal: false };
  const isEquivocal = read.problem === "duplicate";
  return {
    body: isEquivocal && !isAnswer ? JSON.parse(text) : undefined,
    isEquivocal,
  };
}
