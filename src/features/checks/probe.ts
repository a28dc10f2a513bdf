import type { CheckResult } from "./report.ts";
import type { FieldValues } from "../../domain/connection.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import { AppError } from "../../domain/problem/error.ts";
import type { SecretRef } from "../../domain/secret/secret.ts";
import type {
  ProbeRequest,
  ProbeVerdict,
  SecretProbe,
} from "../../ports/secret-probe.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import type { CheckSubject } from "./connection-checks.ts";

const SECRET_POINTER = "/credentials/client_secret";
const check = "client_secret";

/** What would be asked, without the secret's value. */
interface Target extends Omit<ProbeRequest, "clientSecret"> {
  readonly reference: SecretRef;
}

/** What probing works with. */
export interface ProbeContext {
  readonly probe: SecretProbe;
  readonly secrets: Pick<SecretStore, "resolve" | "describe">;
  /** What we remember of the connection, where it is ours. */
  readonly applied: InventoryEntry | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks the provider whether it knows the declared client. Only what was applied together is tried:
 * this very value, for this object, at the address that the platform uses today. Documents decide
 * none of it, so a proposed change cannot send a secret anywhere, neither to another address nor
 * that of another connection, before it was reviewed and applied.
 * @returns Nothing for connections without a client of their own.
 */
export async function probeClient(
  subject: CheckSubject,
  context: ProbeContext,
): Promise<readonly CheckResult[]> {
  const target = targetOf(subject, context.applied);
  if (target === undefined) return [];
  if ("check" in target) return [target];
  const { reference, ...request } = target;
  const { probe, secrets, signal } = context;
  try {
    if (!(await isAsApplied(subject, reference, context)))
      return [
        unknown(
          "the secret is not the one that was applied to this connection",
          "plan, review and apply it first",
        ),
      ];
    const clientSecret = await secrets.resolve(reference);
    return [resultOf(await probe.probe({ ...request, clientSecret }, signal))];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [
      unknown(
        `the secret could not be read (${error.code})`,
        "see tieline doctor for the keys at hand",
      ),
    ];
  }
}

/**
 * Fingerprints are bound to connection and field: an equal one means that this value was given to
 * this connection before.
 */
async function isAsApplied(
  { desired }: CheckSubject,
  reference: SecretRef,
  { secrets, applied }: ProbeContext,
): Promise<boolean> {
  const place = { connection: desired.key, pointer: SECRET_POINTER };
  const { fingerprint } = await secrets.describe(reference, place);
  const before = applied?.secrets[SECRET_POINTER]?.fingerprint;
  return fingerprint !== undefined && fingerprint === before;
}

function targetOf(
  { desired, live }: CheckSubject,
  applied: InventoryEntry | undefined,
): Target | CheckResult | undefined {
  const clientId = desired.fields["/credentials/client_id"];
  const reference = desired.secrets.get(SECRET_POINTER);
  if (typeof clientId !== "string" || reference === undefined) return undefined;
  if (applied?.phase !== "applied" || applied.remoteId !== live.remoteId)
    return unknown(
      "it was not applied from here, so nothing tells which address its secret belongs to",
      "plan, review and apply it first",
    );
  if (live.fields["/credentials/client_id"] !== clientId)
    return unknown("the platform has another client id", "plan and apply");
  const tokenUrl = tokenUrlIn(live.fields);
  if (tokenUrl === undefined)
    return unknown(
      "the platform does not show the token address",
      "declare settings.token_url and apply it",
    );
  const declaredUrl = tokenUrlIn(desired.fields);
  const appliedUrl = tokenUrlIn(applied.lastApplied);
  if (
    declaredUrl !== appliedUrl ||
    (appliedUrl !== undefined && appliedUrl !== tokenUrl)
  )
    return unknown(
      "the token address that is declared, the one that was applied and the platform's are not the same",
      "plan, review and apply the address first",
    );
  const redirectUri =
    live.computed["/credentials/redirect_uri"] ??
    desired.expected["/credentials/redirect_uri"];
  const method = live.fields["/settings/token_endpoint_auth_method"];
  return {
    tokenUrl,
    clientId,
    reference,
    redirectUri: typeof redirectUri === "string" ? redirectUri : "",
    authMethod:
      method === "client_secret_basic" ? method : "client_secret_post",
  };
}

function tokenUrlIn(fields: FieldValues): string | undefined {
  const url =
    fields["/settings/token_url"] ?? fields["/settings/refresh_endpoint"];
  return typeof url === "string" ? url : undefined;
}

function resultOf(verdict: ProbeVerdict): CheckResult {
  switch (verdict.kind) {
    case "accepted":
      return {
        check,
        result: "ok",
        message: "the provider accepts client id and secret",
      };
    case "refused":
      return {
        check,
        result: "bad",
        message: "the provider refuses client id and secret",
        fix: "take the current secret from the provider's console, set it in the environment's secrets and apply",
      };
    case "unclear":
      return unknown(
        `whether the secret is right cannot be told: ${verdict.reason}`,
        "compare it with the provider's console",
      );
  }
}

function unknown(message: string, fix: string): CheckResult {
  return { check, result: "unknown", message, fix };
}
