import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/domain/problem/error.ts";
import { commentBody } from "../../../../src/features/review/comment.ts";
import { markOf, reviewKey } from "../../../../src/features/review/mark.ts";
import {
  postComment,
  postComments,
  type EachPostOptions,
} from "../../../../src/features/review/post-review.ts";
import type {
  ReviewedEnvironment,
  ReviewReport,
} from "../../../../src/features/review/report.ts";
import { openGithub } from "../../../../src/forges/github.ts";
import { openGitlab } from "../../../../src/forges/gitlab.ts";
import { createHttpClient } from "../../../../src/http/client.ts";
import { createFakeClock } from "../../../support/clock.ts";
import {
  aGithub,
  aGitlab,
  JOB_TOKEN,
  type FakeForge,
} from "../../../support/fake-forge.ts";
import { aFullPlan, friendly } from "../../../support/render-samples.ts";

const KEY = "0123456789abcdef";
const FIRST = "1".repeat(40);
const SECOND = "2".repeat(40);

function planned(name: string, text = friendly): ReviewedEnvironment {
  return { name, kind: "planned", plan: aFullPlan(text), exitCode: 0 };
}

function reviewOf(
  commit: string,
  environments: readonly ReviewedEnvironment[] = [planned("prod")],
): ReviewReport {
  return { commit, environments, untouchedCount: 1, error: null, exitCode: 0 };
}

interface Bench {
  readonly fake: FakeForge;
  readonly post: (
    report: ReviewReport,
    more?: Partial<EachPostOptions>,
  ) => Promise<string>;
}

async function bench(kind: "github" | "gitlab" = "github"): Promise<Bench> {
  const fake = await (kind === "github" ? aGithub() : aGitlab());
  const options = {
    ...fake,
    token: JOB_TOKEN,
    isJobToken: false,
    connect: (origin: string) =>
      createHttpClient({
        origin,
        clock: createFakeClock(),
        limits: { concurrency: 1, requestsPerSecond: 1000, timeoutMs: 5000 },
        scrub: (text) => text,
        userAgent: "tieline/test",
      }),
  };
  const forge = kind === "github" ? openGithub(options) : openGitlab(options);
  return {
    fake,
    post: (report, { keyFor, ...more } = {}) => {
      const all = {
        forge,
        mode: "update" as const,
        key: KEY,
        headCommit: fake.headCommit,
        signal: new AbortController().signal,
        scrub: (text: string) => text,
        ...more,
      };
      return keyFor === undefined
        ? postComment(report, all)
        : postComments(report, { ...all, keyFor });
    },
  };
}

/** Comments that are the review's, not folded away. */
function current({ comments }: FakeForge): readonly string[] {
  return comments
    .filter(({ body, isHidden }) => !isHidden && markOf(body) !== undefined)
    .map(({ body }) => markOf(body)?.commit ?? "");
}

describe.each(["github", "gitlab"] as const)("a comment on %s", (kind) => {
  it("is one, whatever the mode before it was", async () => {
    const { fake, post } = await bench(kind);
    expect(await post(reviewOf(FIRST))).toBe("created");
    expect(await post(reviewOf(SECOND))).toBe("updated");
    expect(current(fake)).toEqual([SECOND]);
    await post(reviewOf(FIRST), { mode: "hide-and-new" });
    expect(fake.comments).toHaveLength(2);
    expect(current(fake)).toEqual([FIRST]);
    await post(reviewOf(SECOND), { mode: "new" });
    expect(current(fake)).toEqual([SECOND]);
    expect(fake.comments[1]?.body).toMatch(/Superseded: .*[^]*### tieline/u);
  });

  it("is one again after two runs at once left two", async () => {
    const { fake, post } = await bench(kind);
    await post(reviewOf(FIRST));
    const [first] = fake.comments;
    fake.comment(first?.author ?? "", first?.body ?? "");
    expect(current(fake)).toEqual([FIRST, FIRST]);
    await post(reviewOf(SECOND));
    expect(current(fake)).toEqual([SECOND]);
  });

  it("is found by its author, not by its mark alone", async () => {
    const { fake, post } = await bench(kind);
    const copied = commentBody(
      reviewOf(FIRST),
      { key: KEY, headCommit: null },
      undefined,
    );
    fake.comment("mallory", copied);
    expect(await post(reviewOf(SECOND))).toBe("created");
    expect(await post(reviewOf(SECOND), { mode: "hide-and-new" })).toBe(
      "created",
    );
    expect(fake.comments[0]).toMatchObject({ body: copied, isHidden: false });
  });

  it("is of one review among several", async () => {
    const { fake, post } = await bench(kind);
    await post(reviewOf(FIRST));
    await post(reviewOf(FIRST), { key: "f".repeat(16) });
    expect(fake.comments).toHaveLength(2);
  });

  it("is left to the review of a newer commit", async () => {
    const { fake, post } = await bench(kind);
    expect(await post(reviewOf(FIRST), { headCommit: FIRST })).toBe("outdated");
    expect(fake.comments).toEqual([]);
  });

  it("is not written for nothing, and told when there is nothing any more", async () => {
    const { fake, post } = await bench(kind);
    expect(await post(reviewOf(FIRST, []))).toBe("none");
    await post(reviewOf(FIRST));
    expect(await post(reviewOf(SECOND, []))).toBe("updated");
    expect(fake.comments[0]?.body).toContain("no environment is touched");
  });

  it("is not posted twice when the answer was lost", async () => {
    const { fake, post } = await bench(kind);
    fake.loseAnswer();
    expect(await post(reviewOf(FIRST))).toBe("created");
    expect(fake.comments).toHaveLength(1);
  });
});

describe("the body of a comment", () => {
  it.each([1, 10, 100, 1000])(
    "stays within what a forge takes with %d environments",
    (count) => {
      const environments = Array.from({ length: count }, (_, at) =>
        planned(`environment-${String(at)}-${"@#<".repeat(30)}`, (label) =>
          label.repeat(40),
        ),
      );
      const body = commentBody(
        reviewOf(FIRST, environments),
        { key: KEY, headCommit: null },
        undefined,
      );
      expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(60_000);
    },
  );

  it("shows what does not go through first", () => {
    const failed: ReviewedEnvironment = {
      name: "zebra",
      kind: "failed",
      error: new UserError("REV002", "no plan"),
      exitCode: 3,
    };
    const report = reviewOf(FIRST, [planned("alpha"), failed]);
    const body = commentBody(
      { ...report, exitCode: 3 },
      { key: KEY, headCommit: null },
      undefined,
    );
    expect(body.indexOf("<summary><code>zebra")).toBeLessThan(
      body.indexOf("<summary><code>alpha"),
    );
    expect(body).toContain("not all of them can be applied");
  });

  it("lets no name and no text out of its code", () => {
    const evil =
      "`|</summary></details>@everyone #1 <img src=x> ``` \n```\n-->";
    const environments = [planned(evil, (label) => `${evil}${label}`)];
    const body = commentBody(
      reviewOf(FIRST, environments),
      { key: KEY, headCommit: null },
      undefined,
    );
    const outside = body
      .replaceAll(/^(`{3,})text\n.*?^\1$/gmsu, "")
      .replaceAll(/^<pre>\n[^<]*^<\/pre>$/gmu, "");
    expect(outside).not.toMatch(/@everyone|<img|```/u);
    expect(outside.match(/<\/details>/gu)?.length).toBe(
      outside.match(/<details[ >]/gu)?.length,
    );
    expect(body.split("\n", 1)[0]).toMatch(/^<!-- [^>]* -->$/u);
  });
});

describe("a comment for each environment", () => {
  it("is one for each, found again, and told when it is not touched any more", async () => {
    const { fake, post } = await bench("github");
    const keyFor = (environment: string): string =>
      reviewKey({ name: "tieline", prefix: "", environment });
    const both = [planned("dev"), planned("prod")];
    await post(reviewOf(FIRST, both), { keyFor });
    await post(reviewOf(SECOND, both), { keyFor });
    expect(current(fake)).toEqual([SECOND, SECOND]);
    const named = fake.comments.map(({ body }) => [
      ...(markOf(body)?.digests.keys() ?? []),
    ]);
    expect(named).toEqual([["dev"], ["prod"]]);
    await post(reviewOf(FIRST, both.slice(0, 1)), { keyFor });
    expect(fake.comments).toHaveLength(2);
    expect(fake.comments[1]?.body).toContain("no environment is touched");
  });
});
