import type { ProbeVerdict } from "../ports/secret-probe.ts";
import type { NetworkFailure, RawReply } from "./attempt.ts";

/**
 * Errors that are about the client.
 * @remarks Source: RFC 6749 section 5.2 for `invalid_client`; the others are what GitHub and Slack
 * document for their own endpoints.
 */
const CLIENT_REFUSED: ReadonlySet<string> = new Set([
  "invalid_client",
  "incorrect_client_credentials",
  "bad_client_secret",
  "invalid_client_id",
]);

/**
 * Errors that are about the code, which a provider looks at after the client. @remarks Source: as
 * above.
 */
const CODE_REFUSED: ReadonlySet<string> = new Set([
  "invalid_grant",
  "bad_verification_code",
  "invalid_code",
]);

/**
 * What one answer of a token endpoint says about the client that asked. Nothing of the answer is
 * kept.
 */
export function verdictOf(reply: RawReply | NetworkFailure): ProbeVerdict {
  if ("hasReached" in reply)
    return unclear(
      reply.kind === "timeout"
        ? "the provider did not answer in time"
        : "the provider could not be reached",
    );
  const { status } = reply;
  if (status >= 300 && status < 400)
    return unclear("the address leads elsewhere");
  if (status === 429) return unclear("the provider asks for fewer requests");
  if (status >= 500) return unclear("the provider failed");
  const error = errorCodeOf(reply);
  if (error !== undefined && CLIENT_REFUSED.has(error))
    return { kind: "refused" };
  if (error !== undefined && CODE_REFUSED.has(error))
    return { kind: "accepted" };
  return unclear(
    error === undefined
      ? "the answer is not one of a token endpoint"
      : "the provider refused for another reason",
  );
}

function unclear(reason: string): ProbeVerdict {
  return { kind: "unclear", reason };
}

/** The member `error` of a JSON answer, or of a form as some providers send by default. */
function errorCodeOf({ headers, text }: RawReply): string | undefined {
  const contentType = headers["content-type"] ?? "";
  if (/x-www-form-urlencoded/iu.test(contentType))
    return new URLSearchParams(text).get("error") ?? undefined;
  try {
    const body: unknown = JSON.parse(text);
    const error =
      typeof body === "object" && body !== null && "error" in body
        ? body.error
        : undefined;
    return typeof error === "string" ? error : undefined;
  } catch {
    // The parser's message quotes the answer, which must not travel.
    return undefined;
  }
}
