import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { openGithub } from "../../src/forges/github.ts";
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
