import { describe, expect, it } from "vitest";
import { openGithubApprovals } from "../../src/forges/github-approvals.ts";
import { openGitlabApprovals } from "../../src/forges/gitlab-approvals.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ApprovalSource } from "../../src/ports/approval-source.ts";
import { createFakeClock } from "../support/clock.ts";
import {
  aGithub,
  aGitlab,
  JOB_TOKEN,
  type FakeForge,
} from "../support/fake-forge.ts";

const signal = new AbortController().signal;

function open(fake: FakeForge, kind: "GitHub" | "GitLab"): ApprovalSource {
  const options = {
    apiUrl: fake.apiUrl,
    token: JOB_TOKEN,
    repository: fake.repository,
    isJobToken: false,
    connect: (origin: string) =>
      createHttpClient({
        origin,
        clock: createFakeClock(),
        limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5000 },
        scrub: (text) => text,
        userAgent: "tieline/test",
      }),
  };
  return kind === "GitHub"
    ? openGithubApprovals(options)
    : openGitlabApprovals(options);
}

describe.each([
  ["GitHub", aGithub],
  ["GitLab", aGitlab],
] as const)("approvals of %s", (kind, serve) => {
  const start = async (): Promise<{
    fake: FakeForge;
    source: ApprovalSource;
  }> => {
    const fake = await serve();
    return { fake, source: open(fake, kind) };
  };
  const approval = (
    { headCommit }: FakeForge,
    user: string,
    at = "2026-03-01T13:00:00Z",
  ) => ({ user, state: "APPROVED" as const, commit: headCommit, at });

  it("finds the one whose merge made a commit, and none that merely holds it", async () => {
    const { fake, source } = await start();
    fake.change.state = "merged";
    fake.change.mergeCommit = "d".repeat(40);
    expect(await source.mergedBy("d".repeat(40), signal)).toEqual([7]);
    expect(await source.mergedBy(fake.headCommit, signal)).toEqual([]);
    fake.change.state = "open";
    expect(await source.mergedBy("d".repeat(40), signal)).toEqual([]);
  });

  it("reads what it is, and from where", async () => {
    const { fake, source } = await start();
    fake.isFork = true;
    expect(await source.change(7, signal)).toMatchObject({
      number: 7,
      author: "alice",
      state: "open",
      headCommit: fake.headCommit,
      baseBranch: "main",
      isFork: true,
    });
  });

  it("reads every page of reviews and of files", async () => {
    const { fake, source } = await start();
    fake.change.files = Array.from({ length: 250 }, (_, at) => ({
      name: `connections/c-${String(at)}.yaml`,
      ...(at === 0 ? { old: "connections/old.yaml" } : {}),
    }));
    const change = await source.change(7, signal);
    const files = await source.files(change, signal);
    expect(files).toHaveLength(251);
    expect(files).toContain("connections/old.yaml");
  });

  it("tells who may write, and which commit was approved", async () => {
    const { fake, source } = await start();
    fake.change.reviews = [approval(fake, "bob"), approval(fake, "mallory")];
    const change = await source.change(7, signal);
    expect(await source.reviews(change, signal)).toMatchObject([
      { reviewer: "bob", isOfHead: true, mayWrite: true, isPerson: true },
      { reviewer: "mallory", mayWrite: false },
    ]);
    const early = approval(fake, "bob", "2026-03-01T11:00:00Z");
    fake.change.reviews = [{ ...early, commit: "e".repeat(40) }];
    expect(await source.reviews(change, signal)).toMatchObject([
      { reviewer: "bob", isOfHead: false },
    ]);
  });

  it("tells who is in a team, and when that cannot be told", async () => {
    const { fake, source } = await start();
    fake.change.teams.set("acme/ops", new Set(["bob"]));
    expect(await source.isMember("acme/ops", "bob", signal)).toBe(true);
    expect(await source.isMember("acme/ops", "carol", signal)).toBe(false);
    expect(await source.isMember("acme/unseen", "bob", signal)).toBeNull();
  });
});

it("counts no approval of GitLab that does not say when it was given", async () => {
  const fake = await aGitlab();
  const source = open(fake, "GitLab");
  fake.change.reviews = [{ user: "bob", state: "APPROVED", commit: "" }];
  const change = await source.change(7, signal);
  expect(await source.reviews(change, signal)).toMatchObject([
    { reviewer: "bob", isOfHead: null },
  ]);
});
