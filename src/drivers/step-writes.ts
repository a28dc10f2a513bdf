import { InternalError, TransientError } from "../domain/problem/error.ts";
import type { JsonObject } from "../domain/json.ts";
import type { HttpReply } from "../ports/http-client.ts";
import type { LiveConnection } from "../domain/connection.ts";
import type { StepRequest, StepResult } from "../ports/connections-api.ts";
import type { ApiCall, ApiClient } from "./api-client.ts";
import { digestRequest } from "./step-digest.ts";

/** A write: its body without secrets for the digest, and as text where the two differ. */
export interface Write extends Pick<
  ApiCall,
  "method" | "path" | "route" | "query" | "isIdempotent"
> {
  readonly body?: JsonObject;
  readonly bodyText?: string;
}

/** Sends a write. */
export function sendWrite(
  api: ApiClient,
  write: Write,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { body, bodyText, ...call } = write;
  const text =
    bodyText ?? (body === undefined ? undefined : JSON.stringify(body));
  return api.call(
    { ...call, ...(text === undefined ? {} : { bodyText: text }) },
    signal,
  );
}

/**
 * The result of a step that sent `write`; `reply` is absent when its answer was lost and the effect
 * found by looking. `shown` is what the answer shows, where it does.
 */
export function resultOf(
  remoteId: string | null,
  write: Write,
  reply?: HttpReply,
  shown?: LiveConnection | null,
): StepResult {
  const { method, path, body } = write;
  return {
    remoteId,
    requestDigest: digestRequest({
      method,
      path,
      ...(body === undefined ? {} : { body }),
    }),
    ...(reply?.requestId === undefined ? {} : { requestId: reply.requestId }),
    ...(shown === undefined ? {} : { shown }),
  };
}

/** The handle a step acts on. @throws InternalError INT001 when the caller gave none. */
export function remoteIdOf(request: StepRequest): string {
  if (request.remoteId !== null) return request.remoteId;
  throw new InternalError(
    "INT001",
    `step "${request.step}" of "${request.key}" was asked for without a handle`,
  );
}

/**
 * True when a write may have taken effect although its answer was lost, and there is still time to
 * look.
 */
export function isAmbiguous(error: unknown, signal: AbortSignal): boolean {
  return (
    error instanceof TransientError && error.mayHaveCommitted && !signal.aborted
  );
}

/**
 * Waits between looks at something just written, in milliseconds: an eventually consistent read may
 * lag behind.
 */
const LOOK_AGAIN_MS: readonly number[] = [0, 200, 500, 1000, 2000];

/** Looks until something is found; `null` when it stays away. */
export async function lookRepeatedly<T>(
  api: ApiClient,
  signal: AbortSignal,
  look: () => Promise<T | null>,
): Promise<T | null> {
  for (const waitMs of LOOK_AGAIN_MS) {
    if (waitMs > 0) await api.clock.sleep(waitMs, signal);
    const found = await look();
    if (found !== null) return found;
  }
  return null;
}
