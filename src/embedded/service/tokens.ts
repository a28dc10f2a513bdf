import { randomBytes } from "node:crypto";

import type { JsonObject } from "../../domain/json.ts";
import type { Clock } from "../../ports/clock.ts";
import { sha256, utf8Equal } from "../../util/hash.ts";

/** The one client of the environment. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Reply of the token endpoint. */
export interface TokenReply {
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Gives out bearer tokens and recognises them. They live in memory: a restart forgets them, as an
 * outage of the vendor would.
 */
export interface TokenRegistry {
  /** Answers the form of a token request. */
  issue(form: URLSearchParams): TokenReply;
  /** True for an `authorization` header with a token that was given out and has not expired. */
  accepts(authorization: string | undefined): boolean;
  revokeAll(): void;
}

/** Lifetime of a token. @remarks Source: vendor OpenAPI document, sample of the token reply. */
export const TOKEN_LIFETIME_SECONDS = 86_399;

/** Registry for one client, with expiry by the given clock. */
export function createTokenRegistry(
  clock: Clock,
  credentials: ClientCredentials,
): TokenRegistry {
  // By digest, so that a look-up takes no time that depends on the token.
  const expiryByDigest = new Map<string, number>();
  return {
    issue(form) {
      const refusal = findRefusal(form, credentials);
      if (refusal !== undefined) return refusal;
      forgetExpired(expiryByDigest, clock.now());
      const token = randomBytes(32).toString("base64url");
      expiryByDigest.set(
        sha256(token),
        clock.now() + TOKEN_LIFETIME_SECONDS * 1000,
      );
      return {
        status: 200,
        body: {
          access_token: token,
          token_type: "Bearer",
          expires_in: TOKEN_LIFETIME_SECONDS,
          scope: "openid",
        },
      };
    },
    accepts(authorization) {
      const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? "")?.[1];
      const expiresAt =
        token === undefined ? undefined : expiryByDigest.get(sha256(token));
      return expiresAt !== undefined && clock.now() < expiresAt;
    },
    revokeAll() {
      expiryByDigest.clear();
    },
  };
}

/** @remarks Source: RFC 6749 section 5.2; that the vendor answers in this form is inferred. */
function findRefusal(
  form: URLSearchParams,
  credentials: ClientCredentials,
): TokenReply | undefined {
  const grantType = form.get("grant_type");
  if (grantType === null)
    return refuse(400, "invalid_request", "grant_type is required");
  if (grantType !== "client_credentials") {
    return refuse(
      400,
      "unsupported_grant_type",
      "only client_credentials is served",
    );
  }
  const isClient =
    utf8Equal(form.get("client_id") ?? "", credentials.clientId) &&
    utf8Equal(form.get("client_secret") ?? "", credentials.clientSecret);
  return isClient
    ? undefined
    : refuse(401, "invalid_client", "client authentication failed");
}

function refuse(
  status: number,
  error: string,
  description: string,
): TokenReply {
  return { status, body: { error, error_description: description } };
}

function forgetExpired(expiryByDigest: Map<string, number>, now: number): void {
  for (const [digest, expiresAt] of expiryByDigest) {
    if (expiresAt <= now) expiryByDigest.delete(digest);
  }
}
