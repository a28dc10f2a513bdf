/**
 * What parsers that are not ours make of our Markdown and HTML. They are development tools only,
 * loaded by names that the type checker does not follow; tests that need them are skipped, and say
 * so, where they are not installed.
 */

/** A node of mdast, as far as it matters. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

/** A node of parse5, as far as it matters. */
export interface HtmlNode {
  readonly nodeName: string;
  readonly value?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly HtmlNode[];
}

interface Parsers {
  /** As GitHub reads it: CommonMark, tables, task lists, footnotes, bare links. */
  readonly markdown: (text: string) => MarkdownNode;
  readonly html: (text: string) => HtmlNode;
}

/** The parsers, or `undefined` where one of them is not installed. */
export const parsers: Parsers | undefined = await load().catch(() => undefined);

async function load(): Promise<Parsers> {
  const names: readonly string[] = [
    "mdast-util-from-markdown",
    "micromark-extension-gfm",
    "mdast-util-gfm",
    "parse5",
  ];
  const modules: readonly object[] = await Promise.all(
    names.map((name) => import(name)),
  );
  // The shapes are the packages' own; every test reads them.
  const { fromMarkdown, gfm, gfmFromMarkdown, parseFragment, parse } =
    Object.assign({}, ...modules) as {
      readonly fromMarkdown: (text: string, options: object) => MarkdownNode;
      readonly gfm: () => object;
      readonly gfmFromMarkdown: () => object;
      readonly parseFragment: (text: string) => HtmlNode;
      readonly parse: (text: string) => HtmlNode;
    };
  return {
    markdown: (text) =>
      fromMarkdown(text, {
        extensions: [gfm()],
        mdastExtensions: [gfmFromMarkdown()],
      }),
    html: (text) =>
      text.startsWith("<!doctype") ? parse(text) : parseFragment(text),
  };
}

/** A piece of text of a finished page, and whether it stands where nobody looks for references. */
export interface TextRun {
  readonly text: string;
  readonly isCode: boolean;
}

/** What a page shows, node by node. */
export function textRuns(root: MarkdownNode): TextRun[] {
  const runs: TextRun[] = [];
  let depth = 0;
  const visit = (node: MarkdownNode): void => {
    if (node.type === "html") {
      const value = node.value ?? "";
      if (value.startsWith("<pre>"))
        runs.push({ text: htmlTextOf(value), isCode: true });
      else if (value === "<code>") depth += 1;
      else if (value === "</code>") depth -= 1;
      else if (!/^<[^>]*>$/u.test(value))
        runs.push({ text: htmlTextOf(value), isCode: false });
    } else if (node.value !== undefined)
      runs.push({ text: node.value, isCode: depth > 0 });
    node.children?.forEach(visit);
  };
  visit(root);
  return runs;
}

/** Text of HTML as a browser shows it. */
export function htmlTextOf(source: string | HtmlNode): string {
  const node = typeof source === "string" ? parsers?.html(source) : source;
  if (node === undefined) throw new TypeError("no parser of HTML");
  if (node.nodeName === "#text") return node.value ?? "";
  return (node.childNodes ?? []).map(htmlTextOf).join("");
}

/**
 * The kinds of nodes and our own elements in their order, without text and without what only holds
 * text apart.
 */
export function shapeOf(root: MarkdownNode): string {
  const parts: string[] = [];
  const visit = (node: MarkdownNode): void => {
    const { type, value = "", children = [] } = node;
    if (type === "text") return;
    if (type !== "html") parts.push(type);
    else if (!/^<\/?(?:span|code)>$/u.test(value))
      parts.push(...(value.match(/<\/?[a-z]+/gu) ?? []));
    children.forEach(visit);
    if (children.length > 0) parts.push(`/${type}`);
  };
  visit(root);
  return parts.join(" ");
}

/**
 * What GitHub and GitLab look for in the text of a finished page, outside of code.
 * @remarks Source: the documentation of autolinked references of both, written down by hand.
 */
const REFERENCES =
  /[@]\w|(?<!\w)#\w|GH-\d|\b[A-Z][A-Z0-9_]*-\d|!\d|\$\w|~[\w"]|%[\w"]|&\d|\^alert|\[vulnerability:|\b[0-9a-f]{7,}\b|:[\w+-]+:|[a-z][\w+.-]*:\/\/|www\.\w|\$.*\$|\[\[|\{\+|\{-|\[\+|\[-/iu;

/** The first reference in the text that is looked through, or `undefined`. */
export function referenceIn(runs: readonly TextRun[]): string | undefined {
  return runs
    .filter(({ isCode }) => !isCode)
    .map(({ text }) => REFERENCES.exec(text)?.[0])
    .find((found) => found !== undefined);
}
