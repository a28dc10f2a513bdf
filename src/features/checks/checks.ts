/**
 * Checks of what is there: each a small pure function from an observation to findings that say ok, bad or unknown, with a fix.
 * Never here: a request, a clock, a guess.
 */
import { checkAccounts } from "./accounts.ts";
import { checkCondition } from "./condition.ts";
import { checkEndpoints } from "./endpoints.ts";
import { checkIdentity } from "./identity.ts";
import { checkRedirectUri } from "./redirect-uri.ts";
import { checkScopes } from "./scopes.ts";
import type { ConnectionCheck } from "./subject.ts";

export { checkClockSkew, checkRateHeadroom } from "./replies.ts";

export type { ReplyFacts } from "../../ports/http-client.ts";
export type { CheckSubject } from "./subject.ts";

/** Every check of a connection, in the order people fix things. */
export const CONNECTION_CHECKS: readonly ConnectionCheck[] = [
  checkIdentity,
  checkCondition,
  checkScopes,
  checkEndpoints,
  checkRedirectUri,
  checkAccounts,
];
