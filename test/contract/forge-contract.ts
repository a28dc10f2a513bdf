import { describe, expect, it } from "vitest";
import { RemoteError, TransientError } from "../../src/domain/problem/error.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { Forge } from "../../src/ports/forge.ts";
import type { HttpClient } from "../../src/ports/http-client.ts";
import { createFakeClock, type FakeClock } from "../support/clock.ts";
import { BOT, JOB_TOKEN, type FakeForge } from "../support/fake-forge.ts";

/** How an adapter is opened. */
export type OpenForge = (options: {
  readonly apiUrl: string;
  readonly token: string;
  readonly repository: string;
  readonly pullRequest: number;
  readonly connect: (origin: string) => HttpClient;
}) => Forge;

interface Bench {
  readonly fake: FakeForge;
  readonly clock: FakeClock;
  readonly signal: AbortSignal;
  readonly open: (token?: string, pullRequest?: number) => Forge;
}

async function bench(
  serve: () => Promise<FakeForge>,
  openForge: OpenForge,
): Promise<Bench> {
  const fake = await serve();
  const clock = createFakeClock();
  return {
    fake,
    clock,
    signal: new AbortController().signal,
    open: (token = JOB_TOKEN, pullRequest = fake.pullRequest) =>
      openForge({
        apiUrl: fake.apiUrl,
        token,
        repository: fake.repository,
        pullRequest,
        connect: (origin) =>
          createHttpClient({
            origin,
            clock,
            limits: {
              concurrency: 4,
              requestsPerSecond: 10_000,
              timeoutMs: 5000,
            },
            scrub: (text) => text,
            userAgent: "tieline/test",
          }),
      }),
  };
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  );

/** What every forge is held to. */
export function describeForge(
  name: string,
  serve: () => Promise<FakeForge>,
  openForge: OpenForge,
): void {
  describe(`forge: ${name}`, () => {
    const start = (): Promise<Bench> => bench(serve, openForge);

    it("reads every page of comments, and which of them are ours", async () => {
      const { fake, open, signal } = await start();
      for (let at = 0; at < 95; at += 1)
        fake.comment(at % 10 === 0 ? BOT : "mallory", `comment ${String(at)}`);
      const { comments, ...head } = await open().read(signal);
      expect(head).toEqual({ headCommit: fake.headCommit, isFork: false });
      expect(comments.map(({ body }) => body)).toEqual(
        fake.comments.map(({ body }) => body),
      );
      expect(comments.filter(({ isOwn }) => isOwn)).toHaveLength(10);
    });

    it("tells a pull request from another repository", async () => {
      const { fake, open, signal } = await start();
      fake.isFork = true;
      expect(await open().read(signal)).toMatchObject({ isFork: true });
    });

    it("writes, changes and folds away comments", async () => {
      const { fake, open, signal } = await start();
      const forge = open();
      await forge.createComment("first", signal);
      await forge.createComment("second", signal);
      const [first, second] = (await forge.read(signal)).comments;
      if (first === undefined || second === undefined)
        throw new Error("no comments");
      await forge.updateComment(second, "changed", signal);
      await forge.hideComment(first, "outdated", signal);
      expect(fake.comments[1]?.body).toBe("changed");
      expect(
        fake.comments[0]?.isHidden === true ||
          fake.comments[0]?.body === "outdated",
      ).toBe(true);
    });

    it("sets statuses with descriptions as long as the forge takes", async () => {
      const { fake, open, signal } = await start();
      const commit = "b".repeat(40);
      const name = "tieline";
      const forge = open();
      const description = "x".repeat(1000);
      await forge.setVerdict(
        { commit, name, isSuccess: true, description: "planned" },
        signal,
      );
      await forge.setVerdict(
        { commit, name, isSuccess: false, description },
        signal,
      );
      expect(fake.statuses[0]).toMatchObject({
        commit,
        name,
        state: "success",
      });
      expect(fake.statuses[1]?.state).toMatch(/^fail/u);
    });

    it("waits as long as the forge asks, and writes once", async () => {
      const { fake, clock, open, signal } = await start();
      fake.slowDown(2, 7);
      await open().createComment("once", signal);
      expect(clock.waits.filter((ms) => ms === 7000)).toHaveLength(2);
      expect(fake.comments).toHaveLength(1);
    });

    it("waits for no hour", async () => {
      const { fake, clock, open, signal } = await start();
      fake.slowDown(1, 3600);
      expect(await failure(open().createComment("no", signal))).toMatchObject({
        code: "REV001",
      });
      expect(clock.waits).not.toContain(3_600_000);
    });

    it("does not write a comment again whose answer was lost, and says that it may be there", async () => {
      const { fake, open, signal } = await start();
      fake.loseAnswer();
      const error = await failure(open().createComment("once", signal));
      expect(error).toBeInstanceOf(TransientError);
      expect(error).toMatchObject({ code: "REV001", mayHaveCommitted: true });
      expect(fake.comments).toHaveLength(1);
    });

    it.each([
      ["a token it does not know", "unknown-token-1", 401],
      ["a token without the right", "weak-token-12345", 403],
    ])("fails with %s, without the token in it", async (_, token, status) => {
      const { fake, open, signal } = await start();
      fake.tokens.set("weak-token-12345", { user: "weak", rights: new Set() });
      const forge = open(token);
      const error = await failure(forge.createComment("no", signal));
      expect(error).toBeInstanceOf(RemoteError);
      expect(error).toMatchObject({ code: "REV001", status });
      expect(JSON.stringify(error) + String(error)).not.toContain(token);
      const verdict = {
        commit: "b".repeat(40),
        name: "tieline",
        isSuccess: true,
        description: "",
      };
      expect(await failure(forge.setVerdict(verdict, signal))).toMatchObject({
        status,
      });
    });

    it("fails for a pull request that is not there", async () => {
      const { open, signal } = await start();
      expect(await failure(open(JOB_TOKEN, 8).read(signal))).toMatchObject({
        code: "REV001",
      });
    });

    it("changes nothing that another wrote", async () => {
      const { fake, open, signal } = await start();
      fake.comment("mallory", "theirs");
      const forge = open();
      const [theirs] = (await forge.read(signal)).comments;
      if (theirs === undefined) throw new Error("no comment");
      expect(
        await failure(forge.updateComment(theirs, "ours", signal)),
      ).toMatchObject({ code: "REV001", status: 403 });
      expect(fake.comments[0]?.body).toBe("theirs");
    });

    it("sends no comment that is too long", async () => {
      const { fake, open, signal } = await start();
      const body = "x".repeat(65_537);
      expect(await failure(open().createComment(body, signal))).toMatchObject({
        code: "INT001",
      });
      expect(fake.seen).toEqual([]);
    });

    it.each([
      "http://forge.example/api",
      "ftp://127.0.0.1/api",
      "https://user:word@forge.example/api",
      "forge.example",
    ])("sends no token to %s", async (apiUrl) => {
      const { fake, clock } = await start();
      expect(() =>
        openForge({
          ...fake,
          apiUrl,
          token: JOB_TOKEN,
          connect: () => {
            throw new Error(`connected at ${String(clock.now())}`);
          },
        }),
      ).toThrow(expect.objectContaining({ code: "CLI001" }));
    });
  });
}
