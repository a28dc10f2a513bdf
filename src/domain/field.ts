import type { Pointer } from "./pointer.ts";

/**
 * How two values of a field are compared and shown. Every member of a `map` is the user's own; an `object` has the members the
 * schema names, of which an empty one says as much as one left out, and a list among them is a set.
 */
export type FieldSemantics =
  "scalar" | "url" | "set" | "list" | "map" | "object";

/**
 * What a field decides beyond its value, for risks and guards: `scope` what users are asked to grant, `client` which application they
 * granted it to, `platform-credentials` whether that application is the platform's own, `proof-key` whether a code is bound to
 * the client that asked for it, `state` whether the platform offers the connection.
 */
export type FieldRisk =
  "scope" | "client" | "platform-credentials" | "proof-key" | "state";

/**
 * What the schema says about one field of a connection document. The table of these (`domain/generated/fields.ts`) is written from
 * the `x-tieline` annotations of `schemas/connection.schema.json`; no field is special-cased in code.
 */
export interface FieldRule {
  /** Pointer of the field, such as `/settings/timeout`. The planner never looks below it: a map or list is one field. */
  readonly pointer: Pointer;
  readonly semantics: FieldSemantics;
  /** Takes references only and is write-only at the API. */
  readonly isSecret: boolean;
  /** A change needs a replacement of the connection. */
  readonly isImmutable: boolean;
  /** Made by the server; declared means "must equal", never sent. */
  readonly isReadOnly: boolean;
  /** Kept by us, never sent to any API. */
  readonly isLocal: boolean;
  /** Kept by us and remembered in the inventory, so that removing the line is a change that shows (protection). */
  readonly isRecorded: boolean;
  /** A changed value decides where credentials or users are sent: another host is critical. */
  readonly isDestination: boolean;
  /** What it decides, or `null` where nothing hangs on it. */
  readonly risk: FieldRisk | null;
  /** One sentence from the schema's description. */
  readonly description: string;
}
