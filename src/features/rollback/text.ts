import { shortCommit } from "../../domain/provenance.ts";
import { countOf } from "../../util/count.ts";
import { indent, safe, type SafeText, textOf } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { commandText, shortDigest } from "../../output/words.ts";

/** What is said about a rollback besides its plan. */
export interface RollbackText {
  readonly environment: string;
  readonly receipt: string;
  readonly commit: string;
  readonly files: readonly { readonly path: string; readonly kind: string }[];
  readonly limits: readonly string[];
  readonly isWritten: boolean;
}

/** The files of a rollback, what it cannot bring back, and what comes next. */
export function renderRollback(rollback: RollbackText, style: Style): string {
  const { environment, files, limits, isWritten } = rollback;
  const title = paint(
    style,
    "bold",
    safe`Back to receipt ${shortDigest(rollback.receipt)}, commit ${shortCommit(rollback.commit)}`,
  );
  return textOf([
    title,
    files.length === 0
      ? safe`No document differs from that commit.`
      : safe`${countOf(files.length, "file")} ${isWritten ? "written" : "to write"}:`,
    ...indent(
      files.map(({ path, kind }) => safe`${kind} ${path}`),
      2,
    ),
    ...limitLines(limits, style),
    ...nextLines(rollback, environment),
  ]);
}

function limitLines(limits: readonly string[], style: Style): SafeText[] {
  if (limits.length === 0) return [];
  return [
    safe`${paint(style, "yellow", "What this does not bring back, or does besides:")}`,
    ...indent(
      limits.map((limit) => safe`${limit}`),
      2,
    ),
  ];
}

function nextLines(rollback: RollbackText, environment: string): SafeText[] {
  if (rollback.files.length === 0) return [];
  if (!rollback.isWritten)
    return [safe`Nothing was written. Add --write to write the files.`];
  return [
    safe`Review them with git diff, commit, and then: ${commandText("plan", environment)}`,
  ];
}
