import type {
  Plan,
  PlanChange,
  PlanFinding,
  PlanNotice,
} from "../../domain/generated/plan.ts";
import { withinSentence } from "../../engine/meaning/wording.ts";
import { placeOf } from "./rule-view.ts";
import type { SheetEntry, SheetLevel } from "./sheet-entry.ts";

/**
 * Who let it pass: a reader weighs a change by that, too, above all where the permission comes with
 * what it permits.
 */
export function permissionSentences(
  key: string,
  { findings, rules = [] }: Plan,
): string[] {
  const sentences = findings
    .filter((finding) => finding.key === key)
    .flatMap(({ code, override }) => {
      if (override === undefined) return [];
      const added = rules.find(
        ({ rule, name, direction }) =>
          direction === "loosened" &&
          rule.startsWith("overrides") &&
          name === `${code}:${key}`,
      );
      return [
        added === undefined
          ? `${code} is allowed by an override: ${sentence(inBounds(override.reason))}`
          : `${code} is allowed by an override that THIS change adds${inBrackets(placeOf(added))}: ${sentence(inBounds(override.reason))}`,
      ];
    });
  return [...new Set(sentences)];
}

/**
 * Characters of what people write freely, so that no text pushes another one off the first screen.
 */
const MOST_PROSE = 240;

/** It stands whole below the sheet. */
function inBounds(prose: string): string {
  return prose.length > MOST_PROSE
    ? `${prose.slice(0, MOST_PROSE).toWellFormed()}…`
    : prose;
}

function withinBounds(finding: PlanFinding): PlanFinding {
  const { message, fix } = finding;
  return {
    ...finding,
    message: inBounds(message),
    ...(fix === undefined ? {} : { fix: inBounds(fix) }),
  };
}

function inBrackets(place: string | null): string {
  return place === null ? "" : ` (${place})`;
}

/** What stops the plan. */
export function refusalEntries(plan: Plan): SheetEntry[] {
  const acting = new Set(
    plan.changes.flatMap(({ action, key }) => (action === "noop" ? [] : [key])),
  );
  return plan.findings
    .filter(({ level }) => level === "refuse")
    .map((finding) => {
      const entry = findingEntry(finding, "refused");
      const isUnplanned =
        finding.key !== undefined &&
        !acting.has(finding.key) &&
        PLATFORM_CODES.includes(finding.code);
      const [first = "", ...more] = entry.sentences;
      return isUnplanned
        ? {
            ...entry,
            sentences: [
              `Nothing can be planned, as it ${withinSentence(first)}`,
              ...more,
            ],
          }
        : entry;
    });
}

/** What is declared cannot become so, whoever allows it. */
const PLATFORM_CODES: readonly string[] = ["PLN110"];

/** The rules of the last apply would refuse it, and this change alters them. */
const LET_THROUGH = "PLN119";

/** What passes only because the same change loosens a rule: nobody reviewed that rule before. */
export function letThroughEntries(plan: Plan): SheetEntry[] {
  return plan.findings
    .filter(({ code }) => code === LET_THROUGH)
    .map((finding) => findingEntry(finding, "high"));
}

/** Findings that stop nothing and that nothing else tells. */
export function findingEntries(
  plan: Plan,
  dangerous: ReadonlySet<string>,
): SheetEntry[] {
  const permitted = new Set(
    plan.findings.flatMap(({ code, key = "" }) =>
      code === LET_THROUGH ? [key] : [],
    ),
  );
  return plan.findings
    .filter(({ level, code }) => level === "warn" && code !== LET_THROUGH)
    .filter(
      ({ key, override }) =>
        key === undefined ||
        !dangerous.has(key) ||
        (override === undefined && !permitted.has(key)),
    )
    .filter((finding) => restoredFinding(finding, plan.changes) === undefined)
    .map((finding) => findingEntry(finding, "warning"));
}

/** What to do about a host that somebody changed by hand, where the plan puts it back. */
export function restoredFix(change: PlanChange, plan: Plan): string | null {
  const found = plan.findings.find(
    (finding) => restoredFinding(finding, [change]) !== undefined,
  );
  return found?.fix ?? null;
}

/** The change that tells more of what a finding says: that a reviewed host is put back. */
function restoredFinding(
  { code, key, level, override }: PlanFinding,
  changes: readonly PlanChange[],
): PlanChange | undefined {
  if (code !== "PLN107" || level !== "warn" || override !== undefined)
    return undefined;
  return changes.find(
    (change) =>
      change.key === key &&
      change.risks.some((risk) => risk.code === "destination.restored") &&
      change.risks.every(
        (risk) =>
          !risk.code.startsWith("destination.") ||
          risk.code === "destination.restored",
      ),
  );
}

function findingEntry(finding: PlanFinding, level: SheetLevel): SheetEntry {
  // A policy says what its author wrote; a guard says where credentials go, which is never cut.
  const { code, key, message, override, fix } =
    finding.policy === undefined ? finding : withinBounds(finding);
  const said = sentence(bareMessage(message, key));
  return {
    level,
    keys: key === undefined ? [] : [key],
    sentences: [
      override === undefined
        ? said
        : `${said} Allowed by an override: ${sentence(inBounds(override.reason))}`,
    ],
    accounts: null,
    // What is allowed needs no advice on how to have it allowed.
    fix: override === undefined ? (fix ?? null) : null,
    codes: [code],
  };
}

/** What a notice foresees is told by the risk of a change that makes it so. */
const NOTICES_TOLD_BY: Readonly<Record<string, readonly string[]>> = {
  DRV044: ["offline-access.lost", "field.unmanaged"],
};

/** What takes back the work of somebody else is to be decided, like what a change does. */
const LACKS_APPLIED = "PLN118";

/** What the audit of the documents says, where no change says it better. */
export function noticeEntries({ notices, changes }: Plan): SheetEntry[] {
  const isTold = ({ code, key }: PlanNotice): boolean =>
    changes.some(
      (change) =>
        change.key === key &&
        change.risks.some((risk) => NOTICES_TOLD_BY[code]?.includes(risk.code)),
    );
  return (notices ?? [])
    .filter((notice) => notice.level === "warning" && !isTold(notice))
    .map(({ code, key, message, fix }) => ({
      level: code === LACKS_APPLIED ? "high" : "warning",
      keys: key === undefined ? [] : [key],
      sentences: [sentence(bareMessage(message, key))],
      accounts: null,
      fix: fix ?? null,
      codes: [code],
    }));
}

/** A message without the name it begins with: the name stands before it. */
export function bareMessage(message: string, key: string | undefined): string {
  if (key === undefined) return message;
  const [colon, space] = [`"${key}": `, `"${key}" `];
  if (message.startsWith(colon)) return message.slice(colon.length);
  return message.startsWith(space) ? message.slice(space.length) : message;
}

/** With a capital letter and a full stop, as what stands alone. */
export function sentence(text: string): string {
  // The name of a file, of a field or of a rule keeps its letters.
  const capital = /^\p{Ll}[\p{L}'’-]*(?:[ ,;]|$)/u.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
  return /[.!?…]$/u.test(capital) ? capital : `${capital}.`;
}
