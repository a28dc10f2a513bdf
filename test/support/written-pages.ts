/** What parsers find in Markdown and pages that a hostile text was put into. */
import {
  parsers,
  referenceIn,
  shapeOf,
  textRuns,
  type HtmlNode,
} from "./markup.ts";

/** Text that means something in Markdown, in HTML, to a forge or to a pipeline. */
export const HOSTILE_MARKUP: readonly string[] = [
  "@octo #1 !2 https://evil.example www.evil.example",
  "</pre></code></li></ul></details></main><script>alert(1)</script>",
  "\n# heading\n- [ ] a\n/close\n```\n~~~\n",
  "**a** `b` [c](d) ![e](f) <!-- g --> 86c270e80a1b2c3d",
  '" onclick="alert(1)" x=\'',
  "\u202egnp\u2066\u200b\n::error::x\n##[error]y",
  "| a | b |\n| --- | --- |\n$x$ :tada: \\",
];

/** The kinds of nodes of Markdown in their order, and the first reference that is none of ours. */
export function markdownFacts(text: string): {
  readonly shape: string;
  readonly reference: string | undefined;
} {
  const root = parsers?.markdown(text);
  if (root === undefined) throw new TypeError("no parser of Markdown");
  return { shape: shapeOf(root), reference: referenceIn(textRuns(root)) };
}

/** Elements of a page with the names of their attributes, in their order. */
export function elementsOf(page: string): readonly string[] {
  const root = parsers?.html(page);
  if (root === undefined) throw new TypeError("no parser of HTML");
  const visit = (node: HtmlNode): string[] => {
    const names = (node.attrs ?? []).map(({ name }) => name).join(" ");
    const own = node.nodeName === "#text" ? [] : [`${node.nodeName} ${names}`];
    return [...own, ...(node.childNodes ?? []).flatMap(visit)];
  };
  return visit(root);
}
