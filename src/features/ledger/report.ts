import type { JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { Receipt } from "../../domain/state/ledger.ts";

/** Something in a ledger that does not hold together, or that cannot be checked. */
export interface LedgerFinding {
  readonly code: "STA014";
  /** `note`: what is needed to check is not there; nothing contradicts it. */
  readonly severity: "error" | "note";
  /** Position in the ledger, from 1. */
  readonly line: number;
  readonly receipt: string;
  readonly message: string;
}

/** What holding a ledger against itself and the stored plans showed. */
export interface LedgerVerdict {
  readonly place: string;
  readonly receiptCount: number;
  /** Receipts whose plan is stored and whose operations equal it. */
  readonly checkedAgainstPlan: number;
  readonly findings: readonly LedgerFinding[];
}

/** The run that last set something. Holds no secret. */
export interface Origin {
  /** Digest of the receipt. */
  readonly receipt: string;
  readonly planDigest: string;
  readonly commit: string | null;
  readonly actor: string;
  /** ISO 8601 UTC: end of the run. */
  readonly at: string;
  readonly action: string;
}

/** One field of a connection, with the run that last set it. */
export interface BlameLine {
  readonly path: Pointer;
  /** `secret`: no value is known here. */
  readonly kind: "field" | "secret";
  /** Value that was set; absent for secrets and for fields the documents let go of. */
  readonly value?: JsonValue;
  readonly isLetGo: boolean;
  readonly origin: Origin;
}

/** Which run last set each field of a connection. */
export interface BlameReport {
  readonly environment: string;
  readonly connection: string;
  /** Sorted by path. */
  readonly lines: readonly BlameLine[];
  /** Runs that changed the connection and whose plan is not stored: what they set is not known. */
  readonly unknown: readonly Origin[];
  /** Runs in which a change of it failed or ended unknown: they may have set something. */
  readonly doubtful: readonly Origin[];
}

/** The origin a receipt gives to what one of its outcomes set. */
export function originOf(receipt: Receipt, action: string): Origin {
  return {
    receipt: receipt.digest,
    planDigest: receipt.planDigest,
    commit: receipt.commit,
    actor: receipt.actor,
    at: receipt.finishedAt,
    action,
  };
}
