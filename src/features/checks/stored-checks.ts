import type { Inventory } from "../../domain/state/inventory.ts";
import type { OpenRun } from "../../domain/state/open-run.ts";
import type { LeaseInfo } from "../../domain/state/state.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { CheckResult } from "./report.ts";

/** What is known about one file of secrets. Holds no key and no value. */
export interface KeyFacts {
  readonly file: string;
  readonly state: "opens" | "closed" | "missing" | "damaged";
  readonly recipients: readonly string[];
  readonly fitting: readonly {
    readonly from: string;
    readonly recipient: string;
  }[];
  readonly code?: string;
  /** Gets the file as it was committed. */
  readonly restore?: string;
}

/**
 * Whether the keys at hand open the environment's secrets, and which key is missing where they do
 * not.
 */
export function checkKeys(facts: KeyFacts): CheckResult {
  const check = "secrets";
  const { file } = facts;
  const encryptedTo = facts.recipients.map(shortRecipient).join(", ");
  switch (facts.state) {
    case "opens":
      return {
        check,
        result: "ok",
        message:
          facts.fitting.length === 0
            ? `${file} opens`
            : `${file} opens with ${facts.fitting.map(({ from, recipient }) => `${shortRecipient(recipient)} from ${from}`).join(", ")}`,
      };
    case "missing":
      return {
        check,
        result: "unknown",
        message: `${file} does not exist`,
        fix: "make it with tieline secrets or sops when a connection refers to it",
      };
    case "damaged":
      return {
        check,
        result: "bad",
        message: `${file} cannot be read${codeText(facts)}`,
        fix: restored(facts),
        ...codesOf(facts),
      };
    case "closed":
      return facts.fitting.length > 0
        ? {
            check,
            result: "bad",
            message: `${file} does not open although ${facts.fitting.map(({ from }) => from).join(", ")} has a key for it: it was changed or damaged${codeText(facts)}`,
            fix: restored(facts),
            ...codesOf(facts),
          }
        : {
            check,
            result: "bad",
            message: `no key at hand opens ${file}${encryptedTo === "" ? "" : `; it is encrypted to ${encryptedTo}`}${codeText(facts)}`,
            fix: "put the private key of one of its recipients into SOPS_AGE_KEY_FILE or SOPS_AGE_KEY to apply; planning works without",
            ...codesOf(facts),
          };
  }
}

function restored({ restore }: KeyFacts): string {
  return `restore it from version control${restore === undefined ? "" : `: ${restore}`}`;
}

function codesOf({ code }: KeyFacts): Pick<CheckResult, "codes"> {
  return code === undefined ? {} : { codes: [code] };
}

function codeText({ code }: KeyFacts): string {
  return code === undefined ? "" : ` (${code})`;
}

/** Enough of a public key to recognise it by. */
function shortRecipient(recipient: string): string {
  return recipient.length <= 20
    ? recipient
    : `${recipient.slice(0, 10)}…${recipient.slice(-6)}`;
}

/** What is stored about an environment. */
export interface StateFacts {
  readonly environment: string;
  readonly place: string;
  readonly inventory: Inventory | null;
  readonly receiptCount: number;
  readonly lease: LeaseInfo | null;
  readonly openRun: OpenRun | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** State that can be read, the lease, and a run that was cut off. */
export function checkState(facts: StateFacts): readonly CheckResult[] {
  const { inventory, place } = facts;
  return [
    {
      check: "state",
      result: "ok",
      message:
        inventory === null
          ? `nothing is stored in ${place} yet`
          : `${place} holds ${String(inventory.entries.length)} connections and ${String(facts.receiptCount)} receipts`,
    },
    checkLease(facts),
    checkOpenRun(facts),
  ];
}

function checkLease({ lease, now, environment }: StateFacts): CheckResult {
  const check = "lease";
  if (lease === null)
    return { check, result: "ok", message: "nobody holds the lease" };
  const isOver = Date.parse(lease.expiresAt) <= now;
  const holder = `${lease.actor} on ${lease.host}`;
  return isOver
    ? {
        check,
        result: "ok",
        message: `the lease of ${holder} has ended; the next apply takes it over`,
      }
    : {
        check,
        result: "unknown",
        message: `${holder} holds the lease until ${lease.expiresAt}: a run is applying, or was cut off (an apply would stop with STA003)`,
        fix: `wait until then; where that run is gone for good: tieline state unlock ${shellWord(environment)} --if-holder ${shellWord(lease.id)}`,
        codes: ["STA003"],
      };
}

function checkOpenRun({
  openRun,
  lease,
  environment,
}: StateFacts): CheckResult {
  const check = "open_run";
  if (openRun === null)
    return { check, result: "ok", message: "no run was cut off" };
  const begun = `run ${openRun.runId}, begun at ${openRun.startedAt}, has not ended`;
  return lease === null
    ? {
        check,
        result: "bad",
        message: begun,
        fix: `continue it with: tieline apply ${shellWord(environment)}`,
      }
    : {
        check,
        result: "unknown",
        message: begun,
        fix: `continue it, unless it is at work, with: tieline apply ${shellWord(environment)}`,
      };
}
