/**
 * Behaviours of the vendor that are unknown or configurable. The embedded API can take either side
 * of each, so that a client can be shown to be right under both. `docs/embedded-api.md` gives the
 * evidence for every default.
 */
export interface Switches {
  /**
   * How a stored secret reads back: not at all, as a fixed mask, or as a mask with its last four
   * characters.
   */
  readonly maskStyle: "omitted" | "full" | "last4";
  /** Whether replies spell out `""`, `false`, `0` and `[]` for fields without explicit presence. */
  readonly zeroValues: "present" | "absent";
  /**
   * Whether settings a PATCH leaves out keep their stored value or return to none. URIs and secrets
   * keep it under both.
   */
  readonly patch: "merge" | "replace";
  /**
   * Whether an empty scope list, which the wire cannot tell from an omitted one, clears the stored
   * scopes.
   */
  readonly emptyScopes: "clear" | "keep";
  /** What becomes of connected accounts when their connection is deleted. */
  readonly deleteWithAccounts: "refuse" | "cascade" | "orphan";
  /** Connection names that are refused with RESTRICTED_CONNECTION_NAME. */
  readonly reservedNames: readonly string[];
  /** Whether a PATCH with another type or provider converts the connection or is refused. */
  readonly typeChange: "convert" | "refuse";
  /** Whether a member no message definition knows is refused or dropped. */
  readonly unknownFields: "refuse" | "ignore";
  /** Which fields the environment knows: all, or none newer than the vendor's Node SDK 2.11.0. */
  readonly fieldSet: "current" | "older";
  /**
   * What makes a connection COMPLETED: being created, holding what its type needs, or nothing ever.
   */
  readonly completedOn: "create" | "credentials" | "never";
  /**
   * What becomes of the request header `x-api-version`: nothing, a copy in the reply, or a refusal
   * where it is missing.
   */
  readonly apiVersion: "ignored" | "echoed" | "required";
  /** Largest (and default) page of app connections. */
  readonly pageSizeMax: number;
  /** For how many milliseconds after a write reads still answer as before it. */
  readonly readLagMs: number;
}

/** The settings of an embedded API nobody configured. */
export const DEFAULT_SWITCHES: Switches = {
  maskStyle: "full",
  zeroValues: "absent",
  patch: "merge",
  emptyScopes: "clear",
  deleteWithAccounts: "cascade",
  reservedNames: ["scalekit"],
  typeChange: "convert",
  unknownFields: "refuse",
  fieldSet: "current",
  completedOn: "credentials",
  apiVersion: "ignored",
  pageSizeMax: 30,
  readLagMs: 0,
};
