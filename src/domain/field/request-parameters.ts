/**
 * Parameters of an authorization request that the flow itself sets. A document that sets one would
 * lead users or codes elsewhere, ask for other permissions, or take away what binds the answer to
 * the request.
 * @remarks Source: RFC 6749 section 4.1.1, RFC 7636 section 4.3, RFC 9101 section 5, OpenID Connect
 * Core 3.1.2.1; the vendor's descriptors (api version 20261012) say that client_id, redirect_uri,
 * scope, state, code_challenge, aud and similar ones are rejected.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "aud",
  "client_assertion",
  "client_assertion_type",
  "client_id",
  "client_secret",
  "code",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
  "grant_type",
  "nonce",
  "redirect_uri",
  "request",
  "request_uri",
  "response_type",
  "scope",
  "state",
]);

/**
 * Whether a parameter is the flow's own. Many servers take names in any case, so all spellings
 * count.
 */
export function isReservedParameter(name: string): boolean {
  return RESERVED.has(name.toLowerCase());
}
