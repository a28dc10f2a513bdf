import { countOf } from "../../util/count.ts";
import type { ConsentLag, ConsentReport } from "./report.ts";
import {
  indent,
  joinSafe,
  safe,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { scopeLine } from "../../output/scope-text.ts";
import { paint, type Style } from "../../output/style.ts";

/** Who may still hold an old grant, connection by connection. */
export function renderConsent(report: ConsentReport, style: Style): string {
  const { environment, apiHost, connections, changedCount } = report;
  const title =
    connections.length === 0
      ? safe`Nobody lags. ${countOf(changedCount, "connection")} of ${environment} at ${apiHost} asked for another consent since it was made.`
      : safe`${countOf(connections.length, "connection")} of ${environment} at ${apiHost} may have accounts with an old grant`;
  return textOf([
    paint(style, "bold", title),
    ...connections.flatMap((lag) => [safe``, ...lagLines(lag, style)]),
  ]);
}

function lagLines(lag: ConsentLag, style: Style): SafeText[] {
  const { key, accounts, lagging, changedAt, actor, paths, scopes } = lag;
  const count =
    lagging === "unknown" || accounts === "unknown"
      ? safe`an unknown number of accounts`
      : safe`at most ${String(lagging.length)} of ${countOf(accounts, "account")}`;
  const what =
    paths.length === 0
      ? safe`something that is no longer known`
      : safe`${joinSafe(paths, ", ")}`;
  return [
    safe`${key}: ${count}`,
    ...indent([safe`${what} changed at ${changedAt} by ${actor}`], 2),
    ...indent(
      scopes.map((scope) => scopeLine(scope, style)),
      4,
    ),
  ];
}
