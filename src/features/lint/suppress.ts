import {
  readSuppressions,
  type Suppression,
} from "../../documents/check/suppressions.ts";
import type { ParsedDocument } from "../../documents/read/document.ts";
import { report } from "../../documents/read/report.ts";
import { isDiagnosticCode } from "../../domain/problem/codes.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { nearest } from "../../util/nearest.ts";
import type { Found, QuietFinding } from "./found.ts";
import type { LintLevel, LintRuleFacts } from "./rule.ts";
import { LINT_RULES, META_RULES } from "./rules/index.ts";

/** What weighing suppressions takes. */
export interface SuppressContext {
  readonly isAsked: (rule: LintRuleFacts) => boolean;
  readonly level: (rule: LintRuleFacts) => LintLevel;
  /**
   * True when everything was looked at: only then does a comment that hides nothing hide nothing at
   * all.
   */
  readonly isWhole: boolean;
}

/** Findings after suppressions, and what is wrong with suppressions. */
export interface Weighed {
  readonly loud: readonly Found[];
  readonly quiet: readonly QuietFinding[];
  readonly problems: readonly Diagnostic[];
}

/** A suppression that holds today. */
interface Holding {
  readonly suppression: Suppression;
  readonly codes: readonly string[];
  readonly until: string;
  readonly reason: string;
  isUsed: boolean;
}

/**
 * Applies the comments of documents to findings. Errors of validation are never quiet, and neither
 * is what is wrong with a comment.
 */
export function weighSuppressions(
  found: readonly Found[],
  world: {
    readonly documents: readonly ParsedDocument[];
    readonly today: string;
  },
  context: SuppressContext,
): Weighed {
  const problems: Diagnostic[] = [];
  const say = (
    rule: LintRuleFacts,
    suppression: Suppression,
    message: string,
  ): void => {
    const level = context.level(rule);
    if (level === "off" || !context.isAsked(rule)) return;
    const { code, why, fix } = rule;
    problems.push(
      report(suppression.place, { code, severity: level, message, why, fix }),
    );
  };
  const holding = suppressionsOf(world.documents).flatMap((each) =>
    holds(each, world.today, say),
  );
  const byLine = new Map<string, Holding[]>();
  for (const each of holding) {
    const { place, line } = each.suppression;
    const key = lineKey(place.source.file, line);
    const same = byLine.get(key);
    if (same === undefined) byLine.set(key, [each]);
    else same.push(each);
  }
  const loud: Found[] = [];
  const quiet: QuietFinding[] = [];
  for (const each of found) {
    const { diagnostic } = each;
    const match = matching(diagnostic, byLine);
    if (match === undefined) loud.push(each);
    else {
      match.isUsed = true;
      quiet.push({ diagnostic, reason: match.reason, until: match.until });
    }
  }
  if (context.isWhole)
    for (const { suppression, codes, isUsed } of holding)
      if (!isUsed && codes.every((code) => wasAsked(code, context)))
        say(
          META_RULES.unused,
          suppression,
          `the suppression of ${codes.join(", ")} keeps nothing quiet`,
        );
  return { loud, quiet, problems };
}

function suppressionsOf(documents: readonly ParsedDocument[]): Suppression[] {
  // A file with several documents is one text.
  const sources = new Set(documents.map(({ source }) => source));
  return [...sources].flatMap(readSuppressions);
}

type Say = (rule: LintRuleFacts, about: Suppression, message: string) => void;

function holds(suppression: Suppression, today: string, say: Say): Holding[] {
  const { rules, until, reason } = suppression;
  if (rules.length === 0 || until === undefined || reason === undefined) {
    const missing = [
      ...(rules.length === 0 ? ["a rule"] : []),
      ...(until === undefined ? ["a last day"] : []),
      ...(reason === undefined ? ["a reason"] : []),
    ];
    say(
      META_RULES.incomplete,
      suppression,
      `the suppression lacks ${missing.join(" and ")}`,
    );
    return [];
  }
  const codes = rules.flatMap((rule) => codeOf(rule) ?? []);
  if (codes.length < rules.length)
    say(META_RULES.unknown, suppression, unknownText(rules));
  if (until < today) {
    say(
      META_RULES.expired,
      suppression,
      `the suppression of ${codes.join(", ")} ended on ${until}`,
    );
    return [];
  }
  return codes.length === 0
    ? []
    : [{ suppression, codes, until, reason, isUsed: false }];
}

function unknownText(rules: readonly string[]): string {
  const names = LINT_RULES.flatMap(({ code, name }) => [code, name]);
  const wrong = rules.filter((rule) => codeOf(rule) === undefined);
  const near = wrong.flatMap((rule) => nearest(rule, names) ?? [])[0];
  return `the suppression names ${wrong.length === 1 ? "a rule that does not exist" : "rules that do not exist"}${near === undefined ? "" : `; did you mean "${near}"?`}`;
}

/** The code a suppression may name: that of a rule, or of a note or warning of validation. */
function codeOf(text: string): string | undefined {
  const rule = LINT_RULES.find(
    ({ code, name }) => text === code || text === name,
  );
  if (rule !== undefined) return rule.code;
  return isDiagnosticCode(text) && !text.startsWith("LNT") ? text : undefined;
}

function wasAsked(code: string, { isAsked }: SuppressContext): boolean {
  const rule = LINT_RULES.find((each) => each.code === code);
  return rule === undefined || isAsked(rule);
}

function matching(
  { code, severity, location }: Diagnostic,
  byLine: ReadonlyMap<string, readonly Holding[]>,
): Holding | undefined {
  if (location === undefined) return undefined;
  if (severity === "error" && !code.startsWith("LNT")) return undefined;
  return byLine
    .get(lineKey(location.file, location.line))
    ?.find(({ codes }) => codes.includes(code));
}

function lineKey(file: string, line: number): string {
  return `${String(line)}:${file}`;
}
