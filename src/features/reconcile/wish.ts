import type { Adoption } from "../import/adopt-drift.ts";
import { driftMarkdown } from "../drift/forms.ts";
import {
  joinMarkdown,
  markdownCode,
  markdownOf,
  safeMarkdown,
  type MarkdownText,
} from "../../output/escape-markdown.ts";
import { byteCount } from "../../output/fit-markdown.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import type { Wish } from "./propose.ts";

/** Bytes of what drifted, and of what is left; together below what every forge takes. */
const MAX_DRIFT_BYTES = 40_000;
const MAX_LEFT_BYTES = 15_000;
/** Fields that are named before the rest is only counted. */
const MAX_LEFT = 50;
const MAX_TEXT = 300;

/** What a pull request asks for, `null` where no document can say anything of it. */
export function wishOf(
  adoption: Adoption,
  {
    base,
    prefix,
    scrub,
  }: {
    readonly base: string;
    /** Of the workspace in its repository. */
    readonly prefix: string;
    /** Takes what is known to be secret out of a text. */
    readonly scrub: (text: string) => string;
  },
): Wish | null {
  const { report, changes, adopted } = adoption;
  // What holds a secret goes nowhere, and a part of a change is none.
  const isClean = changes.every(
    ({ path, after }) =>
      scrub(path) === path && (after === null || scrub(after) === after),
  );
  if (changes.length === 0 || adopted.length === 0 || !isClean) return null;
  const { environment } = report;
  const keys = new Set(adopted.map(({ key }) => key));
  const title = `Take what changed on the platform into the documents of ${environment}`;
  return {
    base,
    changes: changes.map((change) => ({
      ...change,
      path: `${prefix}${change.path}`,
    })),
    title,
    message: `${title}\n\n${countOf(keys.size, "connection")}, ${countOf(adopted.length, "field")}`,
    body: scrub(bodyOf(adoption, keys.size)),
  };
}

function bodyOf(
  { report, adopted, left }: Adoption,
  connectionCount: number,
): string {
  const head = markdownOf([
    safeMarkdown`Somebody changed ${markdownCode(report.environment)} on the platform, and no document says so. Merging this takes ${countOf(adopted.length, "field")} of ${countOf(connectionCount, "connection")} into the documents as they are live now; nothing is written to the platform by it. It is closed by itself once the drift is over.`,
    safeMarkdown``,
    safeMarkdown`Secrets are no part of it: the platform shows none, so whether one was changed there as well cannot be told, and a changed one cannot be taken over. Store it with ${markdownCode("tieline secrets set")}.`,
    safeMarkdown``,
    ...leftLines(left),
  ]);
  const drift = driftMarkdown(report, MAX_DRIFT_BYTES);
  return `${head}${drift}`;
}

function leftLines(left: Adoption["left"]): MarkdownText[] {
  if (left.length === 0) return [];
  const all = left.slice(0, MAX_LEFT).map(({ key, path, why }) => {
    const what = joinMarkdown(
      [
        markdownCode(clip(key, MAX_TEXT)),
        ...(path === "" ? [] : [markdownCode(clip(path, MAX_TEXT))]),
      ],
      " ",
    );
    return safeMarkdown`- ${what}: ${clip(why, MAX_TEXT)}`;
  });
  // Whole lines: an element that is cut off would take what follows with it.
  let room = MAX_LEFT_BYTES;
  const lines = all.filter((line) => (room -= byteCount([line])) >= 0);
  const rest = left.length - lines.length;
  return [
    safeMarkdown`Not taken over:`,
    safeMarkdown``,
    ...lines,
    ...(rest > 0 ? [safeMarkdown`- and ${countOf(rest, "more field")}`] : []),
    safeMarkdown``,
  ];
}
