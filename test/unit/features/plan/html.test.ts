import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import { renderPlanHtml } from "../../../../src/features/plan/html.ts";
import { plainOutput } from "../../../../src/util/plain-text.ts";
import { htmlTextOf, parsers, type HtmlNode } from "../../../support/markup.ts";
import {
  aFullChange,
  aFullPlan,
  type Fill,
  friendly,
} from "../../../support/render-samples.ts";

const page = (fill: Fill): string =>
  renderPlanHtml(aFullPlan(fill), { next: fill("tieline apply prod") });

/** Elements with their attributes, but for texts of our own that hold counts. */
function elementsOf(node: HtmlNode): string[] {
  const attributes = (node.attrs ?? []).map(({ name }) => name).join(" ");
  const own =
    node.nodeName === "#text" ? [] : [`${node.nodeName} ${attributes}`];
  return [...own, ...(node.childNodes ?? []).flatMap(elementsOf)];
}

function find(node: HtmlNode, name: string): HtmlNode[] {
  const own = node.nodeName === name ? [node] : [];
  return [
    ...own,
    ...(node.childNodes ?? []).flatMap((each) => find(each, name)),
  ];
}

function parse(text: string): HtmlNode {
  if (parsers === undefined) throw new TypeError("not installed");
  return parsers.html(text);
}

const EVIL = [
  "<script>alert(1)</script>",
  "</pre></li></ul></main><img src=x onerror=alert(1)>",
  '" onclick="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  "</style></script><!--",
  "-->&lt;b&gt;",
  "\u202egnp\u2066\u200b\n::error::x",
  "javascript:alert(1) http://evil.example",
];

describe.skipIf(parsers === undefined)("a plan as a page", () => {
  it.each(EVIL)(
    "has no element and no attribute that comes from %j",
    (evil) => {
      const expected = elementsOf(parse(page(friendly)));
      expect(elementsOf(parse(page((label) => label + evil)))).toEqual(
        expected,
      );
      expect(elementsOf(parse(page((label) => evil + label)))).toEqual(
        expected,
      );
    },
  );

  it("lets act only its own style and script, by their digests, and loads nothing", () => {
    const root = parse(page(friendly));
    const policy = find(root, "meta")
      .flatMap(({ attrs = [] }) => attrs)
      .find(({ value }) => value.startsWith("default-src"))?.value;
    for (const [name, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ] as const) {
      const found = find(root, name);
      expect(found).toHaveLength(1);
      const text = htmlTextOf(found[0] ?? "");
      const digest = createHash("sha256").update(text).digest("base64");
      expect(policy).toContain(`${directive} 'sha256-${digest}'`);
    }
    expect(policy).toContain("default-src 'none'; ");
    const addresses = find(root, "html")
      .flatMap(function all(node): HtmlNode[] {
        return [node, ...(node.childNodes ?? []).flatMap(all)];
      })
      .flatMap(({ attrs = [] }) => attrs)
      .filter(({ name }) => /^(?:src|href|style|on.*)$/u.test(name));
    expect(addresses).toEqual([]);
  });

  it("passes what every output passes unchanged", () => {
    const text = page((label) => `${label}\u202e\n::error::`);
    expect(plainOutput(text, { isPainted: false })).toBe(text);
  });

  it("has one heading of the first rank, names every section and labels every field", () => {
    const root = parse(page(friendly));
    expect(find(root, "h1")).toHaveLength(1);
    for (const name of ["header", "main", "footer"])
      expect(find(root, name)).toHaveLength(1);
    const valuesOf = (nodes: readonly HtmlNode[], name: string) =>
      nodes.map(
        ({ attrs }) => attrs?.find((each) => each.name === name)?.value,
      );
    expect(valuesOf(find(root, "section"), "aria-labelledby")).toEqual(
      valuesOf(find(root, "h2"), "id"),
    );
    expect(new Set(valuesOf(find(root, "h2"), "id")).size).toBe(
      find(root, "h2").length,
    );
    expect(valuesOf(find(root, "label"), "for")).toEqual(["search", "kind"]);
  });

  it("tells of every change, however many there are", () => {
    const count = 2_000;
    const plan: Plan = {
      ...aFullPlan(friendly),
      changes: Array.from({ length: count }, (_, index) => ({
        ...aFullChange(friendly, "update"),
        key: `c-${String(index)}.`,
      })),
    };
    const text = renderPlanHtml(plan, {});
    expect(text.match(/<li data-kind/gu)).toHaveLength(count);
  });
});
