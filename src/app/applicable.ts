import { findFreeze, freezeText, verifyPlanDigest } from "../engine/index.ts";
import { isDiagnosticCode, type DiagnosticCode } from "../domain/codes.ts";
import { ConflictError, RefusedError } from "../domain/error.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { Receipt } from "../domain/ledger.ts";
import type { ApplyContext } from "./apply-context.ts";
import { isSignedBy } from "./plan-signature.ts";

type CheckContext = Pick<
  ApplyContext,
  "api" | "clock" | "toolVersion" | "rules" | "expect"
>;

/** Why a plan cannot be applied. */
interface Objection {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly why: string;
}

/**
 * Everything about a plan that can be checked without a request: unchanged since it was made, signed where that is asked for, made for this
 * environment and API by this major version of the program, the expected one, not expired, not applied before, not refused by a guard and not in a freeze.
 * @throws ConflictError PLN201–PLN210, RefusedError with the code of the first refusal.
 */
export function assertApplicable(
  plan: Plan,
  context: CheckContext,
  ledger: readonly Receipt[],
): void {
  for (const check of CHECKS) {
    const objection = check(plan, context, ledger);
    if (objection === undefined) continue;
    throw new ConflictError(objection.code, objection.message, {
      why: objection.why,
      fix: `plan again: tieline plan ${plan.environment}`,
      notDone: "nothing was changed",
    });
  }
  assertSigned(plan, context);
  assertNotRefused(plan);
  assertNotFrozen(plan, context);
}

type Check = (
  plan: Plan,
  context: CheckContext,
  ledger: readonly Receipt[],
) => Objection | undefined;

/** In the order of what a reader must know first: is it the plan at all, then is it for here, then is it still good. */
const CHECKS: readonly Check[] = [
  wasAltered,
  isOfAnotherEnvironment,
  isForAnotherApi,
  isOfAnotherMajor,
  isUnexpected,
  hasExpired,
  wasApplied,
];

function wasAltered(plan: Plan): Objection | undefined {
  if (verifyPlanDigest(plan)) return undefined;
  return {
    code: "PLN201",
    message: "the plan was altered after it was made",
    why: "its digest does not fit its content",
  };
}

function isOfAnotherEnvironment(
  plan: Plan,
  { rules }: CheckContext,
): Objection | undefined {
  if (plan.environment === rules.name) return undefined;
  return {
    code: "PLN210",
    message: "the plan was made for another environment",
    why: `it names ${plan.environment}; this run is for ${rules.name}`,
  };
}

function isForAnotherApi(
  plan: Plan,
  { api }: CheckContext,
): Objection | undefined {
  const { api_host: host, driver } = plan.target;
  if (host === api.apiHost && driver === api.driver) return undefined;
  return {
    code: "PLN202",
    message: "the plan was made for another API",
    why: `it names ${driver} on ${host}; the environment names ${api.driver} on ${api.apiHost}`,
  };
}

function isOfAnotherMajor(
  plan: Plan,
  { toolVersion }: CheckContext,
): Objection | undefined {
  if (majorOf(plan.tool.version) === majorOf(toolVersion)) return undefined;
  return {
    code: "PLN206",
    message: "the plan was made by another major version of tieline",
    why: `it was made by ${plan.tool.version}; this is ${toolVersion}`,
  };
}

function isUnexpected(
  plan: Plan,
  { expect }: CheckContext,
): Objection | undefined {
  if (
    expect === undefined ||
    expect === plan.digest ||
    expect === plan.intent_digest
  )
    return undefined;
  return {
    code: "PLN209",
    message: "the plan is not the expected one",
    why: `expected ${expect}; this plan has the digest ${plan.digest} and would do ${plan.intent_digest ?? "something unnamed"}`,
  };
}

function hasExpired(
  plan: Plan,
  { clock }: CheckContext,
): Objection | undefined {
  if (plan.expires_at === null || Date.parse(plan.expires_at) > clock.now())
    return undefined;
  return {
    code: "PLN203",
    message: "the plan has expired",
    why: `it could be applied until ${plan.expires_at}`,
  };
}

function wasApplied(
  plan: Plan,
  _context: CheckContext,
  ledger: readonly Receipt[],
): Objection | undefined {
  const used = ledger.find((receipt) => receipt.planDigest === plan.digest);
  if (used === undefined) return undefined;
  return {
    code: "PLN205",
    message: "the plan was applied before",
    why: `run ${used.runId} applied it at ${used.finishedAt}; a plan is applied once`,
  };
}

/** A signature that is there must be good, even where none is asked for: a bad one says that someone tried. */
function assertSigned(plan: Plan, { rules }: CheckContext): void {
  const { isRequired, keys } = rules.signing;
  const isChecked = plan.signature !== undefined && keys.length > 0;
  if ((!isRequired && !isChecked) || isSignedBy(plan, keys)) return;
  const isMissing = plan.signature === undefined;
  throw new RefusedError(
    "PLN208",
    isMissing
      ? "the plan is not signed"
      : "the plan's signature is not by a key of this environment",
    {
      why: isMissing
        ? "signing.required in environment.yaml asks for a signature by one of signing.keys"
        : "signing.keys in environment.yaml lists whose signatures count, and none of them made this one",
      fix: `plan and sign again: tieline plan ${plan.environment} --out plan.json --sign-key-file FILE, then tieline apply plan.json`,
      notDone: "nothing was changed",
    },
  );
}

function assertNotRefused(plan: Plan): void {
  const refusals = plan.findings.filter(
    (finding) => finding.level === "refuse",
  );
  const [first] = refusals;
  if (first === undefined) return;
  const others =
    refusals.length === 1 ? "" : ` (and ${String(refusals.length - 1)} more)`;
  throw new RefusedError(
    isDiagnosticCode(first.code) ? first.code : "INT001",
    `refused: ${first.message}${others}`,
    {
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      why: "a guard stands against the plan; only an override that names the guard and the connection lets it pass",
      notDone: "nothing was changed",
    },
  );
}

/** The plan may be older than the freeze it would run into. One that was made in a freeze carries its own permission. */
function assertNotFrozen(plan: Plan, { rules, clock }: CheckContext): void {
  const now = new Date(clock.now()).toISOString();
  const window = findFreeze(rules.freeze, now);
  const level = rules.guardLevels["PLN112"];
  const isPassed =
    plan.findings.some(({ code }) => code === "PLN112") ||
    rules.overrides.some(
      ({ guard, connection, until }) =>
        guard === "PLN112" &&
        connection === undefined &&
        (until === undefined || until >= now.slice(0, 10)),
    );
  if (
    window === undefined ||
    plan.changes.length === 0 ||
    isPassed ||
    level === "off" ||
    level === "warn"
  )
    return;
  throw new RefusedError("PLN112", `refused: ${freezeText(window)}`, {
    why: "the freeze began after the plan was made",
    fix: "apply after it, or plan again and let it pass by name with a reason",
    notDone: "nothing was changed",
  });
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
