import { countOf } from "../../util/count.ts";
import type {
  ImportedEnvironment,
  ImportNote,
  ImportReport,
  SkippedConnection,
} from "./report.ts";
import type { FileFate } from "../../domain/source-file.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { commandText, nameList } from "../../output/words.ts";

/** Names come from a server or a stranger's file: more than this of one tells nobody anything. */
const MAX_NAME = 120;

/** What an import wrote or would write, what it left out and why, and what to do next. */
export function renderImport(report: ImportReport, style: Style): string {
  return textOf([
    titleLine(report, style),
    ...indent(fileLines(report, style), 2),
    ...section(
      "Not all of it:",
      report.gaps.map((gap) => safe`${gap}`),
    ),
    ...section(
      "Left out:",
      report.skipped.map((each) => skippedLine(each, style)),
    ),
    ...section("Not in the documents:", report.notes.map(noteLine)),
    ...secretLines(report),
    ...report.environments.flatMap(environmentLines),
    ...closingLines(report),
  ]);
}

function titleLine(report: ImportReport, style: Style): SafeText {
  const from = sourceText(report);
  const unchanged = report.environments.reduce(
    (sum, { unchangedCount }) => sum + unchangedCount,
    0,
  );
  const agreed =
    unchanged === 0
      ? safe``
      : safe`; ${countOf(unchanged, "connection")} agreed with the documents already`;
  if (report.files.length === 0)
    return safe`${paint(style, "bold", safe`Nothing to write from ${from}`)}${agreed}`;
  const verb = report.isDryRun ? "Would write" : "Wrote";
  const title = safe`${verb} ${countOf(report.files.length, "file")} from ${from}`;
  return safe`${paint(style, "bold", title)}${agreed}`;
}

function sourceText({ source, environments }: ImportReport): SafeText {
  if (source === "documents") return safe`the documents there are`;
  if (source !== "live") return safe`the export of ${source}`;
  return joinSafe(
    environments.map(({ name }) => name),
    ", ",
  );
}

const FATES = {
  created: ["green", "+", "new"],
  changed: ["yellow", "~", "edited"],
  deleted: ["red", "-", "deleted"],
} as const satisfies Record<FileFate, readonly string[]>;

function fileLines({ files }: ImportReport, style: Style): SafeText[] {
  return files.map(({ path, fate, connections }) => {
    const [colour, sign, word] = FATES[fate];
    const about = safe`  (${word}: ${nameList(connections, 3)})`;
    return safe`${paint(style, colour, sign)} ${path}${about}`;
  });
}

function section(title: string, lines: readonly SafeText[]): SafeText[] {
  return lines.length === 0
    ? []
    : [safe``, safe`${title}`, ...indent(lines, 2)];
}

function skippedLine(
  { environment, name, why, fix }: SkippedConnection,
  style: Style,
): SafeText {
  const place = environment === null ? safe`` : safe` in ${environment}`;
  const advice = fix === undefined ? safe`` : safe`; ${fix}`;
  const shown = name === "" ? "(no name)" : shortened(name);
  return safe`${paint(style, "red", "-")} ${shown}${place}: ${why}${advice}`;
}

function shortened(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

function noteLine(note: ImportNote): SafeText {
  const place =
    note.environment === null ? safe`` : safe` in ${note.environment}`;
  const field = segmentsOf(note.pointer).join(".");
  const about = field === "" ? safe`` : safe` ${field}`;
  return safe`${shortened(note.connection)}${about}${place}: ${note.message}`;
}

function secretLines({ secrets, source }: ImportReport): SafeText[] {
  const lines = secrets.map(({ environment, connection, pointer }) => {
    const path = `${connection}/${segmentsOf(pointer).at(-1) ?? ""}`;
    const isPlain = /^[A-Za-z0-9_][A-Za-z0-9_:/.-]*$/u.test(path);
    const command = commandText("secrets set", environment ?? "");
    return safe`${command} ${isPlain ? path : `'${path}'`}`;
  });
  return section(
    source === "live"
      ? "Secrets the platform keeps; no document names them. To manage one, store it and write its reference:"
      : "Secrets, which are never taken from an export. Store each and write its reference:",
    lines,
  );
}

function environmentLines({
  name,
  missing,
  leftToPlatform,
}: ImportedEnvironment): SafeText[] {
  const lines: SafeText[] = [];
  if (leftToPlatform.length > 0)
    lines.push(
      safe``,
      safe`Endpoints that the platform fills in by itself are left to it in ${name}: ${nameList(leftToPlatform)}. A comment in each file says which; with --manage-all the documents hold them.`,
    );
  if (missing.length > 0)
    lines.push(
      safe``,
      safe`Declared in ${name} and not on the platform: ${nameList(missing)}. An apply creates them; remove their documents if that is not wanted.`,
    );
  return lines;
}

function promiseLine(environments: ImportReport["environments"]): SafeText {
  const isAll = environments.every(({ missing }) => missing.length === 0);
  return isAll
    ? safe`A plan of these documents changes no field on the platform.`
    : safe`Beyond that, a plan of these documents changes no field on the platform.`;
}

function closingLines({
  environments,
  files,
  isDryRun,
  source,
}: ImportReport): SafeText[] {
  if (isDryRun) return [safe``, safe`Nothing was written.`];
  const adoptable = environments.filter((each) => each.adoptable.length > 0);
  if (adoptable.length > 0)
    return [
      safe``,
      promiseLine(environments),
      ...adoptable.flatMap(({ name, sendsSecrets }) =>
        sendsSecrets.length === 0
          ? []
          : [
              safe`Their documents name secrets, which no API shows, so adopting in ${name} sends them once: ${nameList(sendsSecrets)}`,
            ],
      ),
      safe`To own what is not owned yet, so that drift shows:`,
      ...indent(
        adoptable.map(
          (each) =>
            safe`${commandText("adopt", each.name)}  (${countOf(each.adoptable.length, "connection")})`,
        ),
        2,
      ),
    ];
  if (files.length === 0) return [];
  if (source === "documents")
    return [
      safe``,
      safe`Every environment gets exactly what it got before. To look: tieline validate, tieline plan <environment>`,
    ];
  if (source !== "live")
    return [
      safe``,
      safe`Look at the documents, then see what they would make: tieline validate, tieline plan <environment>`,
    ];
  return [
    safe``,
    safe`To see that nothing is left to change: ${commandText("plan", environments[0]?.name ?? "")}`,
  ];
}
