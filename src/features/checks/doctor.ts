import { shellWord } from "../../util/shell-word.ts";
import { findOpenRun } from "../../domain/state/open-run.ts";
import type { CheckResult } from "./report.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { AppError, RemoteError } from "../../domain/problem/error.ts";
import type { LedgerFinding } from "../ledger/report.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type {
  ConnectionsReader,
  PermissionFinding,
} from "../../ports/connections-api.ts";
import type { ReplyFacts } from "../../ports/http-client.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import type { StateStore } from "../../ports/state-store.ts";
import {
  checkClockSkew,
  checkPermissions,
  checkRateHeadroom,
} from "./api-checks.ts";
import { checkState } from "./stored-checks.ts";
import { chainFindings } from "../ledger/ledger-verify.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import { visitSecrets } from "../../environment/secrets/secret-state.ts";

/** The ways to look at an environment's API. */
export interface ApiExamination {
  readonly api: ConnectionsReader;
  readonly lastReply: () => ReplyFacts | undefined;
  /** Where the credentials come from. */
  readonly credentialsFrom: string;
  readonly signal: AbortSignal;
}

/**
 * Reaches the API and shows it the credentials: one page of the list, and a call for each
 * permission that reading tells of. Nothing that goes wrong is thrown.
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

/** What is looked at of an environment's state. */
export interface StateExamination {
  readonly environment: string;
  /** Where runs of the environment go now. */
  readonly apiHost: string;
  readonly state: StateStore;
  readonly now: number;
}

/**
 * Reads everything that is stored about an environment, each part by itself: one that cannot be
 * read hides no other. Nothing that goes wrong is thrown.
 */
export async function examineState(
  examination: StateExamination,
): Promise<readonly CheckResult[]> {
  const { environment, apiHost, state, now } = examination;
  const [inventory, ledger, journal, lease] = await Promise.all([
    attempt("state", () => readOwnInventory(state, environment, apiHost)),
    attempt("state", () => state.readLedger()),
    attempt("open_run", () => state.readJournal()),
    attempt("lease", () => state.readLease()),
  ]);
  const failures = [inventory, ledger, journal, lease].flatMap(({ failure }) =>
    failure === undefined ? [] : [withWayOut(failure, state)],
  );
  const hidden = new Set(failures.map(({ check }) => check));
  const sound = checkState({
    environment,
    place: state.place,
    inventory: inventory.value ?? null,
    receiptCount: ledger.value?.length ?? 0,
    lease: lease.value ?? null,
    openRun: findOpenRun(journal.value ?? []),
    now,
  }).filter(({ check }) => !hidden.has(check));
  return [
    ...failures,
    ...sound,
    ...checkChain(environment, chainFindings(ledger.value ?? [])),
  ];
}

interface Attempt<T> {
  readonly value?: T;
  readonly failure?: CheckResult;
}

async function attempt<T>(
  check: string,
  read: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { failure: failed(check, error) };
  }
}

/** State that is damaged ends with a command, where a backup does not help. */
function withWayOut(failure: CheckResult, state: StateStore): CheckResult {
  const aside = state.setAside?.("damaged");
  if (failure.codes?.includes("STA001") !== true || aside === undefined)
    return failure;
  return {
    ...failure,
    fix: `restore it from a backup; without one, move it away: ${aside}; the next plan then adopts what is live, creates nothing twice and deletes nothing`,
  };
}

function checkChain(
  environment: string,
  findings: readonly LedgerFinding[],
): readonly CheckResult[] {
  const [first] = findings;
  if (first === undefined) return [];
  return [
    {
      check: "ledger",
      result: "bad",
      message: `the ledger was altered (${first.code}): receipt ${String(first.line)}: ${first.message}`,
      fix: `find out who changed it; every such receipt is named by: tieline ledger verify ${shellWord(environment)}`,
      codes: [first.code],
    },
  ];
}

/**
 * What an apply would not get of the secrets: unset variables, placeholders, files that no key
 * opens. Nothing that goes wrong is thrown.
 * @param said - codes that were reported about the files already.
 */
export async function examineSecrets(
  connections: readonly DesiredConnection[],
  local: ReadonlyMap<string, ReadonlySet<Pointer>>,
  {
    secrets,
    said,
  }: {
    readonly secrets: SecretStore;
    readonly said: (code: string) => boolean;
  },
): Promise<readonly CheckResult[]> {
  const found = await visitSecrets(connections, local, async (ref) => {
    await secrets.resolve(ref);
  });
  return found
    .filter(({ code }) => !said(code))
    .map((each) => asFinding("secrets", each));
}

/** A located problem as a finding. */
export function asFinding(
  check: string,
  { code, message, why, fix }: Diagnostic,
): CheckResult {
  return {
    check,
    result: "bad",
    message: `${message} (${code})${why === undefined ? "" : `: ${why}`}`,
    fix: fix ?? `tieline explain ${code}`,
    codes: [code],
  };
}

/** An error as a finding. @throws The error itself when it is none of ours. */
export function failed(check: string, error: unknown): CheckResult {
  if (!(error instanceof AppError)) throw error;
  return {
    check,
    result: "bad",
    message: `${error.message} (${error.code})${error.why === undefined ? "" : `: ${error.why}`}`,
    fix: error.fix ?? `tieline explain ${error.code}`,
    codes: [error.code],
  };
}
