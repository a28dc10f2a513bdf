import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { renderPlanHtml } from "../../src/features/plan/html.ts";
import {
  checkerSource,
  startBrowser,
  type BrowserPage,
} from "../support/browser.ts";
import { aRealFolder } from "../support/folder.ts";
import { RESULTS } from "../support/result-samples.ts";
import { aFullChange, aFullPlan, friendly } from "../support/render-samples.ts";

const browser = await startBrowser();
const checker = await checkerSource();
afterAll(() => browser?.close());

function largePlan(count: number): Plan {
  return {
    ...aFullPlan(friendly),
    changes: Array.from({ length: count }, (_, index) => ({
      ...aFullChange(friendly, index % 100 === 0 ? "delete" : "update"),
      key: `connection-${String(index)}-`,
    })),
  };
}

describe.skipIf(browser === undefined)("the page in a browser", () => {
  const opened = (plan: Plan, options = {}): ReturnType<typeof openedText> =>
    openedText(renderPlanHtml(plan, { next: "tieline apply prod" }), options);

  async function openedText(
    text: string,
    { javaScriptEnabled = true } = {},
  ): Promise<{
    readonly page: BrowserPage;
    readonly complaints: readonly object[];
    readonly milliseconds: number;
  }> {
    if (browser === undefined) throw new TypeError("no browser");
    const file = join(aRealFolder(), "plan.html");
    await writeFile(file, text);
    const page = await browser.newPage({ javaScriptEnabled });
    const complaints: object[] = [];
    page.on("console", (message) => complaints.push(message));
    page.on("pageerror", (error) => complaints.push(error));
    const begun = performance.now();
    await page.goto(pathToFileURL(file).href);
    // Once the first picture is drawn. Without scripts nothing would tell.
    if (javaScriptEnabled)
      await page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))",
      );
    return { page, complaints, milliseconds: performance.now() - begun };
  }

  const shown = (page: BrowserPage) =>
    page.evaluate(
      `[...document.querySelectorAll("ul.changes > li")].filter((item) => !item.hidden).length`,
    );

  it("shows 10,000 changes soon, and filters and searches them", async () => {
    const { page, complaints, milliseconds } = await opened(largePlan(10_000));
    expect(await shown(page)).toBe(10_000);
    const filtered = await page.evaluate(
      `(async () => {
        const begun = performance.now();
        const kind = document.getElementById("kind");
        kind.value = "update";
        kind.dispatchEvent(new Event("change"));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - begun;
      })()`,
    );
    await page.selectOption("#kind", "delete");
    expect(await shown(page)).toBe(100);
    await page.fill("#search", "CONNECTION-700-");
    expect(await shown(page)).toBe(1);
    expect(complaints).toEqual([]);
    // About one second and a tenth of one where nothing else runs.
    expect(milliseconds).toBeLessThan(5_000);
    expect(filtered).toBeLessThan(2_000);
  }, 60_000);

  it("shows everything without a script, and no form that would do nothing", async () => {
    const { page } = await opened(largePlan(50), { javaScriptEnabled: false });
    expect(await shown(page)).toBe(50);
    expect(
      await page.evaluate(
        `document.getElementById("filter").checkVisibility()`,
      ),
    ).toBe(false);
  });

  it.skipIf(checker === undefined).each(Object.entries(RESULTS))(
    "is accessible in light and in dark, of a %s",
    async (_name, make) => {
      const { page } = await openedText(make(friendly, 60).html?.() ?? "");
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.evaluate(checker ?? "");
        const violations = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 200)).join(' ')))",
        );
        expect(violations).toEqual([]);
      }
    },
  );
});
