import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import { CODES } from "../domain/generated/codes.ts";
import type { DiagnosticCode } from "../domain/problem/codes.ts";
import type { Diagnostic, Severity } from "../domain/problem/diagnostic.ts";
import type { JsonObject } from "../domain/json.ts";
import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { pageCommand } from "./diagnostics.ts";
import { plainText } from "./escape.ts";
import {
  bySeverity,
  type FindingPlace,
  type ReportedFinding,
} from "./findings.ts";

/** What is said about a rule besides its code. */
export interface SarifRule {
  readonly code: DiagnosticCode;
  readonly name: string;
  readonly level: Severity | "off";
  readonly summary: string;
  readonly why: string;
  readonly fix: string;
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
  const kept = bySeverity(findings).slice(0, MAX_RESULTS);
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
          ruleId: finding.diagnostic.code,
          ruleIndex: places.get(finding.diagnostic.code) ?? -1,
          ...resultJson(finding, options.prefix),
          partialFingerprints: {
            primaryLocationLineHash: fingerprint(finding.diagnostic),
          },
        })),
      },
    ],
  };
}

function ruleJson(
  code: DiagnosticCode,
  rule: SarifRule | undefined,
): JsonObject {
  const title = CODES[code];
  const common = {
    id: code,
    shortDescription: { text: rule?.summary ?? title },
  };
  if (rule === undefined)
    return { ...common, help: { text: `${title}: see ${pageCommand(code)}` } };
  const { why, fix, level, securitySeverity } = rule;
  return {
    ...common,
    name: rule.name,
    fullDescription: { text: `${rule.summary} Why: ${why}.` },
    help: {
      text: `Why: ${why}.\nFix: ${fix}.`,
      markdown: `**Why:** ${why}.\n\n**Fix:** ${fix}.\n\nSee \`${pageCommand(code)}\`.`,
    },
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

function resultJson(
  { diagnostic, suppression }: ReportedFinding,
  prefix: string,
): JsonObject {
  const { severity, message, fix, location } = diagnostic;
  const text = [message, ...(fix === undefined ? [] : [`Fix: ${fix}`])]
    .map(messageText)
    .join(". ");
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
            startLine: location?.line ?? 1,
            startColumn: location?.column ?? 1,
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
  return plainText(text).replaceAll("](", "] (");
}

/** A path as a relative reference: whatever a file is called, it stays one path. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((name) => encodeURIComponent(name.toWellFormed()))
    .join("/");
}

/**
 * Tells one finding from another across commits: the same after lines moved, and another for the
 * second of its kind in a file. The line's own text does not enter, because it could be a value
 * that must not be guessed at.
 */
function fingerprints(): (diagnostic: Diagnostic) => string {
  const counts = new Map<string, number>();
  return ({ code, message, location }) => {
    // Some sentences name a second place.
    const said = message.replace(/:\d+:\d+\b/gu, "");
    const hash = sha256(
      canonicalJson([code, location?.file ?? "", said].map(plainText)),
    )
      .replace(/^sha256:/u, "")
      .slice(0, 16);
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return `${hash}:${String(count)}`;
  };
}
