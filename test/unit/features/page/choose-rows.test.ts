import { describe, expect, it } from "vitest";
import {
  addressOf,
  chooseRows,
  readChoice,
  ROWS_ON_A_PAGE,
} from "../../../../src/features/page/choose-rows.ts";
import {
  needsOf,
  overviewRow,
  type OverviewRow,
} from "../../../../src/features/page/overview-row.ts";
import { NO_ORDERS } from "../../../../src/domain/reconcile/orders.ts";
import type { EnvironmentStatus } from "../../../../src/domain/reconcile/status.ts";
import {
  aFullStatus,
  aQuietStatus,
  minutesAgo,
  SAMPLE_DIGEST,
  SAMPLE_NOW,
} from "../../../support/reconcile-samples.ts";
import { friendly } from "../../../support/render-samples.ts";

const row = (some: Partial<EnvironmentStatus>, name = "dev"): OverviewRow =>
  overviewRow(aQuietStatus(name, some), NO_ORDERS);
const { pending, fights, problems } = aFullStatus("prod", friendly);

describe("what an environment needs", () => {
  it.each<[string, Partial<EnvironmentStatus>]>([
    ["failing", { failureCount: 1 }],
    ["failing", { problems }],
    ["fighting", { fights }],
    ["silent", { nextTickAt: minutesAgo(6) }],
    ["approval", { pending }],
    ["waiting", { pending: pending && { ...pending, isApprovable: false } }],
    ["drifted", { sync: "drifted" }],
    [
      "expired",
      {
        accounts: [
          { key: "a", byStatus: { EXPIRED: 1 }, count: 1, lastUsedAt: null },
        ],
      },
    ],
  ])("is told: %s", (need, some) => {
    expect(needsOf(row(some), SAMPLE_NOW)).toEqual([need]);
  });

  it("is nothing where all is well, and no approval where one is given", () => {
    expect(needsOf(row({ nextTickAt: minutesAgo(4) }), SAMPLE_NOW)).toEqual([]);
    const approved = overviewRow(aQuietStatus("dev", { pending }), {
      ...NO_ORDERS,
      approvals: [{ intentDigest: SAMPLE_DIGEST, by: "a", at: minutesAgo(1) }],
    });
    expect(needsOf(approved, SAMPLE_NOW)).toEqual([]);
  });

  it("is that somebody suspended it, until that ends", () => {
    const suspension = {
      by: "a",
      why: "b",
      at: minutesAgo(9),
      until: minutesAgo(-1),
    };
    const held = overviewRow(aQuietStatus("dev"), { ...NO_ORDERS, suspension });
    expect(needsOf(held, SAMPLE_NOW)).toEqual(["suspended"]);
    expect(needsOf(held, SAMPLE_NOW + 61_000)).toEqual([]);
  });

  it("is no account in a status that only looks like one", () => {
    const accounts = [{ key: "a", byStatus: {}, count: 1, lastUsedAt: null }];
    expect(needsOf(row({ accounts }), SAMPLE_NOW)).toEqual([]);
  });
});

describe("environments", () => {
  const rows = [
    row({}, "calm"),
    row({ sync: "drifted" }, "drifted-b"),
    row({ sync: "drifted", isProduction: true }, "drifted-p"),
    row({ failureCount: 2, mode: "enforce" }, "failing"),
    row({ problems }, "problem"),
  ];
  const chosen = (text: string) =>
    chooseRows(
      rows,
      readChoice(new URLSearchParams(text)),
      SAMPLE_NOW,
    ).rows.map((each) => each.row.environment);

  it("stand in the order in which they need a person, production first", () => {
    expect(chosen("")).toEqual([
      "failing",
      "problem",
      "drifted-p",
      "drifted-b",
      "calm",
    ]);
  });

  it.each([
    ["q=DRIFT", ["drifted-p", "drifted-b"]],
    ["sync=drifted&q=-b", ["drifted-b"]],
    ["mode=enforce", ["failing"]],
    ["problem=any", ["failing", "problem", "drifted-p", "drifted-b"]],
    ["problem=drifted", ["drifted-p", "drifted-b"]],
    ["problem=DRV007", ["problem"]],
    ["q=nothing", []],
    [
      "sync=made-up&mode=x&problem=%3Cscript%3E",
      ["failing", "problem", "drifted-p", "drifted-b", "calm"],
    ],
  ])("are chosen by %s", (text, names) => {
    expect(chosen(text)).toEqual(names);
  });

  it("are paged, and a page that is not there is the last one", () => {
    const many = Array.from({ length: 120 }, (_, index) =>
      row({}, `e${String(index).padStart(3, "0")}`),
    );
    const pageOf = (text: string) =>
      chooseRows(many, readChoice(new URLSearchParams(text)), SAMPLE_NOW);
    expect(pageOf("page=1").rows).toHaveLength(ROWS_ON_A_PAGE);
    expect(pageOf("page=3").rows).toHaveLength(20);
    for (const page of ["page=4", "page=999999"])
      expect(pageOf(page)).toMatchObject({ page: 3, pageCount: 3 });
    for (const page of [
      "page=0",
      "page=-1",
      "page=1e9",
      "page=99999999",
      "page=x",
    ])
      expect(pageOf(page).page).toBe(1);
  });

  it("are asked for by an address that says the same again", () => {
    const text = "q=a+b%26c&sync=drifted&mode=heal&problem=any&page=2";
    const choice = readChoice(new URLSearchParams(text));
    expect(addressOf(choice)).toBe(`/?${text}`);
    expect(addressOf({})).toBe("/");
  });
});
