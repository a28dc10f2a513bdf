import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { openGithub } from "../../src/forges/github.ts";
import type { DetailedVerdict } from "../../src/forges/github-checks.ts";
import { openGithubApprovals } from "../../src/forges/github-approvals.ts";
import type { AppKey } from "../../src/forges/options.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { Forge } from "../../src/ports/forge.ts";
import {
  aGithub,
  BOT,
  JOB_TOKEN,
  type FakeForge,
} from "../support/fake-forge.ts";
import { anApp, type FakeApp } from "../support/fake-github-app.ts";
import { describeForge } from "./forge-contract.ts";

const PERMISSIONS = {
  required: { pull_requests: "write" },
  wanted: { checks: "write", statuses: "write", contents: "read" },
} as const;

interface Bench {
  readonly fake: FakeForge;
  readonly app: FakeApp;
  readonly hidden: string[];
  readonly signal: AbortSignal;
  readonly options: (key?: Partial<AppKey>) => Parameters<typeof openGithub>[0];
  readonly open: (key?: Partial<AppKey>) => Forge;
}

async function bench(): Promise<Bench> {
  const fake = await aGithub();
  const app = anApp();
  fake.app = app;
  const hidden: string[] = [];
  const options: Bench["options"] = (key) => ({
    apiUrl: fake.apiUrl,
    repository: fake.repository,
    pullRequest: fake.pullRequest,
    token: appKey(app, hidden, key),
    connect,
  });
  const open: Bench["open"] = (key) => openGithub(options(key));
  return {
    fake,
    app,
    hidden,
    signal: AbortSignal.timeout(20_000),
    options,
    open,
  };
}

function appKey(
  app: FakeApp,
  hidden: string[],
  key: Partial<AppKey> = {},
): AppKey {
  return {
    id: String(app.id),
    privateKey: app.privateKey,
    ...PERMISSIONS,
    register: (secret) => hidden.push(secret),
    clock: systemClock,
    ...key,
  };
}

function connect(origin: string): ReturnType<typeof createHttpClient> {
  return createHttpClient({
    origin,
    clock: systemClock,
    limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  );

const tokensAsked = ({ seen }: FakeForge): number =>
  seen.filter((each) => each.endsWith("/access_tokens")).length;

describe("a GitHub App", () => {
  it("asks for this repository, and for nothing that it is not used for", async () => {
    const { app, open, signal } = await bench();
    await open().createComment("planned", signal);
    expect(app.asked).toEqual([
      {
        repositories: ["connections"],
        permissions: {
          pull_requests: "write",
          checks: "write",
          statuses: "write",
          contents: "read",
        },
      },
    ]);
  });

  it("knows the comments of its own bot, and no one else's", async () => {
    const { fake, app, open, signal } = await bench();
    fake.comment(app.bot.replace("[bot]", ""), "a person with its name");
    fake.comment("tieline-bot", "the job's token");
    const forge = open();
    await forge.createComment("ours", signal);
    const { comments } = await forge.read(signal);
    expect(comments.map(({ body, isOwn }) => [body, isOwn])).toEqual([
      ["a person with its name", false],
      ["the job's token", false],
      ["ours", true],
    ]);
  });

  it("fetches one token for many requests at once", async () => {
    const { fake, open, signal } = await bench();
    const forge = open();
    await Promise.all([1, 2, 3].map(() => forge.read(signal)));
    await forge.read(signal);
    expect(tokensAsked(fake)).toBe(1);
  });

  it("fetches another token before the first one ends", async () => {
    const { fake, open, signal } = await bench();
    let now = Date.now();
    const forge = open({ clock: { ...systemClock, now: () => now } });
    await forge.read(signal);
    now += 49 * 60_000;
    await forge.read(signal);
    expect(tokensAsked(fake)).toBe(1);
    now += 2 * 60_000;
    await forge.read(signal);
    expect(tokensAsked(fake)).toBe(2);
  });

  it("makes known for hiding whatever it is let in with", async () => {
    const { fake, hidden, open, signal } = await bench();
    await open().read(signal);
    const made = [...fake.tokens.keys()].filter((each) => each !== JOB_TOKEN);
    expect(hidden).toEqual(expect.arrayContaining(made));
    expect(hidden.filter((each) => each.startsWith("ey"))).not.toEqual([]);
  });

  it.each([-7200, -60, 60, 7200])(
    "works where the clock of the forge is %i seconds ahead",
    async (ahead) => {
      const { fake, app, open, signal } = await bench();
      app.ahead = ahead;
      const forge = open();
      await forge.read(signal);
      await forge.read(signal);
      expect(tokensAsked(fake)).toBe(1);
    },
  );

  it("takes a key in PKCS#8 too", async () => {
    const { fake, app, open, signal } = await bench();
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    fake.app = { ...app, publicKey };
    expect(await open({ privateKey }).read(signal)).toMatchObject({
      isFork: false,
    });
  });

  it.each<[string, (app: FakeApp) => Partial<AppKey>, object]>([
    [
      "is not installed",
      (app) => {
        app.isInstalled = false;
        return {};
      },
      { code: "REV001", status: 404 },
    ],
    [
      "is suspended",
      (app) => {
        app.isSuspended = true;
        return {};
      },
      { code: "CLI001" },
    ],
    [
      "may not comment",
      (app) => {
        app.permissions = { metadata: "read", checks: "write" };
        return {};
      },
      { code: "CLI001", why: expect.stringContaining("pull_requests: write") },
    ],
    ["is another one", () => ({ id: "4712" }), { code: "REV001", status: 401 }],
    [
      "has another key",
      () => ({
        privateKey: generateKeyPairSync("rsa", {
          modulusLength: 2048,
          publicKeyEncoding: { type: "spki", format: "pem" },
          privateKeyEncoding: { type: "pkcs1", format: "pem" },
        }).privateKey,
      }),
      { code: "REV001", status: 401 },
    ],
    ["has no key", () => ({ privateKey: "no-key-at-all" }), { code: "CLI001" }],
    [
      "has a key that is cut off",
      ({ privateKey }) => ({ privateKey: privateKey.slice(0, 200) }),
      { code: "CLI001" },
    ],
  ])("says what to do where it %s", async (_, change, expected) => {
    const { app, open, signal } = await bench();
    const key = change(app);
    const error = await failure(open(key).createComment("no", signal));
    expect(error).toMatchObject({
      fix: expect.stringMatching(/./u),
      ...expected,
    });
    const privateKey = key.privateKey ?? app.privateKey;
    expect(JSON.stringify(error) + String(error)).not.toContain(privateKey);
  });

  it("reads approvals with a token that writes nothing", async () => {
    const { fake, app, options, signal } = await bench();
    const source = openGithubApprovals(
      options({
        required: { pull_requests: "read" },
        wanted: { contents: "read", members: "read" },
      }),
    );
    await source.change(fake.pullRequest, signal);
    expect(app.asked).toMatchObject([
      { permissions: { pull_requests: "read", contents: "read" } },
    ]);
  });
});

const verdictOf = (
  count: number,
  more: Partial<DetailedVerdict> = {},
): DetailedVerdict => ({
  commit: "b".repeat(40),
  name: "tieline",
  isSuccess: true,
  description: "planned: dev",
  detail: {
    key: "0123456789abcdef",
    title: "planned: dev",
    summary: "### tieline",
    annotations: Array.from({ length: count }, (_, at) => ({
      path: "connections/a.yaml",
      line: at + 1,
      level: "warning",
      title: "CFG001",
      message: `@everyone \u0060\u0060\u0060 <script> ${String(at)}`,
    })),
    detailsUrl: "https://github.example/acme/connections/actions/runs/1",
    previousCommit: null,
    tell: () => undefined,
  },
  ...more,
});

describe("check runs of a GitHub App", () => {
  it("say success and failure, once for each commit", async () => {
    const { fake, open, signal } = await bench();
    await open().setVerdict(verdictOf(3), signal);
    await open().setVerdict(verdictOf(3, { isSuccess: false }), signal);
    expect(fake.statuses).toEqual([]);
    expect(fake.checkRuns).toMatchObject([
      {
        name: "tieline",
        commit: "b".repeat(40),
        status: "completed",
        conclusion: "failure",
        title: "planned: dev",
        detailsUrl: "https://github.example/acme/connections/actions/runs/1",
      },
    ]);
    expect(fake.checkRuns[0]?.annotations).toHaveLength(3);
  });

  it.each([
    [50, 50, 1],
    [51, 51, 2],
    [250, 250, 5],
    [10_000, 250, 5],
  ])(
    "bring %i annotations as %i, in %i requests",
    async (count, kept, times) => {
      const { fake, open, signal } = await bench();
      await open().setVerdict(verdictOf(count), signal);
      expect(fake.checkRuns[0]?.annotations).toHaveLength(kept);
      expect(fake.checkRuns[0]?.conclusion).toBe("success");
      expect(
        fake.seen.filter((each) => /^(?:POST|PATCH) .*check-runs/u.test(each)),
      ).toHaveLength(times);
      expect(
        fake.checkRuns[0]?.summary.includes("9,750 more annotations"),
      ).toBe(count > kept);
    },
  );

  it("cut a summary that is too long", async () => {
    const { fake, open, signal } = await bench();
    const { detail } = verdictOf(0);
    const summary = "\u00e9".repeat(100_000);
    await open().setVerdict(
      verdictOf(0, { detail: { ...detail, summary } }),
      signal,
    );
    expect(fake.checkRuns[0]?.summary.length).toBeGreaterThan(60_000);
  });

  it("take the place of one whose annotations are others, which is cancelled", async () => {
    const { fake, open, signal } = await bench();
    await open().setVerdict(verdictOf(2, { isSuccess: false }), signal);
    await open().setVerdict(verdictOf(1), signal);
    await open().setVerdict(verdictOf(1), signal);
    expect(
      fake.checkRuns.map(({ conclusion, annotations }) => [
        conclusion,
        annotations.length,
      ]),
    ).toEqual([
      ["cancelled", 2],
      ["success", 1],
    ]);
  });

  it("cancel what stands at the commit before, and nobody else's", async () => {
    const { fake, open, signal } = await bench();
    const { detail } = verdictOf(0);
    await open().setVerdict(verdictOf(0), signal);
    const theirs = fake.checkRuns[0];
    if (theirs === undefined) throw new Error("no check run");
    fake.checkRuns.push({ ...theirs, id: 900, app: 1, annotations: [] });
    fake.checkRuns.push({
      ...theirs,
      id: 901,
      externalId: "x",
      annotations: [],
    });
    await open().setVerdict(
      verdictOf(0, {
        commit: "c".repeat(40),
        detail: { ...detail, previousCommit: "b".repeat(40) },
      }),
      signal,
    );
    expect(
      fake.checkRuns.map(({ id, conclusion }) => [id, conclusion]),
    ).toEqual([
      [theirs.id, "cancelled"],
      [900, "success"],
      [901, "success"],
      [503, "success"],
    ]);
  });

  it("are made once where the answer is lost", async () => {
    const { fake, open, signal } = await bench();
    fake.loseAnswer();
    await open().setVerdict(verdictOf(60), signal);
    expect(fake.checkRuns).toMatchObject([{ conclusion: "success" }]);
    expect(fake.checkRuns[0]?.annotations).toHaveLength(60);
  });

  it.each(["is not given", "is taken away"])(
    "become a status, with a word about it, where the permission %s",
    async (how) => {
      const { fake, app, open, signal } = await bench();
      const told: string[] = [];
      if (how === "is not given") delete app.permissions["checks"];
      const forge = open();
      await forge.read(signal);
      for (const token of fake.tokens.values()) token.rights.delete("checks");
      const { detail } = verdictOf(1);
      const tell = (sentence: string): void => void told.push(sentence);
      await forge.setVerdict(
        verdictOf(1, { isSuccess: false, detail: { ...detail, tell } }),
        signal,
      );
      expect(fake.checkRuns).toEqual([]);
      expect(fake.statuses).toMatchObject([{ state: "failure" }]);
      expect(told.join()).toContain("checks: write");
    },
  );

  it("are left alone with a token that was given", async () => {
    const { fake, options, signal } = await bench();
    const forge = openGithub({ ...options(), token: JOB_TOKEN });
    await forge.setVerdict(verdictOf(1), signal);
    expect(fake.checkRuns).toEqual([]);
    expect(fake.statuses).toMatchObject([{ state: "success" }]);
  });
});

const served = new Map<string, FakeApp>();

describeForge(
  "GitHub through an App",
  async () => {
    const fake = await aGithub();
    fake.app = { ...anApp(), bot: BOT };
    served.set(fake.apiUrl, fake.app);
    return fake;
  },
  (options) => {
    const app = served.get(options.apiUrl) ?? anApp();
    const isOwn = options.token === JOB_TOKEN;
    return openGithub({
      ...options,
      token: isOwn ? appKey(app, []) : options.token,
    });
  },
);
