import { safe } from "../../output/escape.ts";
import {
  MOST_NAME_CHARACTERS,
  namesPoint,
  pageItem,
  type Page,
} from "../../output/page.ts";
import { pageHtml } from "../../output/page-html.ts";
import { pageMarkdown } from "../../output/page-markdown.ts";
import type { ResultForms } from "../../output/written-forms.ts";
import { clip } from "../../util/clip.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { Comparison } from "./report.ts";
import {
  closingLines,
  connectionLines,
  lonelyLines,
  shownFields,
  titleLine,
  type CompareStyle,
} from "./text.ts";

/** A comparison as Markdown and as a page. */
export function comparisonForms(
  comparison: Comparison,
  showsDeclared: boolean,
): ResultForms {
  const page = (): Page => comparisonPage(comparison, showsDeclared);
  return {
    markdown: (bytes) => pageMarkdown(page(), bytes),
    html: () => pageHtml(page()),
  };
}

function comparisonPage(full: Comparison, showsDeclared: boolean): Page {
  const style: CompareStyle = { color: false, width: 80, showsDeclared };
  const left = clip(full.left, MOST_NAME_CHARACTERS);
  const right = clip(full.right, MOST_NAME_CHARACTERS);
  const comparison = { ...full, left, right };
  const { both, onlyLeft, onlyRight } = comparison;
  const differing = both.filter((one) => shownFields(one, style).length > 0);
  const namesOf = (all: readonly { readonly key: string }[]) =>
    all.map(({ key }) => key);
  const sides = [
    [onlyLeft, left, "-"],
    [onlyRight, right, "+"],
  ] as const;
  return {
    name: safe`${left} and ${right}`,
    title: titleLine(comparison, style),
    points: [
      ...namesPoint("differ", namesOf(differing)),
      ...namesPoint("only in the first", namesOf(onlyLeft)),
      ...namesPoint("only in the second", namesOf(onlyRight)),
    ],
    lists: [
      {
        title: "What differs",
        noun: "more connection",
        items: [
          ...differing.map((one) =>
            pageItem("differs", connectionLines(one, style)),
          ),
          ...sides.flatMap(([some, environment, sign]) =>
            some.map((one) =>
              pageItem(
                sign === "-" ? "only in the first" : "only in the second",
                lonelyLines(one, environment, { style, sign }),
              ),
            ),
          ),
        ],
      },
    ],
    closing: closingLines(full, style),
    whole: `tieline compare ${shellWord(full.left)} ${shellWord(full.right)}${showsDeclared ? " --all" : ""}`,
  };
}
