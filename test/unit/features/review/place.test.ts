import { describe, expect, it } from "vitest";
import { reviewPlace } from "../../../../src/features/review/place.ts";

const HEAD = "a".repeat(40);
const BASE = "b".repeat(40);
const OURS = { id: 1, full_name: "acme/connections" };

const GITHUB = {
  GITHUB_ACTIONS: "true",
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_API_URL: "https://git.example/api/v3",
  GITHUB_REPOSITORY: "acme/connections",
};

const GITLAB = {
  GITLAB_CI: "true",
  CI_API_V4_URL: "https://git.example/api/v4",
  CI_PROJECT_ID: "5",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_PROJECT_ID: "5",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "5",
  CI_MERGE_REQUEST_DIFF_BASE_SHA: BASE,
  CI_COMMIT_SHA: HEAD,
};

function pull(more: object = {}, headRepository: unknown = OURS): object {
  return {
    action: "opened",
    repository: OURS,
    pull_request: {
      number: 7,
      head: { sha: HEAD, repo: headRepository },
      base: { sha: BASE, repo: OURS },
      ...more,
    },
  };
}

const on = (
  event: unknown,
  env: Readonly<Record<string, string>> = GITHUB,
  options: Parameters<typeof reviewPlace>[2] = {},
): ReturnType<typeof reviewPlace> =>
  reviewPlace(env, JSON.stringify(event), options);

const usage: unknown = expect.objectContaining({ code: "CLI001" });

describe("where a review runs", () => {
  it("is told by a pull request of GitHub", () => {
    expect(on(pull())).toEqual({
      forge: "github",
      apiUrl: "https://git.example/api/v3",
      repository: "acme/connections",
      pullRequest: 7,
      headCommit: HEAD,
      baseCommit: BASE,
      isFork: false,
      isUntold: false,
    });
  });

  it("is told by a merge request of GitLab", () => {
    expect(reviewPlace(GITLAB, undefined, {})).toEqual({
      forge: "gitlab",
      apiUrl: "https://git.example/api/v4",
      repository: "5",
      pullRequest: 7,
      headCommit: HEAD,
      baseCommit: BASE,
      isFork: false,
      isUntold: false,
    });
  });

  it("is told by a merge queue, without a pull request", () => {
    const event = { merge_group: { head_sha: HEAD, base_sha: BASE } };
    const env = { ...GITHUB, GITHUB_EVENT_NAME: "merge_group" };
    expect(on(event, env)).toMatchObject({
      pullRequest: null,
      headCommit: HEAD,
      baseCommit: BASE,
      isFork: false,
    });
  });

  it.each([
    ["another repository", { id: 2, full_name: "mallory/connections" }],
    ["another repository of the same name", { ...OURS, id: 2 }],
    ["a repository that is gone", null],
    ["no repository", undefined],
    ["a repository without an id", { full_name: OURS.full_name }],
  ])("is a fork with %s", (_, repository) => {
    const event = pull({ head: { sha: HEAD, repo: repository } });
    expect(on(event).isFork).toBe(true);
    const target = { ...GITHUB, GITHUB_EVENT_NAME: "pull_request_target" };
    expect(on(event, target).isFork).toBe(true);
  });

  it.each([
    { forge: "gitlab" },
    { repository: "mallory/connections" },
    { pullRequest: "8" },
  ] as const)("stays a fork with the options %j", (options) => {
    expect(on(pull({}, null), GITHUB, options).isFork).toBe(true);
  });

  it("is a fork when another workflow ran for one", () => {
    const event = {
      repository: OURS,
      workflow_run: { head_sha: HEAD, head_repository: { id: 2 } },
    };
    const env = { ...GITHUB, GITHUB_EVENT_NAME: "workflow_run" };
    expect(on(event, env).isFork).toBe(true);
  });

  it.each(["2", ""])("is a fork on GitLab with the source %j", (source) => {
    const env = { ...GITLAB, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source };
    expect(reviewPlace(env, undefined, {}).isFork).toBe(true);
  });

  it.each([
    ["no pull request", {}],
    ["a number that is text", pull({ number: "7" })],
    ["a number below one", pull({ number: 0 })],
    ["a number with a fraction", pull({ number: 1.5 })],
    ["a number beyond all", pull({ number: 1e300 })],
    ["a commit that is a branch", pull({ head: { sha: "main", repo: OURS } })],
    [
      "a commit that is an option",
      pull({ base: { sha: "--all", repo: OURS } }),
    ],
    ["a list", []],
  ])("cannot be told by an event with %s", (_, event) => {
    expect(() => on(event)).toThrow(usage);
  });

  it("is left to the forge where a comment or an option says the number", () => {
    const event = {
      action: "created",
      repository: OURS,
      issue: { number: 7, pull_request: { url: "" } },
    };
    const env = { ...GITHUB, GITHUB_EVENT_NAME: "issue_comment" };
    expect(on(event, env)).toMatchObject({ pullRequest: 7, isUntold: true });
    expect(on(pull(), GITHUB, { pullRequest: "8" }).isUntold).toBe(true);
    expect(on(pull(), GITHUB, { pullRequest: "7" }).isUntold).toBe(false);
    expect(reviewPlace({}, undefined, {}).isUntold).toBe(false);
  });

  it("cannot be told without the event of a pull request", () => {
    expect(() => reviewPlace(GITHUB, undefined, {})).toThrow(usage);
    expect(() => reviewPlace(GITHUB, "{", {})).toThrow(usage);
  });

  it.each(["0", "-1", "1e3", "7/../8", "99999999999", "seven"])(
    "takes no %j for a number",
    (pullRequest) => {
      expect(() => on(pull(), GITHUB, { pullRequest })).toThrow(usage);
    },
  );

  it.each(["acme", "acme/..", "acme/a/b", "acme/a?b", "acme/a#b", "../acme"])(
    "takes no %j for a repository",
    (repository) => {
      expect(() => on(pull(), GITHUB, { repository })).toThrow(usage);
    },
  );

  it("forgets the commits of the event for another pull request", () => {
    expect(on(pull(), GITHUB, { pullRequest: "8" })).toMatchObject({
      pullRequest: 8,
      headCommit: null,
      baseCommit: null,
    });
  });
});
