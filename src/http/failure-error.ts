import type { DiagnosticCode } from "../domain/problem/codes.ts";
import { RemoteError, TransientError } from "../domain/problem/error.ts";
import type { HttpRequest } from "../ports/http-client.ts";
import type { NetworkFailure, RawReply, Verdict } from "./attempt.ts";
import type { RetryDecision } from "./retry-policy.ts";
import { unknownCoding } from "./content-encoding.ts";
import { causeOf } from "./network-causes.ts";
import { parseVendorStatus, requestIdOf } from "./vendor-status.ts";

/** Everything a sentence about a failed request is made from. */
export interface FailedRequest {
  readonly request: HttpRequest;
  readonly origin: string;
  readonly verdict: Exclude<Verdict, { readonly kind: "ok" }>;
  readonly because: Extract<
    RetryDecision,
    { readonly retry: false }
  >["because"];
  readonly attempts: number;
  /** True when any of the attempts may have taken effect. */
  readonly mayHaveCommitted: boolean;
  /** What `Retry-After` asked for, in milliseconds. */
  readonly adviceMs?: number;
  readonly timeoutMs: number;
  readonly scrub: (text: string) => string;
}

/**
 * Turns a failure into the error the drivers see. Every request carries credentials and many a
 * secret, and whoever answers may repeat them in any spelling: so of a reply only its status
 * travels, a known code, names of known fields, and an id that looks like one.
 */
export function createFailureError(failed: FailedRequest): RemoteError {
  const { verdict } = failed;
  if (verdict.kind === "network") return networkError(failed, verdict.failure);
  const { reply } = verdict;
  switch (verdict.kind) {
    case "redirect":
      return refusal(failed, reply, verdict.body, {
        code: "DRV009",
        message: `${place(failed)} answered with a redirect (${String(reply.status)}), which is not followed`,
        why: "credentials go to the one host an environment names and nowhere else",
        fix: "set the environment's target to the host the API really has",
      });
    case "refused":
      return refusedError(failed, reply, verdict.body);
    case "rate-limited":
      return temporary(
        failed,
        reply,
        verdict.body,
        rateLimitText(failed, reply.status),
      );
    case "not-json":
      return temporary(failed, reply, verdict.body, {
        code: "DRV020",
        message: `${place(failed)} answered ${String(reply.status)} with something that is not JSON`,
        why: notJsonText(reply),
        fix: "check the environment's target and any proxy between here and the API, then run the command again",
      });
    case "server-error":
      return temporary(failed, reply, verdict.body, {
        code: "DRV005",
        message: `${place(failed)} failed with ${String(reply.status)}${vendorCodeText(verdict.body)}`,
        why: triedText(failed),
        fix: "run the command again later; report the request id to the vendor if it stays so",
      });
  }
}

interface Sentence {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

function networkError(
  failed: FailedRequest,
  failure: NetworkFailure,
): TransientError {
  return new TransientError(
    ...withDetail(networkText(failed, failure), {
      status: null,
      route: failed.request.route,
      mayHaveCommitted: failed.mayHaveCommitted,
    }),
  );
}

function networkText(failed: FailedRequest, failure: NetworkFailure): Sentence {
  const where = place(failed);
  const { code } = failure;
  switch (failure.kind) {
    case "unreachable":
      return unreachableText(failed, failure);
    case "broken":
      return {
        code: "DRV002",
        message: `${where} broke the connection before its answer was complete`,
        why: `the request may have been received (${code}); ${triedText(failed)}`,
        fix: "run the command again: it looks at what is live before it writes anything",
      };
    case "timeout":
      return {
        code: "DRV002",
        message: `${where} did not answer within ${String(failed.timeoutMs / 1000)} s`,
        why: triedText(failed),
        fix: "run the command again, or raise limits.timeout of the environment",
      };
    case "too-large":
      return {
        code: "DRV009",
        message: `${where} answered with more than is accepted`,
        why: "an answer is read up to 8 MiB",
        fix: "check that the environment's target is the API",
      };
    case "aborted":
      return {
        code: "DRV002",
        message: `${where} was not waited for because the run is stopping`,
        why: "the request was under way when the run was told to stop",
        fix: "run the command again: it looks at what is live before it writes anything",
      };
  }
}

/**
 * No connection came about, so this attempt sent nothing; what an earlier one may have done is said
 * by the error itself.
 */
function unreachableText(
  failed: FailedRequest,
  failure: NetworkFailure,
): Sentence {
  const { code, what, fix } = causeOf(failure);
  const sent = failed.mayHaveCommitted
    ? "an earlier attempt may have been received"
    : "nothing was sent";
  return {
    code,
    message: `${place(failed)} cannot be reached at ${failed.origin}: ${what}`,
    why: `${failure.code}; ${sent}; ${triedText(failed)}`,
    fix,
  };
}

function notJsonText({ headers }: RawReply): string {
  const coding = unknownCoding(headers["content-encoding"]);
  return coding === undefined
    ? "an answer that is cut short, empty or a web page says nothing about connections; it usually comes from a proxy or a wrong host"
    : `it is compressed (${coding}) although no compression was asked for, as a gateway may do`;
}

function refusedError(
  failed: FailedRequest,
  reply: RawReply,
  body: unknown,
): RemoteError {
  if (reply.status === 401) {
    return refusal(failed, reply, body, {
      code: "DRV007",
      message: `${place(failed)} does not accept the credentials (401)`,
      why: "the client id and secret, or the token made from them, are not valid for this environment",
      fix: "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET, and that they belong to this host",
    });
  }
  if (reply.status === 403) {
    const { permission } = failed.request;
    return refusal(failed, reply, body, {
      code: "DRV008",
      message: `${place(failed)} is not allowed for these credentials (403)${permission === undefined ? "" : `: it takes the permission ${permission}`}`,
      why: "the API knows the client but does not let it do this",
      fix: `give the client the permission ${permission ?? "for connections"} in the platform's dashboard, or use another client`,
    });
  }
  const sent = failed.request.body?.text;
  const { violations } = parseVendorStatus(body, sent);
  return refusal(failed, reply, body, {
    code: "DRV004",
    message: `${place(failed)} was refused with ${String(reply.status)}${vendorCodeText(body)}`,
    why:
      violations.length > 0
        ? `fields that break the API's rules: ${violations.join(", ")}`
        : "the API does not accept this request as it is; what it says about it is not shown, because it had our credentials and may repeat them",
    fix: "look at the connection's fields; report the request id to the vendor if they are right",
  });
}

function rateLimitText(failed: FailedRequest, status: number): Sentence {
  const advice =
    failed.adviceMs === undefined
      ? undefined
      : `the API asks to wait ${String(Math.ceil(failed.adviceMs / 1000))} s`;
  return {
    code: "DRV010",
    message: `${place(failed)} kept answering that the rate limit is used up (${String(status)})`,
    why: [triedText(failed), advice]
      .filter((part) => part !== undefined)
      .join("; "),
    fix: "wait and run the command again, or lower limits.requests_per_second of the environment",
  };
}

function refusal(
  failed: FailedRequest,
  reply: RawReply,
  body: unknown,
  sentence: Sentence,
): RemoteError {
  return new RemoteError(
    ...withDetail(sentence, replyDetail(failed, reply, body)),
  );
}

function temporary(
  failed: FailedRequest,
  reply: RawReply,
  body: unknown,
  sentence: Sentence,
): TransientError {
  return new TransientError(
    ...withDetail(sentence, {
      ...replyDetail(failed, reply, body),
      mayHaveCommitted: failed.mayHaveCommitted,
      retryAfterMs: failed.adviceMs,
    }),
  );
}

function withDetail<T extends object>(
  { code, message, why, fix }: Sentence,
  detail: T,
): [
  DiagnosticCode,
  string,
  T & { readonly why: string; readonly fix: string },
] {
  return [code, message, { ...detail, why, fix }];
}

interface ReplyDetail {
  readonly status: number;
  readonly route: string;
  readonly vendorCode?: string;
  readonly requestId?: string;
}

function replyDetail(
  failed: FailedRequest,
  reply: RawReply,
  body: unknown,
): ReplyDetail {
  const { vendorCode } = parseVendorStatus(body);
  const requestId = requestIdOf({ headers: reply.headers, body }, failed.scrub);
  return {
    status: reply.status,
    route: failed.request.route,
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function place(failed: FailedRequest): string {
  return `"${failed.request.route}"`;
}

function triedText(failed: FailedRequest): string {
  if (failed.because === "unsafe")
    return "it was not sent again, because the first one may have taken effect";
  return failed.attempts === 1
    ? "it was tried once"
    : `it was tried ${String(failed.attempts)} times`;
}

function vendorCodeText(body: unknown): string {
  const { vendorCode } = parseVendorStatus(body);
  return vendorCode === undefined ? "" : ` ${vendorCode}`;
}
