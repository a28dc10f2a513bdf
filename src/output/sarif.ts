import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import { CODES } from "../domain/generated/codes.ts";
import type { Severity } from "../domain/problem/diagnostic.ts";
import type { JsonObject } from "../domain/json.ts";
import { clip } from "../util/clip.ts";
import { pageCommand } from "./diagnostics.ts";
import { plainText } from "./escape.ts";
import {
  bySeverity,
  sentencesOf,
  type FindingPlace,
  type ReportedFinding,
} from "./findings.ts";
import { fingerprints } from "./fingerprint.ts";

/** What is said about a rule besides its code. */
export interface SarifRule {
  readonly code: string;
  readonly name: string;
  readonly level: Severity | "off";
  readonly summary: string;
  readonly why: string;
  readonly fix?: string;
  /** Between 0.1 and 10, for rules about security only. */
  readonly securitySeverity?: string;
}

/** What a log is made of besides its findings. */
export interface SarifOptions extends FindingPlace {
  readonly version: string;
  /** Rules known by more than a code; a code that is not among them has its title. */
  readonly rules: readonly SarifRule[];
}

/**
 * Most results GitHub takes in a run, the heaviest kept.
 * @remarks Source: docs.github.com, "SARIF results exceed one or more limits": 25,000 results per
 * run, of which the top 5,000 are shown.
 */
const MAX_RESULTS = 25_000;
/**
 * Most characters of all that is said in a run, and of one sentence. GitHub takes 10 MB,
 * compressed, and what comes from outside may not compress at all; the rest does to less than a
 * tenth.
 */
const MAX_SAID = 2_000_000;
const MAX_CHARACTERS = 1_000;
/** What a finding without a place is about; GitHub takes no result without one. */
const NOWHERE = ENVIRONMENTS_FOLDER;
const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * Findings as a SARIF 2.1.0 log of one run: for code scanning, and for every viewer of such files.
 */
export function sarifLog(
  findings: readonly ReportedFinding[],
  options: SarifOptions,
): JsonObject {
  const kept = withinLimits(bySeverity(findings));
  const codes = [
    ...new Set([
      ...options.rules.map(({ code }) => code),
      ...kept.map(({ diagnostic }) => diagnostic.code),
    ]),
  ].sort();
  const places = new Map(codes.map((code, index) => [code, index]));
  const known = new Map(options.rules.map((rule) => [rule.code, rule]));
  const fingerprint = fingerprints();
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "tieline",
            semanticVersion: options.version,
            rules: codes.map((code) => ruleJson(code, known.get(code))),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            ...(kept.length === findings.length
              ? {}
              : {
                  toolExecutionNotifications: [
                    {
                      level: "warning",
                      message: {
                        text: `${String(findings.length - kept.length)} further findings are left out; a run holds at most ${String(MAX_RESULTS)}`,
                      },
                    },
                  ],
                }),
          },
        ],
        columnKind: "utf16CodeUnits",
        results: kept.map((finding) => ({
          ruleId: plainText(finding.diagnostic.code),
          ruleIndex: places.get(finding.diagnostic.code) ?? -1,
          ...resultJson(finding, options.prefix),
          partialFingerprints: {
            primaryLocationLineHash: fingerprint(finding),
          },
        })),
      },
    ],
  };
}

/** The heaviest, as many as there is room for. */
function withinLimits(
  findings: readonly ReportedFinding[],
): readonly ReportedFinding[] {
  let left = MAX_SAID;
  const end = findings.findIndex(({ diagnostic }) => {
    const { message, fix = "", location } = diagnostic;
    for (const text of [message, fix])
      left -= Math.min(text.length, MAX_CHARACTERS);
    left -= location?.file.length ?? 0;
    return left < 0;
  });
  return findings.slice(0, Math.min(end < 0 ? MAX_RESULTS : end, MAX_RESULTS));
}

function titleOf(code: string): string {
  const known = Object.entries(CODES).find(([each]) => each === code);
  return known?.[1] ?? plainText(code);
}

function ruleJson(code: string, rule: SarifRule | undefined): JsonObject {
  const title = titleOf(code);
  const common = {
    id: plainText(code),
    shortDescription: { text: rule?.summary ?? title },
  };
  if (rule === undefined)
    return { ...common, help: { text: `${title}: see ${pageCommand(code)}` } };
  const { why, level, securitySeverity } = rule;
  return {
    ...common,
    name: rule.name,
    fullDescription: { text: `${rule.summary} Why: ${why}.` },
    help: helpOf(code, rule),
    defaultConfiguration: level === "off" ? { enabled: false } : { level },
    properties: {
      tags:
        securitySeverity === undefined
          ? ["connections"]
          : ["connections", "security"],
      ...(securitySeverity === undefined
        ? {}
        : { "security-severity": securitySeverity }),
    },
  };
}

function helpOf(code: string, { why, fix }: SarifRule): JsonObject {
  if (fix === undefined) return { text: `Why: ${why}.` };
  const page = Object.hasOwn(CODES, code)
    ? `\n\nSee \`${pageCommand(code)}\`.`
    : "";
  return {
    text: `Why: ${why}.\nFix: ${fix}.`,
    markdown: `**Why:** ${why}.\n\n**Fix:** ${fix}.${page}`,
  };
}

function resultJson(
  { diagnostic, suppression }: ReportedFinding,
  prefix: string,
): JsonObject {
  const { severity, location } = diagnostic;
  const text = sentencesOf(diagnostic, messageText);
  return {
    level: severity,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: uriOf(`${prefix}${location?.file ?? NOWHERE}`),
            uriBaseId: "%SRCROOT%",
          },
          region: {
            startLine: Math.max(1, location?.line ?? 1),
            startColumn: Math.max(1, location?.column ?? 1),
          },
        },
      },
    ],
    ...(suppression === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: "inSource",
              justification: messageText(
                `${suppression.reason} (until ${suppression.until})`,
              ),
            },
          ],
        }),
  };
}

/** Plain text in which no link is read: viewers take `[words](address)` for one. */
function messageText(text: string): string {
  return plainText(clip(text, MAX_CHARACTERS)).replaceAll("](", "] (");
}

/** A path as a relative reference: whatever a file is called, it stays one path. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((name) => encodeURIComponent(name.toWellFormed()))
    .join("/");
}
