/**
 * Parameters of an authorization request that the platform sets itself, so that a connection must
 * not: whoever sets one of them decides who asks, for what, and where the code goes.
 * @remarks Source: docs/drivers/scalekit-api.md section 24: some are named there, the others are
 * inferred. Those of RFC 9101 carry all the others.
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
