import type { ListedAccount } from "../../domain/account.ts";
import type {
  DesiredConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { CheckResult } from "./report.ts";

/** A connection that is there, with what the checks of connections look at. */
export interface CheckSubject {
  readonly desired: DesiredConnection;
  readonly live: LiveConnection;
  readonly accounts: readonly ListedAccount[] | "unknown";
}

/** A check of one connection. Pure; an empty list means that the check does not apply. */
export type ConnectionCheck = (subject: CheckSubject) => readonly CheckResult[];
