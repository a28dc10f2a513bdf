import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { findingLines } from "../../output/diagnostics.ts";
import type { SafeText } from "../../output/escape.ts";
import {
  markdownCode,
  markdownOf,
  safeMarkdown,
} from "../../output/escape-markdown.ts";
import {
  foldedLines,
  type Fold,
  type Room,
} from "../../output/fit-markdown.ts";
import { MOST_NAME_CHARACTERS } from "../../output/page.ts";
import { nameList } from "../../output/words.ts";
import { clip } from "../../util/clip.ts";
import { countOf } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";
import { renderPlanMarkdown } from "../plan/markdown.ts";
import type { EnvironmentDiff } from "./diff.ts";
import type { Compared } from "./json.ts";
import { basisText, hiddenLines, titleText, verdictText } from "./text.ts";

const PLAIN = { color: false, width: 100 };

/** Of which an environment is given at least this, or only counted. */
const MIN_SECTION_BYTES = 3_000;
/** For the line that counts those. */
const REST_BYTES = 2_000;
/** Names of environments in which nothing differs. */
const MOST_NAMES = 20;

/**
 * The plans of all environments in one text: what cannot go through first, each within its share,
 * and what one does not need is for the next. What is equal is said in one line.
 */
export function diffMarkdown(
  compared: Compared,
  environments: readonly EnvironmentDiff[],
  bytes: number,
): string {
  const named = {
    from: clip(compared.from, MOST_NAME_CHARACTERS),
    to: compared.to === null ? null : clip(compared.to, MOST_NAME_CHARACTERS),
  };
  const { from, to } = compared;
  const whole = [
    "tieline diff",
    shellWord(from),
    ...(to === null ? [] : [shellWord(to)]),
  ].join(" ");
  const same = environments.filter(({ kind }) => kind === "same");
  const others = environments
    .filter(({ kind }) => kind !== "same")
    .toSorted((a, b) => Number(isStopped(b)) - Number(isStopped(a)));
  const head = markdownOf([
    safeMarkdown`## ${titleText(named)}`,
    safeMarkdown``,
    safeMarkdown`${titleText(named)}, ${basisText(named.from)}`,
    safeMarkdown``,
    ...(same.length === 0
      ? []
      : [
          safeMarkdown`Nothing differs in ${markdownCode(
            nameList(
              same.map(({ name }) => clip(name, MOST_NAME_CHARACTERS)),
              MOST_NAMES,
            ),
          )}.`,
          safeMarkdown``,
        ]),
  ]);
  let left = bytes - Buffer.byteLength(head) - REST_BYTES;
  const sections: string[] = [];
  for (const [at, found] of others.entries()) {
    const share = Math.floor(left / (others.length - at));
    const text =
      left < MIN_SECTION_BYTES
        ? undefined
        : sectionOf(found, {
            bytes: Math.max(share, MIN_SECTION_BYTES),
            whole: `${whole} --environment ${shellWord(found.name)}`,
          });
    const size = Buffer.byteLength(text ?? "");
    if (text === undefined || size > left) {
      sections.push(restText(others.length - at, whole));
      break;
    }
    left -= size;
    sections.push(text);
  }
  return head + sections.join("");
}

function restText(count: number, whole: string): string {
  const place = clip(whole, MOST_NAME_CHARACTERS);
  return markdownOf([
    safeMarkdown`${countOf(count, "more environment")} in the output of ${place}`,
  ]);
}

function isStopped(found: EnvironmentDiff): boolean {
  return "plan" in found
    ? found.plan.findings.some(({ level }) => level === "refuse")
    : found.kind === "unreadable";
}

function sectionOf(found: EnvironmentDiff, room: Room): string {
  const name = clip(found.name, MOST_NAME_CHARACTERS);
  const whole = clip(room.whole, MOST_NAME_CHARACTERS);
  const heading = [
    safeMarkdown`## ${name}`,
    safeMarkdown``,
    safeMarkdown`${name}: ${verdictText(found)}`,
    safeMarkdown``,
  ];
  if (!("plan" in found)) {
    const fold = foldOf(
      "What is wrong",
      found.kind === "unreadable"
        ? found.diagnostics.map((each) => findingLines(each, PLAIN))
        : [],
      "more problem",
    );
    const bytes = room.bytes - Buffer.byteLength(markdownOf(heading));
    return markdownOf([...heading, ...foldedLines(fold, { bytes, whole })]);
  }
  const { plan, hidden } = found;
  const fold = foldOf(
    "Shared values that a layer above hides",
    hiddenLines(hidden).map((line) => [line]),
    "more value",
  );
  const hiding = markdownOf(
    foldedLines(fold, { bytes: room.bytes / 4, whole }),
  );
  if (isEmptyPlan(plan) && found.kind !== "added")
    return markdownOf(heading) + hiding;
  const text = renderPlanMarkdown(plan, {
    maxBytes: room.bytes - Buffer.byteLength(hiding) - 1,
    whole: room.whole,
  });
  return `${text}\n${hiding}`;
}

function foldOf(
  title: string,
  blocks: readonly (readonly SafeText[])[],
  noun: string,
): Fold {
  return {
    title,
    blocks: blocks.map((lines) => ({ lines, count: 1 })),
    noun,
    restCount: 0,
  };
}
