import { describe, expect, it } from "vitest";
import {
  chooseRows,
  readChoice,
} from "../../../../src/features/page/choose-rows.ts";
import { renderEnvironmentPage } from "../../../../src/features/page/environment-html.ts";
import type { EnvironmentPage } from "../../../../src/features/page/environment-page.ts";
import { renderListPage } from "../../../../src/features/page/list-html.ts";
import { renderPlanPage } from "../../../../src/features/page/plan-html.ts";
import { overviewRow } from "../../../../src/features/page/overview-row.ts";
import {
  environmentAddress,
  relativeText,
} from "../../../../src/features/page/parts-html.ts";
import {
  NO_ORDERS,
  type Orders,
} from "../../../../src/domain/reconcile/orders.ts";
import { plainOutput } from "../../../../src/util/plain-text.ts";
import { htmlTextOf, parsers, type HtmlNode } from "../../../support/markup.ts";
import {
  aFullRun,
  aFullStatus,
  aQuietStatus,
  minutesAgo,
  SAMPLE_DIGEST,
  SAMPLE_NOW,
} from "../../../support/reconcile-samples.ts";
import {
  aFullChange,
  aFullPlan,
  type Fill,
  friendly,
} from "../../../support/render-samples.ts";

function someOrders(fill: Fill): Orders {
  return {
    suspension: {
      by: fill("alice"),
      why: fill("a migration"),
      at: minutesAgo(9),
      until: minutesAgo(-60),
    },
    approvals: [
      { intentDigest: SAMPLE_DIGEST, by: fill("bob"), at: minutesAgo(1) },
    ],
    reconcileNow: { by: fill("carol"), at: minutesAgo(1) },
  };
}

function environmentPage(
  fill: Fill,
  some: Partial<EnvironmentPage> = {},
): string {
  return renderEnvironmentPage({
    status: aFullStatus(fill("prod"), fill),
    orders: someOrders(fill),
    pending: { ...aFullPlan(fill), intent_digest: SAMPLE_DIGEST },
    runs: [aFullRun("prod", fill)],
    hasMoreRuns: true,
    settings: {
      mode: "heal",
      intervalMs: 300_000,
      retryMs: 10_000,
      fullReadEvery: 10,
      accountsEvery: null,
      maxHealsPerHour: 20,
      fightingAfter: 3,
      requiresSignedCommits: false,
    },
    forms: { by: fill("dave"), rights: ["operate", "approve"], token: "1.x" },
    refusal: fill("not done"),
    pages: { drift: 1, accounts: 1, runs: 2 },
    now: SAMPLE_NOW,
    ...some,
  });
}

function listPage(fill: Fill): string {
  const rows = [
    overviewRow(aFullStatus(fill("prod"), fill), someOrders(fill)),
    overviewRow(aQuietStatus(fill("dev")), NO_ORDERS),
  ];
  const choice = { ...readChoice(new URLSearchParams()), q: "" };
  return renderListPage({
    chosen: chooseRows(rows, choice, SAMPLE_NOW),
    choice: { ...choice, q: fill("searched") },
    now: SAMPLE_NOW,
    readAt: SAMPLE_NOW,
  });
}

const PAGES: readonly (readonly [string, (fill: Fill) => string])[] = [
  ["the list", listPage],
  ["an environment", (fill) => environmentPage(fill)],
  [
    "a plan",
    (fill) =>
      renderPlanPage({
        environment: fill("prod"),
        plan: { ...aFullPlan(fill), intent_digest: SAMPLE_DIGEST },
        page: 1,
        now: SAMPLE_NOW,
      }),
  ],
];

function parse(text: string): HtmlNode {
  if (parsers === undefined) throw new TypeError("not installed");
  return parsers.html(text);
}

function nodesOf(node: HtmlNode): HtmlNode[] {
  return [node, ...(node.childNodes ?? []).flatMap(nodesOf)];
}

/** Elements and the names of their attributes. */
function shapeOf(text: string): string[] {
  return nodesOf(parse(text))
    .filter(({ nodeName }) => nodeName !== "#text")
    .map(({ nodeName, attrs = [] }) =>
      [nodeName, ...attrs.map(({ name }) => name)].join(" "),
    );
}

function valuesOf(text: string, name: string): string[] {
  return nodesOf(parse(text))
    .flatMap(({ attrs = [] }) => attrs)
    .filter((attribute) => attribute.name === name)
    .map(({ value }) => value);
}

const EVIL = [
  "<script>alert(1)</script>",
  "</td></tr></table></main><img src=x onerror=alert(1)>",
  '" onclick="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  "</style></script><!--",
  "-->&lt;b&gt;",
  "\u202egnp\u2066\u200b\n::error::x",
  "javascript:alert(1)//?#&/../..",
  "\ud800",
];

describe.skipIf(parsers === undefined).each(PAGES)("%s", (_name, page) => {
  it.each(EVIL)(
    "has no element, attribute or address that comes from %j",
    (evil) => {
      const expected = shapeOf(page(friendly));
      for (const fill of [
        (label: string) => label + evil,
        (label: string) => evil + label,
      ]) {
        const text = page(fill);
        expect(shapeOf(text)).toEqual(expected);
        for (const address of [
          ...valuesOf(text, "href"),
          ...valuesOf(text, "action"),
        ])
          expect(address).toMatch(
            /^(?:#[a-z-]+|\/(?:e\/[^/?#<>"' ]*(?:\/[a-z]+)?)?(?:\?[\w=&%.+-]*)?(?:#[a-z]+)?)$/u,
          );
      }
    },
  );

  it("loads nothing, and no attribute acts", () => {
    const acting = nodesOf(parse(page(friendly)))
      .flatMap(({ attrs = [] }) => attrs)
      .filter(({ name }) =>
        /^(?:src|srcset|style|on.*|data|background|ping)$/u.test(name),
      );
    expect(acting).toEqual([]);
  });

  it("passes what every output passes unchanged", () => {
    const text = page((label) => `${label}\u202e\n::error::`);
    expect(plainOutput(text, { isPainted: false })).toBe(text);
  });

  it("has landmarks, one first heading, and captions; every name is there once", () => {
    const text = page(friendly);
    const names = nodesOf(parse(text)).map(({ nodeName }) => nodeName);
    const countOf = (name: string) =>
      names.filter((each) => each === name).length;
    for (const name of ["h1", "header", "main", "footer"])
      expect(countOf(name)).toBe(1);
    expect(countOf("caption")).toBe(countOf("table"));
    const ids = valuesOf(text, "id");
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of ["for", "aria-labelledby"])
      expect(ids).toEqual(expect.arrayContaining(valuesOf(text, name)));
    expect(ids).toContain("first");
  });

  it("says times for people with the exact ones behind them", () => {
    const times = valuesOf(page(friendly), "datetime");
    expect(times.length).toBeGreaterThan(0);
    for (const time of times) expect(new Date(time).toISOString()).toBe(time);
  });
});

describe.skipIf(parsers === undefined)("the page of an environment", () => {
  const textOf = (some: Partial<EnvironmentPage> = {}) =>
    htmlTextOf(parse(environmentPage(friendly, some)));

  it("shows the plan that waits in the sentences of the decision sheet, and the digest in full", () => {
    const text = textOf();
    expect(text).toContain(SAMPLE_DIGEST);
    expect(text).toContain("NEEDS A DECISION");
    expect(text).toContain("REFUSED");
    expect(text).toContain("may write");
    expect(text).toContain("an approval of this digest");
  });

  it("shows no plan, and offers no approval, where what is stored is another one", () => {
    for (const pending of [
      null,
      { ...aFullPlan(friendly), intent_digest: `sha256:${"cd".repeat(32)}` },
    ]) {
      const text = textOf({ pending });
      expect(text).toContain("cannot be shown now");
      expect(text).not.toContain("may write");
      expect(text).not.toContain("I have read the plan");
    }
  });

  it("offers what whoever looks may do, and nothing else", () => {
    const actions = (rights: readonly ("operate" | "approve" | "view")[]) =>
      valuesOf(
        environmentPage(friendly, {
          forms: { by: "dave", rights, token: "1.x" },
          orders: NO_ORDERS,
        }),
        "action",
      );
    expect(actions(["view"])).toEqual([]);
    expect(actions(["approve"])).toEqual(["/e/prod/approve"]);
    expect(actions(["operate"])).toEqual([
      "/e/prod/reconcile",
      "/e/prod/suspend",
    ]);
    expect(
      valuesOf(environmentPage(friendly, { forms: null }), "action"),
    ).toEqual([]);
  });

  it("offers to resume what is suspended, and nothing that an ended suspension needs", () => {
    const forms = { by: "dave", rights: ["operate"], token: "1.x" } as const;
    const ended = {
      ...NO_ORDERS,
      suspension: {
        by: "a",
        why: "b",
        at: minutesAgo(9),
        until: minutesAgo(1),
      },
    };
    expect(valuesOf(environmentPage(friendly, { forms }), "action")).toContain(
      "/e/prod/resume",
    );
    expect(
      valuesOf(environmentPage(friendly, { forms, orders: ended }), "action"),
    ).toContain("/e/prod/suspend");
  });

  it("says what nobody can know from here", () => {
    expect(textOf()).toContain("The platform does not tell");
    expect(textOf()).toContain("the platform does not say");
  });

  it("stays small, however much there is to say", () => {
    const many = <T>(count: number, make: (index: number) => T): T[] =>
      Array.from({ length: count }, (_, index) => make(index));
    const full = aFullStatus("prod", friendly);
    const key = (index: number) =>
      `connection-with-a-long-name-${String(index)}`;
    const text = environmentPage(friendly, {
      status: {
        ...full,
        drift: many(1000, (index) => ({
          key: key(index),
          paths: many(40, (path) => `/settings/a-field-${String(path)}`),
          isMissing: false,
          since: minutesAgo(index),
        })),
        fights: many(1000, (index) => ({
          key: key(index),
          path: "/scopes",
          healCount: 4,
          since: minutesAgo(index),
        })),
        accounts: many(1000, (index) => ({
          key: key(index),
          byStatus: { ACTIVE: index, EXPIRED: 3 },
          count: index + 3,
          lastUsedAt: minutesAgo(index),
        })),
        problems: many(1000, () => ({
          code: "DRV007",
          message: "x".repeat(1000),
          fix: "y".repeat(1000),
          since: minutesAgo(1),
        })),
      },
      pending: {
        ...aFullPlan(friendly),
        intent_digest: SAMPLE_DIGEST,
        changes: many(1000, (index) => ({
          ...aFullChange(friendly, index % 2 === 0 ? "update" : "delete"),
          key: key(index),
          risks: many(5, (risk) => ({
            code: `risk-${String(risk)}`,
            level: "high" as const,
            message: `${key(index)} may write ${String(risk)}`,
          })),
        })),
      },
      runs: many(20, () => ({
        ...aFullRun("prod", friendly),
        messages: many(1000, () => "z".repeat(1000)),
      })),
    });
    expect(text.length).toBeLessThan(300_000);
  });
});

describe("the page of a plan", () => {
  const pageOf = (page: number) =>
    renderPlanPage({
      environment: "prod",
      plan: {
        ...aFullPlan(friendly),
        changes: Array.from({ length: 1_000 }, (_, index) => ({
          ...aFullChange(friendly, index % 50 === 0 ? "delete" : "update"),
          key: `connection-${String(index)}.`,
        })),
      },
      page,
      now: SAMPLE_NOW,
    });

  it("leaves nothing out: every change is on one of its pages, and each page is small", () => {
    const pages = Array.from({ length: 20 }, (_, index) => pageOf(index + 1));
    const items = pages.flatMap(
      (text) => text.match(/<h3 class="item">[^<]*connection-\d+\./gu) ?? [],
    );
    expect(new Set(items).size).toBe(1_000);
    expect(pageOf(21)).toBe(pages[19]);
    for (const text of pages) expect(text.length).toBeLessThan(300_000);
  });
});

describe("times", () => {
  it.each([
    [0, "now"],
    [-999, "now"],
    [-1_000, "1 second ago"],
    [-90_000, "1 minute ago"],
    [7_200_000, "in 2 hours"],
    [-3 * 86_400_000, "3 days ago"],
  ])("%d ms are %s", (ms, text) => {
    expect(relativeText(ms)).toBe(text);
  });
});

describe("the address of an environment", () => {
  it.each(["prod", "a/b", "..", "ü \ud800", "?q#x"])(
    "of %j leads nowhere else",
    (name) => {
      const url = new URL(environmentAddress(name), "http://page.example");
      expect(url.origin).toBe("http://page.example");
      expect(url.search + url.hash).toBe("");
      expect(url.pathname.split("/").length).toBeLessThanOrEqual(3);
    },
  );
});
