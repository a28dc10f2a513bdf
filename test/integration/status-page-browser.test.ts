import { afterAll, afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../src/domain/secret/secret.ts";
import type { EnvironmentStatus } from "../../src/domain/reconcile/status.ts";
import type { PageOptions } from "../../src/features/page/options.ts";
import {
  checkerSource,
  startBrowser,
  type BrowserPage,
} from "../support/browser.ts";
import { aFullChange, aFullPlan, friendly } from "../support/render-samples.ts";
import {
  aFullRun,
  aFullStatus,
  aQuietStatus,
  minutesAgo,
  SAMPLE_DIGEST,
} from "../support/reconcile-samples.ts";
import { ask, aServedPage, type ServedPage } from "../support/served-page.ts";

const browser = await startBrowser();
const checker = await checkerSource();
afterAll(() => browser?.close());

const open: ServedPage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function served(some: Partial<PageOptions> = {}): Promise<ServedPage> {
  const page = await aServedPage(some);
  open.push(page);
  await page.store.writeStatus(aFullStatus("prod", friendly));
  await page.store.writeStatus(aQuietStatus("dev"));
  await page.store.writePending("prod", {
    ...aFullPlan(friendly),
    intent_digest: SAMPLE_DIGEST,
  });
  await page.store.appendRun(aFullRun("prod", friendly));
  return page;
}

const KEYS = Array.from(
  { length: 1_000 },
  (_, index) => `connection-with-a-name-${String(index)}`,
);

/** An environment with a thousand connections, all of which have something to tell. */
function aLargeStatus(index: number): EnvironmentStatus {
  const name = `environment-${String(index).padStart(3, "0")}`;
  const full = aFullStatus(name, friendly);
  return {
    ...full,
    isProduction: index % 5 === 0,
    problems: index % 3 === 0 ? full.problems : [],
    failureCount: 0,
    ownedCount: KEYS.length,
    drift: KEYS.map((key) => ({
      key,
      paths: ["/scopes", "/settings/user_agent"],
      isMissing: false,
      since: minutesAgo(index),
    })),
    accounts: KEYS.map((key, at) => ({
      key,
      byStatus: { ACTIVE: at, EXPIRED: at % 7 },
      count: at + (at % 7),
      lastUsedAt: minutesAgo(at),
    })),
  };
}

/** Made once: it is read only. */
const large = servedLarge();
afterAll(async () => {
  await (await large).close();
});

async function servedLarge(): Promise<ServedPage> {
  const page = await aServedPage();
  for (let index = 0; index < 500; index += 1)
    await page.store.writeStatus(aLargeStatus(index));
  await page.store.writePending("environment-000", {
    ...aFullPlan(friendly),
    intent_digest: SAMPLE_DIGEST,
    changes: KEYS.map((key, index) => ({
      ...aFullChange(friendly, index % 50 === 0 ? "delete" : "update"),
      key,
    })),
  });
  return page;
}

describe("500 environments of 1,000 connections", () => {
  it("cost no more than the page that is shown", async () => {
    const page = await large;
    const begun = performance.now();
    const list = await ask(page, "/");
    const first = performance.now() - begun;
    const again = performance.now();
    const searched = await ask(page, "/?q=environment-4&problem=any&page=2");
    const second = performance.now() - again;
    const one = performance.now();
    const environment = await ask(
      page,
      "/e/environment-000?drift=20&accounts=20",
    );
    const third = performance.now() - one;
    for (const { body, status } of [list, searched, environment]) {
      expect(status).toBe(200);
      expect(Buffer.byteLength(body)).toBeLessThan(300_000);
    }
    // The store is read once for all of them; a page of an environment reads that one.
    expect(page.store.calls["readStatuses"]).toBe(1);
    expect(page.store.calls["readStatus"]).toBe(1);
    expect(
      list.body.match(/<tr role="row"><th role="rowheader"/gu),
    ).toHaveLength(50);
    report(
      `list ${size(list.body)} in ${first.toFixed(0)} ms, then ${second.toFixed(0)} ms; environment ${size(environment.body)} in ${third.toFixed(0)} ms`,
    );
  }, 60_000);
});

const size = (text: string) =>
  `${String(Math.round(Buffer.byteLength(text) / 1000))} KB`;

/** Numbers to look at; nothing depends on them. */
function report(text: string): void {
  process.stderr.write(`status page: ${text}\n`);
}

describe.skipIf(browser === undefined)("the status page in a browser", () => {
  async function opened(
    address: string,
    { javaScriptEnabled = true, viewport = { width: 1280, height: 900 } } = {},
  ): Promise<{
    readonly page: BrowserPage;
    readonly complaints: readonly object[];
  }> {
    if (browser === undefined) throw new TypeError("no browser");
    const page = await browser.newPage({
      javaScriptEnabled,
      viewport,
      extraHTTPHeaders: HEADERS,
    });
    const complaints: object[] = [];
    page.on("console", (message) => complaints.push(message));
    page.on("pageerror", (error) => complaints.push(error));
    await page.goto(address);
    return { page, complaints };
  }

  const AUTH: PageOptions["auth"] = {
    tokens: [],
    proxy: {
      word: new Secret("made-up-word-of-the-proxy"),
      groups: { view: ["*"], operate: ["*"], approve: ["*"] },
    },
  };
  /** What a proxy on the way adds. */
  const HEADERS = {
    "x-tieline-proxy": "made-up-word-of-the-proxy",
    "x-forwarded-user": "alice@example.com",
  };

  it("draws a list of 500 environments of 1,000 connections soon", async () => {
    const server = await large;
    const { page, complaints } = await opened(`${server.address}/`);
    // Told once the browser has drawn something; a browser that never does is not waited for.
    const paint = await page.evaluate(
      `new Promise((done) => {
        new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
          .observe({ type: "paint", buffered: true });
        setTimeout(() => done(-1), 5000);
      })`,
    );
    report(`first paint after ${Number(paint).toFixed(0)} ms`);
    expect(
      await page.evaluate("document.querySelectorAll('#rows tbody tr').length"),
    ).toBe(50);
    await page.fill("#q", "ENVIRONMENT-015");
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('#rows tbody tr')].filter((row) => !row.hidden).length",
      ),
    ).toBe(1);
    expect(complaints).toEqual([]);
  }, 60_000);

  it.each(["/", "/e/prod", "/e/dev", "/e/prod/plan"])(
    "%s does without a script, and loads nothing else",
    async (path) => {
      const server = await served({ auth: AUTH });
      const { page } = await opened(`${server.address}${path}`, {
        javaScriptEnabled: false,
      });
      expect(
        await page.evaluate("document.querySelector('h1').checkVisibility()"),
      ).toBe(true);
      expect(
        await page.evaluate(
          "performance.getEntriesByType('resource').map(({ name }) => name)",
        ),
      ).toEqual([]);
    },
  );

  it
    .skipIf(checker === undefined)
    .each(["/", "/?q=none", "/e/prod", "/e/dev", "/e/prod/plan"])(
    "%s is accessible in light and in dark, on a desk and in a hand",
    async (path) => {
      const server = await served({ auth: AUTH });
      for (const viewport of [
        { width: 1280, height: 900 },
        { width: 340, height: 700 },
      ]) {
        const { page } = await opened(`${server.address}${path}`, { viewport });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await page.evaluate(checker ?? "");
          const violations = await page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 200)).join(' ')))",
          );
          expect(violations).toEqual([]);
        }
        expect(
          await page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth",
          ),
        ).toBe(true);
      }
    },
    60_000,
  );

  it("takes orders from its own forms, as browsers send them", async () => {
    const server = await served({ auth: AUTH });
    const { page, complaints } = await opened(`${server.address}/e/prod`);
    await page.fill("#why", "a migration");
    await page.click('form[action$="/suspend"] button');
    // The page that it leads to says what was done.
    await page.waitForSelector('form[action$="/resume"]');
    expect((await server.store.readOrders("prod")).suspension).toMatchObject({
      by: "alice@example.com",
      why: "a migration",
    });
    expect(complaints).toEqual([]);
  });

  it("is worked with the keyboard: the first stop leads to the content", async () => {
    const server = await served();
    const { page } = await opened(`${server.address}/`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(
      "Skip to the content",
    );
    expect(
      await page.evaluate("document.activeElement.checkVisibility()"),
    ).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("location.hash")).toBe("#first");
  });
});
