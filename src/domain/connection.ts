import type { JsonObject, JsonValue } from "./json.ts";
import type { SourceLocation } from "./problem/location.ts";
import type { Pointer } from "./field/pointer.ts";
import type { SecretRef } from "./secret/secret.ts";

/**
 * Values of fields by pointer, at the granularity of the field table; a key that is missing is
 * "absent", `null` is "must be empty".
 */
export type FieldValues = Readonly<Record<Pointer, JsonValue>>;

/** A connection as the documents ask for it: composed, resolved and validated. */
export interface DesiredConnection {
  /** `connection_id` of the document; the platform's connection name. */
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  /**
   * The composed document. A secret field holds its reference text (`secret://…`), so this can be
   * printed and stored.
   */
  readonly document: JsonObject;
  /**
   * The fields of the document by pointer, without secrets, read-only and local ones and without
   * `connection_id`; with the recorded ones. This is what the planner compares and what a driver is
   * asked to set.
   */
  readonly fields: FieldValues;
  /**
   * Values asked for that the API does not know: `fields` has the nearest it knows in their place.
   * Absent where there is none.
   */
  readonly asked?: FieldValues;
  /** Declared values of server-made fields, which must equal the live ones. */
  readonly expected: FieldValues;
  /** The reference of each secret field. */
  readonly secrets: ReadonlyMap<Pointer, SecretRef>;
  /**
   * Where each field was set, through every layer; has at least every key of `fields`, `expected`
   * and `secrets`.
   */
  readonly origins: ReadonlyMap<Pointer, SourceLocation>;
  /** Where the connection is declared. */
  readonly location: SourceLocation;
  readonly isProtected: boolean;
  /** Fields that a comment of its documents says are not managed; absent where nobody looked. */
  readonly unmanaged?: ReadonlySet<Pointer>;
}

/** A connection as a page of the list shows it. */
export interface ListedConnection {
  readonly key: string;
  readonly remoteId: string;
  /** Slug in our vocabulary (`gmail`). */
  readonly provider: string;
  readonly authType: string;
  /** The platform's own words for its condition, for people: `COMPLETED`, `IN_PROGRESS`. */
  readonly status: string;
  readonly isEnabled: boolean;
  /**
   * Why what the API says about it cannot be used; absent where it can. Then only name and handle
   * count, and either may be empty where the answer does not tell it beyond doubt: nothing is
   * concluded about such a connection, and nothing is done to it.
   */
  readonly problem?: string;
}

/** A connection as the API reports it, in our vocabulary. */
export interface LiveConnection extends ListedConnection {
  /**
   * Every non-secret field the API reports, by pointer. A field the API leaves out is absent here.
   */
  readonly fields: FieldValues;
  /** Values of server-made fields (`/credentials/redirect_uri`). */
  readonly computed: FieldValues;
  /**
   * What the API said, without secrets and without fields the driver declares volatile. Only its
   * digest is ever kept: it is the live object's fingerprint, so everything that matters for "has
   * it changed" must be in it.
   */
  readonly observed: JsonObject;
  /**
   * The fingerprint itself, where only that is known of what the API said; absent where a driver
   * read it.
   */
  readonly fingerprint?: string;
  /**
   * The custom provider this connection uses, in the same form: part of the fingerprint, but apart,
   * because several connections use it and a run that changes it for one must not take the others
   * for changed by someone else. Absent where there is none.
   */
  readonly shared?: JsonObject;
  /**
   * Names of settings the API reports and no field of ours stands for, sorted. Absent where there
   * is none, or where the driver cannot tell.
   */
  readonly unknown?: readonly string[];
  /**
   * Why it is of a kind that only a later version can plan for; absent for a known kind. It is
   * shown and kept as it is: what this version would do about it, replacing it by a kind it knows,
   * is not what anybody asked for.
   */
  readonly newer?: string;
}
