import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import type { JsonObject } from "../domain/json.ts";

/** Digest of a request as sent: method, path and body, with each secret replaced by its pointer. */
export function digestRequest(request: {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}): string {
  return sha256(canonicalJson({ ...request, body: request.body ?? null }));
}
