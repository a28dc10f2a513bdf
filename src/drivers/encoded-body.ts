import type { JsonObject } from "../domain/json.ts";
import { setAt, type Pointer } from "../domain/field/pointer.ts";
import type { Secret } from "../domain/secret/secret.ts";

/**
 * A request body in which each secret is still its pointer in our documents, so that it can be
 * hashed and compared, with the places where the values belong.
 */
export interface EncodedBody {
  readonly body: JsonObject;
  readonly secrets: readonly {
    readonly at: Pointer;
    readonly secret: Secret;
  }[];
}

/** The body as text with every secret in its place: made right before it is sent. */
export function revealBody(encoded: EncodedBody): string {
  let body = encoded.body;
  for (const { at, secret } of encoded.secrets)
    body = setAt(body, at, secret.reveal());
  return JSON.stringify(body);
}
