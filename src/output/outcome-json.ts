import type { Outcome } from "../domain/state/outcome.ts";
import type { JsonObject } from "../domain/json.ts";

/** What became of one change. */
export function outcomeJson(outcome: Outcome): JsonObject {
  return {
    key: outcome.key,
    action: outcome.action,
    status: outcome.status,
    code: outcome.code ?? null,
    message: outcome.message ?? null,
    remote_id: outcome.remoteId,
    is_read_back: outcome.isReadBack ?? false,
    redirect_uri: outcome.redirectUri ?? null,
    steps: outcome.steps.map((step) => ({
      step: step.step,
      request_digest: step.requestDigest,
      request_id: step.requestId ?? null,
    })),
  };
}
