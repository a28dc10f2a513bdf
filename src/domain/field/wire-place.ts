import type { JsonObject, JsonValue } from "../json.ts";
import type { Pointer } from "./pointer.ts";

/** Where a field of a connection goes when it is applied. */
export type WirePlace =
  | {
      readonly kind: "sent";
      /** The call: `PATCH /api/v1/connections/{id}`. */
      readonly route: string;
      /**
       * Member of the body, with dots: `oauth_config.scopes`; `null` where the call itself says it.
       */
      readonly member: string | null;
      /**
       * What the API receives; absent for a secret, for what only the platform knows, and where
       * there is no body.
       */
      readonly value?: JsonValue;
    }
  /** The platform makes it; what is declared must be equal, and is not sent. */
  | { readonly kind: "compared"; readonly member: string }
  /** Kept by tieline, and where `isRemembered` in the inventory too. */
  | { readonly kind: "kept"; readonly isRemembered: boolean }
  /** The API has no place for it. */
  | {
      readonly kind: "nowhere";
      readonly why: string;
      readonly fix: string;
      /** What an environment that keeps such fields local sends in its place. */
      readonly instead?: JsonValue;
      /** True when it is the whole connection that has no place. */
      readonly isWhole?: true;
    };

/** A connection as far as its documents could be composed. */
export interface WireSubject {
  readonly provider: string;
  readonly authType: string;
  readonly document: JsonObject;
}

/**
 * Tells where a field of a connection goes, by what the driver knows of its API. Pure; no request
 * is made.
 */
export type WirePreview = (
  connection: WireSubject,
  pointer: Pointer,
) => WirePlace;
