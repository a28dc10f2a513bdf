import { countOf } from "../../util/count.ts";
import type {
  CheckResult,
  ConnectionTest,
  DoctorReport,
  TestReport,
} from "./report.ts";
import { indent, safe, type SafeText, textOf } from "../../output/escape.ts";
import { type Paint, paint, type Style } from "../../output/style.ts";

const RESULT_PAINT: Readonly<Record<CheckResult["result"], Paint>> = {
  ok: "green",
  bad: "red",
  unknown: "yellow",
};

/** What testing found: the API, each connection with its state, and a summary. */
export function renderTest(report: TestReport, style: Style): string {
  const all = [report.api, ...report.connections.map(({ results }) => results)];
  return textOf([
    safe`${paint(style, "bold", report.environment)} at ${report.apiHost}`,
    ...indent(resultLines(report.api, style), 2),
    ...report.connections.flatMap((test) => connectionLines(test, style)),
    safe``,
    summaryLine(all.flat()),
  ]);
}

function connectionLines(test: ConnectionTest, style: Style): SafeText[] {
  return [
    safe``,
    safe`${paint(style, "bold", test.key)} (${test.provider}, ${test.authType}): ${test.lifecycle ?? "not there"}`,
    ...indent(resultLines(test.results, style), 2),
  ];
}

/** What the doctor found: this machine, then each environment, and a summary. */
export function renderDoctor(report: DoctorReport, style: Style): string {
  const all = [
    report.general,
    ...report.environments.map(({ results }) => results),
  ];
  return textOf([
    ...resultLines(report.general, style),
    ...report.environments.flatMap(({ name, results }) => [
      safe``,
      safe`${paint(style, "bold", name)}`,
      ...indent(resultLines(results, style), 2),
    ]),
    safe``,
    summaryLine(all.flat()),
  ]);
}

function resultLines(
  results: readonly CheckResult[],
  style: Style,
): SafeText[] {
  return results.flatMap(({ check, result, message, fix }) => {
    const mark = paint(style, RESULT_PAINT[result], result.padEnd(7));
    return [
      safe`${mark} ${check}: ${message}`,
      ...(fix === undefined ? [] : [safe`        fix: ${fix}`]),
    ];
  });
}

function summaryLine(results: readonly CheckResult[]): SafeText {
  const count = (wanted: CheckResult["result"]): number =>
    results.filter(({ result }) => result === wanted).length;
  return safe`${countOf(results.length, "check")}: ${count("ok")} ok, ${count("bad")} bad, ${count("unknown")} unknown`;
}
