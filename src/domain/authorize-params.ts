/**
 * Parameters of an authorization request that the platform sets itself, so that a connection must not: whoever sets one of them
 * decides who asks, for what, and where the code goes.
 * @remarks Source: descriptors of the vendor's Python SDK 2.21.0, OauthExtensions.extra_authorize_params ("client_id, redirect_uri,
 * scope, state, code_challenge, aud, and similar"); what is similar is RFC 6749, RFC 7636, OpenID Connect Core, and RFC 9101, whose
 * request objects carry all the others.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "aud",
  "client_id",
  "client_secret",
  "code_challenge",
  "code_challenge_method",
  "nonce",
  "redirect_uri",
  "request",
  "request_uri",
  "response_type",
  "scope",
  "state",
]);

/** True for a parameter nobody but the platform sets, in whatever case it is written. */
export function isReservedParameter(name: string): boolean {
  return RESERVED.has(name.trim().toLowerCase());
}
