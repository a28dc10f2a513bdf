import { VERSION } from "../domain/generated/version.ts";
import { createHttpClient, type HttpClientOptions } from "../http/client.ts";
import { proxyFromEnv } from "../http/proxy.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpClient } from "../ports/http-client.ts";
import type { ProcessSecrets } from "./process-secret.ts";

/** Makes the client of a receiver or a forge, for the origin it is given. */
export type Connect = (origin: string) => HttpClient;

/** A tick waits for it: what is not done at once is done later. */
const RETRY = { maxAttempts: 2, maxDelayMs: 1_000, maxAdviceMs: 3_000 };

/** Clients for what a tick does beside its work on the platform. */
export function connectAside(
  limits: HttpClientOptions["limits"],
  { env, scrubber }: ProcessSecrets,
  clock: Clock,
): Connect {
  const proxy = proxyFromEnv(env);
  return (origin) =>
    createHttpClient({
      origin,
      clock,
      limits,
      retry: RETRY,
      scrub: (text) => scrubber.scrub(text),
      userAgent: `tieline/${VERSION}`,
      proxy,
    });
}
