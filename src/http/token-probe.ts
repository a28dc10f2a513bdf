import { isLoopbackHost } from "../domain/address.ts";
import { Secret } from "../domain/secret/secret.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpRequest } from "../ports/http-client.ts";
import type {
  ProbeRequest,
  ProbeVerdict,
  SecretProbe,
} from "../ports/secret-probe.ts";
import { verdictOf } from "./probe-verdict.ts";
import { type ProxySettings } from "./proxy.ts";
import { createTransport } from "./transport.ts";

/** A provider that takes longer is not waited for, milliseconds. */
const TIMEOUT_MS = 10_000;

/** What a probe is made from. */
export interface TokenProbeOptions {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly proxy: ProxySettings;
  /** True lets it speak plain http to this machine, for environments that live here. */
  readonly allowsLoopback: boolean;
}

/**
 * A probe that exchanges a made-up code. A provider that refuses the code has accepted the client,
 * if it looks at the client first: so the same is asked with a made-up secret, and only a provider
 * that refuses that one is believed.
 * @remarks Source: RFC 6749 sections 4.1.3 and 5.2.
 */
export function createTokenProbe(options: TokenProbeOptions): SecretProbe {
  const madeUp = (): string =>
    `tieline-probe-${Math.floor(options.clock.random() * 2 ** 48).toString(36)}`;
  return {
    async probe(request, signal) {
      const url = usableUrl(request.tokenUrl, options.allowsLoopback);
      if (url === undefined)
        return { kind: "unclear", reason: "its token address is not https" };
      const ask = (clientSecret: Secret): Promise<ProbeVerdict> =>
        askOnce(
          url,
          { ...request, clientSecret },
          {
            code: madeUp(),
            options,
            signal,
          },
        );
      const verdict = await ask(request.clientSecret);
      if (verdict.kind !== "accepted") return verdict;
      const control = await ask(new Secret(madeUp()));
      return control.kind === "refused"
        ? verdict
        : {
            kind: "unclear",
            reason: "the provider answers the same to a wrong secret",
          };
    },
  };
}

function usableUrl(text: string, allowsLoopback: boolean): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHere = isLoopbackHost(url.hostname);
  if (url.username !== "" || url.password !== "") return undefined;
  if (isHere) return allowsLoopback ? url : undefined;
  const isAddress =
    url.hostname.startsWith("[") || /^\d+(?:\.\d+){3}$/u.test(url.hostname);
  return url.protocol === "https:" && !isAddress ? url : undefined;
}

async function askOnce(
  url: URL,
  request: ProbeRequest,
  run: {
    readonly code: string;
    readonly options: TokenProbeOptions;
    readonly signal: AbortSignal;
  },
): Promise<ProbeVerdict> {
  const transport = createTransport({
    origin: url.origin,
    connections: 1,
    timeoutMs: TIMEOUT_MS,
    userAgent: run.options.userAgent,
    proxy: run.options.proxy,
  });
  try {
    return verdictOf(
      await transport.send(encode(url, request, run.code), run.signal),
    );
  } finally {
    await transport.close();
  }
}

function encode(url: URL, request: ProbeRequest, code: string): HttpRequest {
  const isBasic = request.authMethod === "client_secret_basic";
  const secret = request.clientSecret.reveal();
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: request.redirectUri,
    ...(isBasic ? {} : { client_id: request.clientId, client_secret: secret }),
  });
  // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
  const pair = [request.clientId, secret].map(encodeURIComponent).join(":");
  return {
    method: "POST",
    path: `${url.pathname}${url.search}`,
    route: "POST {token endpoint}",
    headers: isBasic
      ? { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }
      : {},
    body: {
      contentType: "application/x-www-form-urlencoded",
      text: form.toString(),
    },
    isIdempotent: false,
  };
}
