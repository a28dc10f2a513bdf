import type { CheckResult } from "../domain/check.ts";
import { AppError, RemoteError } from "../domain/error.ts";
import type {
  ConnectionsReader,
  PermissionFinding,
} from "../ports/connections-api.ts";
import type { StateStore } from "../ports/state-store.ts";
import {
  checkClockSkew,
  checkRateHeadroom,
  type ReplyFacts,
} from "./checks/index.ts";
import { checkPermissions } from "./checks/permissions.ts";
import { checkState } from "./checks/state.ts";
import { findOpenRun } from "./status.ts";

/** The ways to look at an environment's API. */
export interface ApiExamination {
  readonly api: ConnectionsReader;
  readonly lastReply: () => ReplyFacts | undefined;
  /** Where the credentials come from. */
  readonly credentialsFrom: string;
  readonly signal: AbortSignal;
}

/**
 * Reaches the API and shows it the credentials: one page of the list, and a call for each permission that reading tells of. Nothing
 * that goes wrong is thrown.
 */
export async function examineApi(
  examination: ApiExamination,
): Promise<readonly CheckResult[]> {
  const { api, lastReply, credentialsFrom, signal } = examination;
  let permissions: readonly PermissionFinding[];
  try {
    const denied = await deniedList(api, signal);
    permissions = await api.examinePermissions(signal);
    // Refused, and by none of the permissions that are known: then it is the credentials.
    const isExplained = permissions.some(({ isHeld }) => isHeld === false);
    if (denied !== undefined && !isExplained)
      return apiFailure(examination, denied);
  } catch (error) {
    return apiFailure(examination, error);
  }
  return [
    { check: "target", result: "ok", message: `${api.apiHost} answers` },
    {
      check: "credentials",
      result: "ok",
      message: `the API accepts our credentials (${credentialsFrom})`,
    },
    ...checkPermissions(permissions),
    checkClockSkew(lastReply()),
    checkRateHeadroom(lastReply()),
  ];
}

/** The error where the list is not for these credentials; every other error is thrown. */
async function deniedList(
  api: ConnectionsReader,
  signal: AbortSignal,
): Promise<RemoteError | undefined> {
  try {
    await api.listPages(signal)[Symbol.asyncIterator]().next();
    return undefined;
  } catch (error) {
    if (error instanceof RemoteError && error.status === 403) return error;
    throw error;
  }
}

function apiFailure(
  { api: { apiHost }, credentialsFrom }: ApiExamination,
  error: unknown,
): readonly CheckResult[] {
  if (!(error instanceof AppError)) throw error;
  const isRefused =
    error instanceof RemoteError &&
    (error.status === 401 || error.status === 403);
  return isRefused
    ? [
        { check: "target", result: "ok", message: `${apiHost} answers` },
        {
          ...failed("credentials", error),
          message: `${error.message} (${error.code}); they are ${credentialsFrom}`,
        },
      ]
    : [failed("target", error)];
}

/** Reads everything that is stored about an environment. Nothing that goes wrong is thrown. */
export async function examineState(
  environment: string,
  state: StateStore,
  now: number,
): Promise<readonly CheckResult[]> {
  try {
    const [inventory, ledger, journal, lease] = await Promise.all([
      state.readInventory(),
      state.readLedger(),
      state.readJournal(),
      state.readLease(),
    ]);
    return checkState({
      environment,
      place: state.place,
      inventory,
      receiptCount: ledger.length,
      lease,
      openRun: findOpenRun(journal),
      now,
    });
  } catch (error) {
    return [failed("state", error)];
  }
}

/** An error as a finding. @throws The error itself when it is none of ours. */
export function failed(check: string, error: unknown): CheckResult {
  if (!(error instanceof AppError)) throw error;
  return {
    check,
    result: "bad",
    message: `${error.message} (${error.code})${error.why === undefined ? "" : `: ${error.why}`}`,
    fix: error.fix ?? `see docs/errors/${error.code}.md`,
  };
}
