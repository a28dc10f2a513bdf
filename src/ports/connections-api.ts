import type { ConnectionAccounts } from "../domain/account.ts";
import type { Capabilities } from "../domain/capability.ts";
import type {
  DesiredConnection,
  FieldValues,
  ListedConnection,
  LiveConnection,
} from "../domain/connection.ts";
import type { DiagnosticCode } from "../domain/problem/codes.ts";
import type { PlanStep } from "../domain/generated/plan.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Pointer } from "../domain/field/pointer.ts";
import type { Secret } from "../domain/secret/secret.ts";

/** Something a driver cannot represent. `pointer` `""` is the whole connection. */
export interface AuditFinding {
  readonly code: DiagnosticCode;
  readonly key: string;
  readonly pointer: Pointer;
  /**
   * `unrepresentable`: the API has no place for it, so the environment may decide to keep it local.
   * `invalid`: the API would refuse it; always an error. `warning`: it would be taken and not work,
   * or not for long; never stops anything. `note`: worth saying, never stops anything.
   */
  readonly kind: "unrepresentable" | "invalid" | "warning" | "note";
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
  /**
   * The field whose absence it is about: nothing to say where the documents say that it is not
   * managed.
   */
  readonly absent?: Pointer;
  /**
   * Of a value that is `unrepresentable` in a field that only the platform acts on: the value the
   * API has that promises no more. It is sent where the environment does not insist on the declared
   * one.
   */
  readonly instead?: JsonValue;
}

/** A permission that runs need. */
export interface PermissionFinding {
  /** As the API names it. */
  readonly permission: string;
  /** What it is needed for, as the end of a sentence that begins with "it is needed to". */
  readonly use: string;
  /** `unknown` where only a write would show it. */
  readonly isHeld: boolean | "unknown";
}

/**
 * The reading half of a driver. The preview path holds only this type, so it has no way to write.
 *
 * Obligations: never logs or returns a secret; every method throws only `AppError`s; every network
 * wait is bounded and obeys `signal`.
 */
export interface ConnectionsReader {
  /** `scalekit`, `agent-auth`, `memory`. */
  readonly driver: string;
  /** Host and port the driver speaks to, as plans record it; `embedded` for the embedded API. */
  readonly apiHost: string;
  readonly capabilities: Capabilities;
  /** What of these the API cannot represent. Pure: no network. */
  audit(connections: readonly DesiredConnection[]): readonly AuditFinding[];
  /** Every page of connections, each connection at most once even when pages move while listing. */
  listPages(signal: AbortSignal): AsyncIterable<readonly ListedConnection[]>;
  /** One connection in full, or `null` when it does not exist (404 is an answer, not an error). */
  get(
    listed: ListedConnection,
    signal: AbortSignal,
  ): Promise<LiveConnection | null>;
  /** The connection that has this name now, or `null`. */
  find(key: string, signal: AbortSignal): Promise<LiveConnection | null>;
  /**
   * The connected accounts of many connections, in as few requests as the API allows: an entry for
   * each name. The accounts themselves, without anything they authenticate with, are there for
   * connections that have at most `listUpTo`; for others only where it costs nothing.
   */
  readAccounts(
    keys: readonly string[],
    options: { readonly listUpTo: number },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ConnectionAccounts>>;
  /**
   * Which permissions the credentials carry, found out by reading alone; none where the API has no
   * permissions of its own.
   */
  examinePermissions(
    signal: AbortSignal,
  ): Promise<readonly PermissionFinding[]>;
}

/**
 * One act. `fields` and `secrets` hold everything declared about the connection, not only what
 * differs.
 */
export interface StepRequest {
  readonly step: Exclude<PlanStep, "record">;
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  /** Handle of the object to act on; `null` for `create` and the provider steps before it. */
  readonly remoteId: string | null;
  readonly fields: FieldValues;
  readonly secrets: ReadonlyMap<Pointer, Secret>;
  /**
   * The connection as this driver read it, or showed it after a step, a moment ago: it need not be
   * read again to be written. Anything else given here is not used.
   */
  readonly seen?: LiveConnection;
  /**
   * Called at the last moment before each request that writes, retries included; what it throws
   * ends the act before that request.
   */
  readonly beforeWrite?: () => void;
}

/** What an act did. */
export interface StepResult {
  /** Handle of the connection after the act, `null` after a delete and where there is none yet. */
  readonly remoteId: string | null;
  /**
   * Digest of the request as sent: method, path and body with each secret replaced by its pointer.
   */
  readonly requestDigest: string;
  readonly requestId?: string;
  /**
   * The connection as the answer shows it, `null` where it says that there is none any more; absent
   * where it does not tell, or not beyond doubt.
   */
  readonly shown?: LiveConnection | null;
}

/**
 * A whole driver.
 *
 * Obligations of `execute`: sends nothing but what the step names; never sends a mask, placeholder
 * or read-only field; retries only what is safe; `create` always sends the name and settles an
 * ambiguous answer by looking the name up, so it never makes a second connection; `delete` of
 * something that is gone succeeds. Throws `TransientError` with `mayHaveCommitted` when the effect
 * is not known, `ConflictError` when the name was taken by someone else, `RemoteError` when the API
 * refused.
 */
export interface ConnectionsWriter extends ConnectionsReader {
  execute(request: StepRequest, signal: AbortSignal): Promise<StepResult>;
}
