import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  connectionText,
  environmentText,
  tieline,
  type CliResult,
} from "../support/cli.ts";
import {
  aGithub,
  aGitlab,
  JOB_TOKEN,
  type FakeForge,
} from "../support/fake-forge.ts";
import { aRepository, type Repositories } from "../support/repository.ts";

const READ = "https://www.googleapis.com/auth/gmail.readonly";
const SEND = "https://www.googleapis.com/auth/gmail.send";

const BASE: Readonly<Record<string, string>> = {
  "connections/gmail.yaml": connectionText("gmail", [READ]),
  "environments/dev/environment.yaml": environmentText(),
  "environments/prod/environment.yaml": environmentText().replace(
    "environment: dev",
    "environment: prod",
  ),
  "environments/prod/connections/only-prod.yaml": connectionText("only-prod", [
    READ,
  ]),
};

const ONLY_PROD = {
  "environments/prod/connections/only-prod.yaml": connectionText("only-prod", [
    READ,
    SEND,
  ]),
};

interface Bench {
  readonly fake: FakeForge;
  readonly clone: string;
  readonly repositories: Repositories;
  readonly baseCommit: string;
  /** Commits and makes the commit what the pull request proposes. */
  readonly push: (files: Readonly<Record<string, string>>) => Promise<string>;
  /** Runs it as a job of GitHub Actions does. */
  readonly review: (
    args?: readonly string[],
    more?: {
      readonly event?: object;
      readonly env?: Readonly<Record<string, string>>;
    },
  ) => Promise<CliResult>;
  /** A file of the step. */
  readonly stepFile: (name: string) => string;
}

async function bench(): Promise<Bench> {
  const fake = await aGithub();
  const repositories = await aRepository();
  const clone = await repositories.clone();
  const baseCommit = await repositories.commit(clone, BASE);
  const stepFile = (name: string): string =>
    join(dirname(repositories.bare), name);
  return {
    fake,
    clone,
    repositories,
    baseCommit,
    stepFile,
    async push(files) {
      const commit = await repositories.commit(clone, files);
      fake.headCommit = commit;
      return commit;
    },
    async review(args = [], { event, env = {} } = {}) {
      const payload = event ?? pullRequestEvent(fake, baseCommit, "opened");
      await writeFile(stepFile("event.json"), JSON.stringify(payload));
      await writeFile(stepFile("summary.md"), "earlier\n");
      await writeFile(stepFile("outputs"), "");
      return tieline(["review", ...args], {
        cwd: clone,
        env: {
          CI: "true",
          GITHUB_ACTIONS: "true",
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: stepFile("event.json"),
          GITHUB_STEP_SUMMARY: stepFile("summary.md"),
          GITHUB_OUTPUT: stepFile("outputs"),
          GITHUB_API_URL: fake.apiUrl,
          GITHUB_REPOSITORY: fake.repository,
          GITHUB_TOKEN: JOB_TOKEN,
          ...env,
        },
      });
    },
  };
}

/**
 * @remarks Source: GitHub, "Webhook events and payloads": pull_request; what a review reads of it.
 */
function pullRequestEvent(
  fake: FakeForge,
  baseCommit: string,
  action: "opened" | "synchronize",
  headRepository: { id: number; full_name: string } | null = {
    id: 1,
    full_name: fake.repository,
  },
): object {
  const repository = { id: 1, full_name: fake.repository, private: true };
  return {
    action,
    number: fake.pullRequest,
    repository,
    pull_request: {
      number: fake.pullRequest,
      state: "open",
      draft: false,
      head: { ref: "topic", sha: fake.headCommit, repo: headRepository },
      base: { ref: "main", sha: baseCommit, repo: repository },
    },
  };
}

describe("tieline review", { timeout: 60_000 }, () => {
  it("plans what a change touches, and nothing else", async () => {
    const { fake, push, review, stepFile } = await bench();
    const commit = await push(ONLY_PROD);
    const { status } = await review();
    expect(status).toBe(0);
    expect(fake.comments).toHaveLength(1);
    const body = fake.comments[0]?.body ?? "";
    expect(body).toContain("<code>prod</code>");
    expect(body).not.toContain("<code>dev</code>");
    expect(body).toContain(commit.slice(0, 12));
    expect(fake.statuses).toEqual([
      {
        commit,
        name: "tieline",
        state: "success",
        description: "planned: prod",
      },
    ]);
    const summary = await readFile(stepFile("summary.md"), "utf8");
    expect(summary).toMatch(/^earlier\n### tieline/u);
    const outputs = await readFile(stepFile("outputs"), "utf8");
    expect(outputs).toMatch(/^environments<<(\S+)\n\["prod"\]\n\1\n/u);
  });

  it("plans both environments for a base document, and neither for a comment", async () => {
    const { fake, push, review } = await bench();
    const text = connectionText("gmail", [READ]);
    await push({ "connections/gmail.yaml": `# why\n${text}` });
    expect((await review()).status).toBe(0);
    expect(fake.comments).toEqual([]);
    expect(fake.statuses.at(-1)).toMatchObject({
      state: "success",
      description: "no environment is touched",
    });
    await push({ "connections/gmail.yaml": connectionText("gmail", [SEND]) });
    expect((await review()).status).toBe(0);
    expect(fake.statuses.at(-1)?.description).toBe("planned: dev, prod");
  });

  it("keeps one comment, which says what it takes the place of", async () => {
    const { fake, push, review, baseCommit } = await bench();
    const first = await push(ONLY_PROD);
    await review();
    const second = await push({
      "environments/prod/connections/only-prod.yaml": connectionText(
        "only-prod",
        [SEND],
      ),
    });
    const event = pullRequestEvent(fake, baseCommit, "synchronize");
    expect((await review([], { event })).status).toBe(0);
    expect(fake.comments).toHaveLength(1);
    expect(fake.comments[0]?.body).toContain(second.slice(0, 12));
    expect(fake.comments[0]?.body).toContain(
      `Takes the place of the plans for commit <code>${first.slice(0, 12)}</code>`,
    );
  });

  it("posts a failing status and a comment for documents that are wrong", async () => {
    const { fake, push, review } = await bench();
    const commit = await push({
      "environments/prod/connections/only-prod.yaml": "connection_id: [",
    });
    expect((await review()).status).toBe(3);
    expect(fake.statuses).toMatchObject([{ commit, state: "failure" }]);
    expect(fake.comments[0]?.body).toContain("**no plan**");
  });

  it("posts a failing status when planning throws", async () => {
    const { fake, push, review } = await bench();
    const commit = await push({
      "environments/prod/environment.yaml": environmentText(
        "https://nobody.invalid",
      ).replace("environment: dev", "environment: prod"),
    });
    expect((await review()).status).not.toBe(0);
    expect(fake.statuses).toMatchObject([{ commit, state: "failure" }]);
  });

  it("posts a failing status when the comment cannot be written", async () => {
    const { fake, push, review } = await bench();
    const commit = await push(ONLY_PROD);
    fake.tokens.set("status-only-token", {
      user: "weak",
      rights: new Set(["statuses"]),
    });
    const env = { GITHUB_TOKEN: "status-only-token" };
    const { status, stdout, stderr } = await review([], { env });
    expect(status).toBe(7);
    expect(stdout + stderr).toContain("REV001");
    expect(stdout + stderr).not.toContain("status-only-token");
    expect(fake.statuses).toMatchObject([{ commit, state: "failure" }]);
  });

  it("ends with failure for an environment that is gone or was expected", async () => {
    const { fake, push, review, repositories, clone } = await bench();
    repositories.git(clone, "rm", "-r", "--quiet", "environments/prod");
    await push({ "README.md": "without prod\n" });
    expect((await review()).status).toBe(3);
    expect(fake.statuses.at(-1)?.description).toContain("prod failed: REV002");
    expect((await review(["--expect-environments", "dev"])).status).toBe(0);
    expect(fake.statuses.at(-1)?.description).toBe("planned: dev");
    const missing = await review(["--expect-environments", "dev,staging"]);
    expect(missing.status).toBe(3);
    expect(fake.statuses.at(-1)?.state).toBe("failure");
  });

  it("ends with failure for an environment that lost every connection", async () => {
    const { fake, push, review, repositories, clone } = await bench();
    const all = ["connections", "environments/prod/connections"];
    repositories.git(clone, "rm", "-r", "--quiet", ...all);
    await push({ "README.md": "without connections\n" });
    expect((await review()).status).toBe(3);
    expect(fake.statuses.at(-1)?.state).toBe("failure");
  });

  it("plans nothing when another commit is checked out", async () => {
    const { fake, push, review, repositories, clone, baseCommit } =
      await bench();
    await push(ONLY_PROD);
    repositories.git(clone, "checkout", "--quiet", "--detach", baseCommit);
    expect((await review()).status).toBe(5);
    expect(fake.statuses.at(-1)).toMatchObject({
      commit: fake.headCommit,
      state: "failure",
      description: "review failed: REV002",
    });
  });

  it("reads the merge that GitHub checks out, and reports at the proposed commit", async () => {
    const { fake, push, review, repositories, clone, baseCommit } =
      await bench();
    const commit = await push(ONLY_PROD);
    const git = (...args: string[]): string => repositories.git(clone, ...args);
    git("checkout", "--quiet", "--detach", baseCommit);
    git("merge", "--quiet", "--no-ff", "--message", "merge", commit);
    expect((await review()).status).toBe(0);
    expect(fake.statuses).toMatchObject([{ commit, state: "success" }]);
  });

  it("sends nothing for the change of a fork", async () => {
    const { fake, push, review, baseCommit } = await bench();
    await push(ONLY_PROD);
    const fork = { id: 2, full_name: "mallory/connections" };
    const event = pullRequestEvent(fake, baseCommit, "opened", fork);
    const result = await review(["--json"], { event });
    expect(result.status).toBe(6);
    expect(JSON.parse(result.stdout)).toMatchObject({
      environments: [{ name: "prod", error: { code: "REV003" } }],
    });
    expect(fake.seen).toEqual([]);
  });

  it("plans the change of a fork from a snapshot, and sends nothing", async () => {
    const { fake, push, review, baseCommit, clone, stepFile } = await bench();
    const snapshot = stepFile("snapshots/prod.json");
    const take = ["snapshot", "prod", "--out", snapshot];
    await mkdir(dirname(snapshot));
    const taken = await tieline(take, { cwd: clone });
    expect(taken.status, taken.stderr).toBe(0);
    await push(ONLY_PROD);
    const asked = await tieline(["plan", "prod", "--json"], { cwd: clone });
    const fork = { id: 2, full_name: "mallory/connections" };
    const event = pullRequestEvent(fake, baseCommit, "opened", fork);
    for (const path of [snapshot, dirname(snapshot)]) {
      const args = ["--snapshot", path, "--json"];
      const result = await review(args, { event });
      expect(result.status, result.stderr).toBe(0);
      const found = JSON.parse(result.stdout) as {
        environments: { plan: { intent_digest: string } }[];
      };
      expect(found.environments[0]?.plan.intent_digest).toBe(
        (JSON.parse(asked.stdout) as { intent_digest: string }).intent_digest,
      );
    }
    const missing = await review(["--snapshot", "nowhere"], { event });
    expect(missing.status).toBe(64);
    expect(fake.seen).toEqual([]);
  });

  it("believes the forge where the event does not tell a fork", async () => {
    const { fake, push, review, baseCommit } = await bench();
    await push(ONLY_PROD);
    fake.isFork = true;
    const more = {
      event: {
        action: "created",
        issue: { number: fake.pullRequest, pull_request: {} },
      },
      env: { GITHUB_EVENT_NAME: "issue_comment" },
    };
    const { status } = await review(["--base", baseCommit], more);
    expect(status).toBe(6);
    expect(fake.comments).toEqual([]);
    const untold = await review(["--dry-run", "--base", baseCommit], more);
    expect(untold.status).toBe(64);
  });

  it("prints what would be posted with --dry-run, and sends nothing", async () => {
    const { fake, push, review } = await bench();
    await push(ONLY_PROD);
    const { status, stdout } = await review(["--dry-run"]);
    expect(status).toBe(0);
    expect(stdout).toContain("tieline-review:v1");
    expect(fake.seen).toEqual([]);
  });

  it("does the same for a merge request of GitLab", async () => {
    const { push, clone, baseCommit } = await bench();
    const gitlab = await aGitlab();
    const commit = await push(ONLY_PROD);
    gitlab.headCommit = commit;
    const run = (env: Readonly<Record<string, string>>): Promise<CliResult> =>
      tieline(["review"], {
        cwd: clone,
        env: {
          CI: "true",
          GITLAB_CI: "true",
          CI_API_V4_URL: gitlab.apiUrl,
          CI_MERGE_REQUEST_PROJECT_ID: "1",
          CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1",
          CI_MERGE_REQUEST_IID: "7",
          CI_MERGE_REQUEST_DIFF_BASE_SHA: baseCommit,
          CI_COMMIT_SHA: commit,
          TIELINE_REPOSITORY: gitlab.repository,
          GITLAB_TOKEN: JOB_TOKEN,
          ...env,
        },
      });
    expect((await run({})).status).toBe(0);
    expect((await run({})).status).toBe(0);
    expect(gitlab.comments).toHaveLength(1);
    expect(gitlab.statuses.at(-1)).toMatchObject({ commit, state: "success" });
    const seen = gitlab.seen.length;
    expect(
      (await run({ CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2" })).status,
    ).toBe(6);
    expect(gitlab.seen).toHaveLength(seen);
  });
});
