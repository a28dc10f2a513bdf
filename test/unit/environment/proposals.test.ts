import { expect, it } from "vitest";
import { createScrubber } from "../../../src/domain/secret/scrubber.ts";
import { openProposals } from "../../../src/environment/proposals.ts";
import { createFakeClock } from "../../support/clock.ts";

const MAIN = { ref: "refs/heads/main" };
const GITHUB = {
  TIELINE_PROPOSE: "github",
  GITHUB_REPOSITORY: "acme/connections",
  GITHUB_TOKEN: "a-token-of-a-forge",
};
const GITLAB = {
  TIELINE_PROPOSE: "gitlab",
  CI_PROJECT_PATH: "acme/connections",
  GITLAB_TOKEN: "a-token-of-a-forge",
};

const open = (
  env: Readonly<Record<string, string>>,
  followed: { readonly ref: string } | null = MAIN,
  scrubber = createScrubber(),
) => openProposals(followed, { env, scrubber, clock: createFakeClock() });

it.each([
  ["github", GITHUB],
  ["gitlab", GITLAB],
])(
  "opens %s for the branch that is followed, and hides its token",
  (_, env) => {
    const scrubber = createScrubber();
    expect(open(env, MAIN, scrubber)?.into).toBe("main");
    expect(scrubber.scrub("x a-token-of-a-forge x")).not.toContain("a-token");
  },
);

it("is off where nobody asks for it, token and repository or not, and in the job of a fork", () => {
  expect(open({ ...GITHUB, TIELINE_PROPOSE: "" })).toBeNull();
  const fork = {
    ...GITLAB,
    GITLAB_CI: "true",
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_PROJECT_ID: "1",
  };
  expect(open(fork)).toBeNull();
});

it.each<[string, Record<string, string>, { readonly ref: string } | null]>([
  ["another forge", { ...GITHUB, TIELINE_PROPOSE: "forgejo" }, MAIN],
  ["no token", { ...GITHUB, GITHUB_TOKEN: "" }, MAIN],
  ["no repository", { ...GITHUB, GITHUB_REPOSITORY: "" }, MAIN],
  [
    "a repository that leads elsewhere",
    { ...GITHUB, GITHUB_REPOSITORY: "../x" },
    MAIN,
  ],
  [
    "a job's token",
    { ...GITLAB, GITLAB_TOKEN: "", CI_JOB_TOKEN: "job-token-1" },
    MAIN,
  ],
  ["no branch that is followed", GITHUB, null],
  ["a ref that is no branch", GITHUB, { ref: "refs/tags/v1" }],
  ["a branch of ours", GITHUB, { ref: "refs/heads/tieline/drift-dev" }],
])("refuses %s before anything is started", (_, env, followed) => {
  expect(() => open(env, followed)).toThrow(
    expect.objectContaining({ code: "CLI110" }),
  );
});

it("sends no token to an address without https", () => {
  const env = { ...GITHUB, GITHUB_API_URL: "http://forge.example/api" };
  expect(() => open(env)).toThrow(expect.objectContaining({ code: "CLI001" }));
});
