import type { Looser } from "./looseness.ts";
import type { Pointer } from "./pointer.ts";

/**
 * How two values of a field are compared and shown. Every member of a `map` is the user's own; an
 * `object` has the members the schema names, of which an empty one says as much as one left out,
 * and a list among them is a set.
 */
export type FieldSemantics =
  "scalar" | "url" | "set" | "list" | "map" | "object";

/**
 * What a field decides beyond its value, for risks and guards: `scope` what users are asked to
 * grant, `client` which application they granted it to, `client-secret` what that application
 * proves itself with, `platform-credentials` whether it is the platform's own, `proof-key` whether
 * a code is bound to the client that asked for it, `offline-access` whether a refresh token is
 * asked for, `state` whether the platform offers the connection.
 */
export type FieldRisk =
  | "scope"
  | "client"
  | "client-secret"
  | "platform-credentials"
  | "proof-key"
  | "offline-access"
  | "state";

/**
 * How a text is taken: `address` leads somewhere and is written plainly; a `token` is compared to
 * the letter, so white space at its edges is a mistake; a `parameter` is a token that names a
 * parameter of a request, a `scope` one that names a permission; `prose` is for people; of
 * `verbatim` every character counts.
 */
export type TextKind =
  "address" | "token" | "parameter" | "scope" | "prose" | "verbatim";

/** What a value is and what its parts are, as far down as the schema goes. */
export interface ValueShape {
  /** Of a text. */
  readonly text?: TextKind;
  /** A change decides where credentials, codes, tokens or users go, or how they travel. */
  readonly isDestination?: true;
  /** The same, where the text is an address. */
  readonly mayBeAddress?: true;
  /** The text is a host by itself, or a domain. */
  readonly isHost?: true;
  /** What plans call it, as the middle of a sentence: `token address`. */
  readonly title?: string;
  /** What goes to the address, as the beginning of a sentence: `Sign-ins`. */
  readonly carries?: string;
  /** What hangs on it, as the end of a sentence: `how the sign-in code comes back`. */
  readonly decides?: string;
  /** A member that is declared by no name: the document chooses it. */
  readonly isFree?: true;
  /** A member the vendor does not document, passed on as it is. */
  readonly isUndocumented?: true;
  /** Part of what the application shows the provider, though no secret. */
  readonly isCredential?: true;
  readonly risk?: FieldRisk;
  /** Declared members of a mapping. */
  readonly members?: Readonly<Record<string, ValueShape>>;
  /** Members of a mapping that are not declared by name, where it takes any. */
  readonly others?: ValueShape;
  /** `parameter`: the name this member has is that of a parameter of a request. */
  readonly name?: "parameter";
  /** Items of a list. */
  readonly items?: ValueShape;
  /** Member that tells the items of a list apart. */
  readonly itemKey?: string;
  /** A list whose order means nothing. */
  readonly isSet?: true;
}

/**
 * What the schema says about one field of a connection document. The table of these
 * (`domain/generated/fields.ts`) is written from the `x-tieline` annotations of
 * `schemas/connection.schema.json`; no field is special-cased in code.
 */
export interface FieldRule {
  /**
   * Pointer of the field, such as `/settings/timeout`. The planner never looks below it: a map or
   * list is one field.
   */
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
  /**
   * Kept by us and remembered in the inventory, so that removing the line is a change that shows
   * (protection).
   */
  readonly isRecorded: boolean;
  /**
   * Says something about the file, not about the connection: no difference between two connections.
   */
  readonly isAboutFile: boolean;
  /**
   * Only the platform can act on it: kept here alone it would claim what is not so, so no
   * environment keeps it local.
   */
  readonly isPlatforms: boolean;
  /** It, or a part of it, decides where credentials or users are sent, or how they travel. */
  readonly isDestination: boolean;
  /** What it decides, or `null` where nothing hangs on it. */
  readonly risk: FieldRisk | null;
  /** Which way of changing it lets more pass; absent where it is no rule. */
  readonly looser?: Looser;
  /** The value and its parts. */
  readonly shape: ValueShape;
  /** One sentence from the schema's description. */
  readonly description: string;
}
