import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type {
  Plan,
  PlanLocation,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import type { Severity } from "../../domain/problem/diagnostic.ts";
import { RISK_KINDS } from "../../engine/meaning/risk-kinds.ts";
import type { ReportedFinding } from "../../output/findings.ts";
import type { SarifRule } from "../../output/sarif.ts";
import { withoutCounts } from "./sheet-entry.ts";
import { bareMessage, sentence } from "./sheet-findings.ts";

/** One thing that a plan says about a connection or about itself. */
interface Said {
  readonly code: string;
  readonly severity: Severity;
  readonly weight?: ReportedFinding["weight"];
  readonly key?: string | undefined;
  readonly message: string;
  readonly why?: string | undefined;
  readonly fix?: string | undefined;
  readonly location?: PlanLocation | null | undefined;
}

/**
 * What a plan has to say, for programs that show findings at lines of documents: what refuses it,
 * what its changes mean, what its documents lack. What nothing stops has its place in the sheet.
 */
export function planFindings(plan: Plan): readonly ReportedFinding[] {
  const said: readonly Said[] = [
    ...plan.findings.map((finding): Said => {
      const { code, level, override, location } = finding;
      const isRefused = level === "refuse";
      const until =
        override?.until === undefined ? "" : ` until ${override.until}`;
      const allowed =
        override === undefined
          ? ""
          : ` Allowed by an override${until}: ${override.reason}`;
      return {
        ...finding,
        code,
        severity: isRefused ? "error" : "warning",
        ...(isRefused ? { weight: "refused" } : {}),
        message: `${sentence(bareMessage(finding.message, finding.key))}${allowed}`,
        location,
      };
    }),
    ...plan.changes.flatMap(({ key, risks, location }) =>
      risks.map((risk): Said => ({
        ...RISK_LEVELS[risk.level],
        ...risk,
        key,
        location,
      })),
    ),
    ...(plan.notices ?? []).map((notice): Said => ({
      ...notice,
      severity: notice.level,
      message: sentence(bareMessage(notice.message, notice.key)),
    })),
  ];
  return said.map((each) => reported(each, plan.environment));
}

const RISK_LEVELS: Readonly<
  Record<PlanRisk["level"], Pick<Said, "severity" | "weight">>
> = {
  critical: { severity: "error", weight: "critical" },
  high: { severity: "warning", weight: "high" },
  warning: { severity: "warning" },
  info: { severity: "note" },
};

function reported(
  { code, severity, weight, key, message, why, fix, location }: Said,
  environment: string,
): ReportedFinding {
  const about = key === undefined ? environment : `"${key}" in ${environment}`;
  return {
    diagnostic: {
      code,
      severity,
      message: `${about}: ${message}`,
      location: location ?? {
        file: `${ENVIRONMENTS_FOLDER}/${environment}/environment.yaml`,
        line: 1,
        column: 1,
      },
      ...(why === undefined ? {} : { why }),
      ...(fix === undefined ? {} : { fix }),
    },
    ...(weight === undefined ? {} : { weight }),
    identity: [environment, key ?? "", lasting(message)],
  };
}

/** `5 minutes ago (2026-01-02T03:04Z)`. */
const AGO = / \d+ (?:minute|hour|day)s? ago \([^)]*\)/gu;

/**
 * What stays the same from plan to plan. Nothing else is taken out: who dismissed a finding about
 * one host or scope has not seen another.
 */
function lasting(message: string): string {
  return withoutCounts(message).replaceAll(AGO, "");
}

const SEVERITY_OF_LEVEL: Readonly<Record<PlanRisk["level"], string>> = {
  critical: "9.0",
  high: "7.0",
  warning: "4.0",
  info: "1.0",
};

/** The kinds of risks that plans speak of, each weighed as its worst one. */
export function planRules(plans: readonly Plan[]): readonly SarifRule[] {
  const worst = new Map<string, PlanRisk["level"]>();
  for (const { changes } of plans)
    for (const { code, level } of changes.flatMap(({ risks }) => risks)) {
      const known = worst.get(code);
      if (
        known === undefined ||
        SEVERITY_OF_LEVEL[level] > SEVERITY_OF_LEVEL[known]
      )
        worst.set(code, level);
    }
  return Object.entries(RISK_KINDS).flatMap(([code, { source }]) => {
    const level = worst.get(code);
    return level === undefined
      ? []
      : [
          {
            code,
            name: code,
            level: RISK_LEVELS[level].severity,
            summary: `What a plan calls a risk: ${code.replace(".", " ").replaceAll("-", " ")}.`,
            why: `it rests on ${source}`,
            securitySeverity: SEVERITY_OF_LEVEL[level],
          },
        ];
  });
}
