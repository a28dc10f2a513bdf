import { RemoteError, TransientError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import { Secret } from "../../domain/secret/secret.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HeldToken, TokenShelf } from "../../ports/driver.ts";
import type { HttpClient, HttpReply } from "../../ports/http-client.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import type { ApiCall, ApiClient } from "../api-client.ts";
import { misfit } from "../wire-reading.ts";
import { permissionOf } from "./permissions.ts";

/**
 * The version of the API this driver was written against, as the vendor's SDK of that time names
 * it.
 * @remarks Source: scalekit-sdk/node 2.11.0 sends it with every call; its effect is not documented.
 */
const API_VERSION = "20260727";

/** What proves who we are. The id is no secret. */
export interface ApiCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** A token is renewed this long before it expires, so that none expires on the way. */
const RENEW_BEFORE_MS = 60_000;

/**
 * How often one call asks for a new token. More than once, because whatever ended one token may end
 * the next before it is used.
 * @remarks Source: docs/drivers/scalekit-api.md section 20: the vendor's own SDK does so three
 * times.
 */
const MAX_RENEWALS = 3;

const TOKEN_ROUTE = "POST /oauth/token";

/**
 * Calls with a client-credentials token: asked for when first needed, shared, renewed before it
 * expires and when the API refuses it. A refused call was not carried out, so it is sent again
 * whatever it is.
 * @remarks Source: docs/drivers/scalekit-api.md section 2 (RFC 6749 section 4.4).
 */
export function createApiClient(options: {
  readonly http: HttpClient;
  readonly credentials: ApiCredentials;
  readonly clock: Clock;
  readonly tokens?: TokenShelf;
}): ApiClient {
  const { http, credentials, clock } = options;
  const tokens: TokenShelf = options.tokens ?? new Map<string, HeldToken>();
  const shelf = shelfName(http.origin, credentials);
  let underWay: Promise<HeldToken> | undefined;
  let lastAnsweredAt: number | undefined;
  const send: HttpClient["send"] = async (request, signal) => {
    const reply = await http.send(request, signal);
    const date = Date.parse(reply.headers["date"] ?? "");
    if (!Number.isNaN(date)) lastAnsweredAt = date;
    return reply;
  };

  const renew = (signal: AbortSignal): Promise<HeldToken> => {
    underWay ??= requestToken({ ...http, send }, credentials, clock, signal)
      .then((token) => {
        tokens.set(shelf, token);
        return token;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const usableToken = (signal: AbortSignal): Promise<HeldToken> => {
    const held = tokens.get(shelf);
    return held !== undefined && clock.now() < held.renewAt
      ? Promise.resolve(held)
      : renew(signal);
  };

  const callWith = (
    token: HeldToken,
    call: ApiCall,
    signal: AbortSignal,
  ): Promise<HttpReply> => {
    const { bodyText, ...request } = call;
    const permission = permissionOf(call.route);
    return send(
      {
        ...request,
        ...(permission === undefined ? {} : { permission }),
        headers: {
          authorization: `Bearer ${token.text.reveal()}`,
          "x-api-version": API_VERSION,
        },
        ...(bodyText === undefined
          ? {}
          : { body: { contentType: "application/json", text: bodyText } }),
      },
      signal,
    );
  };

  return {
    clock,
    lastAnsweredAt: () => lastAnsweredAt,
    async call(call, signal) {
      for (let renewals = 0; ; renewals += 1) {
        const token = await usableToken(signal);
        try {
          return await callWith(token, call, signal);
        } catch (error) {
          const isRefused =
            error instanceof RemoteError && error.status === 401;
          if (!isRefused || renewals >= MAX_RENEWALS) throw error;
          // Another call may have renewed it meanwhile; then that one is used.
          if (tokens.get(shelf) === token) tokens.delete(shelf);
        }
      }
    },
  };
}

/** Whoever knows the credentials finds the token, and nobody else. */
function shelfName(origin: string, credentials: ApiCredentials): string {
  const { clientId, clientSecret } = credentials;
  return sha256(
    canonicalJson({ origin, clientId, clientSecret: clientSecret.reveal() }),
  );
}

async function requestToken(
  http: HttpClient,
  credentials: ApiCredentials,
  clock: Clock,
  signal: AbortSignal,
): Promise<HeldToken> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret.reveal(),
  });
  const askedAt = clock.now();
  const reply = await sendTokenRequest(http, form.toString(), signal);
  const body = isJsonObject(reply.body) ? reply.body : {};
  const text = body["access_token"];
  if (typeof text !== "string" || text === "" || /[^\u0021-\u007E]/u.test(text))
    throw misfit(TOKEN_ROUTE, "it holds no access token");
  const lifetime = body["expires_in"];
  // Without a lifetime the token serves until the API refuses it.
  const lifetimeMs =
    typeof lifetime === "number" && lifetime > 0 ? lifetime * 1000 : Infinity;
  const margin = Math.min(RENEW_BEFORE_MS, lifetimeMs / 2);
  return { text: new Secret(text), renewAt: askedAt + lifetimeMs - margin };
}

/** A lost token reply says nothing about the call the token was for: that one was never sent. */
async function sendTokenRequest(
  http: HttpClient,
  form: string,
  signal: AbortSignal,
): Promise<HttpReply> {
  try {
    return await http.send(
      {
        method: "POST",
        path: "/oauth/token",
        route: TOKEN_ROUTE,
        body: { contentType: "application/x-www-form-urlencoded", text: form },
        isIdempotent: true,
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    throw new TransientError(error.code, error.message, {
      status: error.status,
      route: TOKEN_ROUTE,
      mayHaveCommitted: false,
      ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
      ...(error.why === undefined ? {} : { why: error.why }),
      ...(error.fix === undefined ? {} : { fix: error.fix }),
      notDone: "the request the token was for was not sent",
    });
  }
}
