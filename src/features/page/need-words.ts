import type { SyncState } from "../../domain/reconcile/status.ts";
import type { Suspension } from "../../domain/reconcile/orders.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import {
  joinHtml,
  safeHtml,
  type HtmlPart,
  type HtmlText,
} from "../../output/escape-html.ts";
import { shortDigest } from "../../output/words.ts";
import { suspensionOf, type Need, type OverviewRow } from "./overview-row.ts";
import { badge, nameText, timeHtml } from "./parts-html.ts";

/** Names of what somebody has to look after. */
export const NEED_NAMES: Readonly<Record<Need, string>> = {
  failing: "Failing",
  fighting: "Fighting",
  silent: "Silent",
  approval: "Waiting for approval",
  waiting: "Plan waits",
  drifted: "Drifted",
  suspended: "Suspended",
  expired: "Accounts expired",
};

const LEVELS: Readonly<Record<Need, "worst" | "bad" | "faint">> = {
  failing: "worst",
  fighting: "worst",
  silent: "worst",
  approval: "bad",
  waiting: "bad",
  drifted: "bad",
  suspended: "faint",
  expired: "bad",
};

const SYNC_LEVELS: Readonly<
  Record<SyncState, "worst" | "bad" | "good" | "faint">
> = {
  "in-sync": "good",
  drifted: "bad",
  pending: "bad",
  unknown: "faint",
};

/** How an environment stands to its documents. */
export function syncHtml(sync: SyncState): HtmlText {
  return badge(sync.replace("-", " "), SYNC_LEVELS[sync]);
}

/** What an environment needs, worst first, each with why. */
export function needsHtml(
  row: OverviewRow,
  needs: readonly Need[],
  now: number,
): HtmlText {
  if (needs.length === 0)
    return row.lastResult === null
      ? badge("not looked at yet", "faint")
      : badge("nothing to do", "good");
  return joinHtml(
    needs.map((need) => {
      const why = WHY[need](row, now);
      return safeHtml`<div>${badge(NEED_NAMES[need], LEVELS[need])} ${why}</div>`;
    }),
  );
}

/** Why each of them is said, in a few words. */
const WHY: Readonly<Record<Need, (row: OverviewRow, now: number) => HtmlPart>> =
  {
    failing: failingText,
    fighting: (row) =>
      `${countOf(row.fightCount, "field")} that somebody moves again`,
    silent: (row, now) =>
      safeHtml`the next tick was due ${timeHtml(row.nextTickAt, now)}`,
    approval: ({ pending }, now) =>
      safeHtml`plan <code>${shortDigest(nameText(pending?.intentDigest ?? ""))}</code>, since ${timeHtml(pending?.since ?? null, now)}`,
    waiting: (row) => row.waitsFor ?? "",
    drifted: (row) => countOf(row.driftCount, "connection"),
    suspended: (row, now) => {
      const suspension = suspensionOf(row, now);
      return suspension === null ? "" : suspensionHtml(suspension, now);
    },
    expired: ({ accounts }) => countOf(accounts?.expired ?? 0, "account"),
  };

function failingText({
  failureCount,
  problemCodes,
  problem,
}: OverviewRow): string {
  const [code] = problemCodes;
  const times =
    failureCount > 1 ? `${countOf(failureCount, "time")} in a row` : "";
  const what = problem === null ? "" : `${clip(code ?? "", 20)}: ${problem}`;
  return [times, what].filter((part) => part !== "").join("; ");
}

/** Who suspended, until when and why. */
export function suspensionHtml(
  { by, why, until }: Suspension,
  now: number,
): HtmlText {
  const end =
    until === null
      ? safeHtml`until somebody resumes`
      : safeHtml`ends ${timeHtml(until, now)}`;
  return safeHtml`by ${nameText(by)}, ${end}: ${clip(why, 160)}`;
}
