import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  connectionText,
  environmentText,
  tieline,
  type CliResult,
} from "./cli.ts";
import { aGithub, JOB_TOKEN, type FakeForge } from "./fake-forge.ts";
import { aRepository, type Repositories } from "./repository.ts";

export const READ = "https://www.googleapis.com/auth/gmail.readonly";
export const SEND = "https://www.googleapis.com/auth/gmail.send";

/** Settings of `prod` with a rule about approvals, or without one. */
export function prodText(approvals: string | null): string {
  return environmentText(
    "embedded:",
    approvals === null ? [] : [`approvals: ${approvals}`],
  ).replace("environment: dev", "environment: prod");
}

/** One connection of `prod`. */
export function mailText(scopes: readonly string[] = [READ, SEND]): string {
  return connectionText("mail", scopes);
}

/** A repository with `prod`, a pull request that changes it, and the jobs of both. */
export interface ApprovalBench {
  readonly fake: FakeForge;
  readonly clone: string;
  readonly repositories: Repositories;
  readonly baseCommit: string;
  readonly git: (...args: string[]) => string;
  /** Commits what the pull request proposes. */
  propose(files: Readonly<Record<string, string>>): Promise<string>;
  review(args?: readonly string[]): Promise<CliResult>;
  /** Merges what is proposed: a commit of its own, or one with everything in it. */
  merge(how?: "merge" | "squash"): string;
  /** Everybody who is named approves the newest commit. */
  approve(...users: readonly string[]): void;
  apply(args?: readonly string[], more?: JobEvent): Promise<CliResult>;
}

/** What the job is told beside the usual. */
export interface JobEvent {
  readonly name?: string;
  readonly event?: object;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts with `prod` as these settings have it. */
export async function approvalBench(
  approvals: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<ApprovalBench> {
  const fake = await aGithub();
  const repositories = await aRepository();
  const clone = await repositories.clone();
  const git = (...args: string[]): string =>
    repositories.git(clone, ...args).trim();
  const baseCommit = await repositories.commit(clone, {
    "connections/mail.yaml": mailText([READ]),
    "environments/prod/environment.yaml": prodText(approvals),
    ...more,
  });
  fake.change.baseCommit = baseCommit;
  const file = join(dirname(repositories.bare), "event.json");
  const run = async (
    args: readonly string[],
    { name = "push", event, env = {} }: JobEvent,
  ): Promise<CliResult> => {
    await writeFile(file, JSON.stringify(event));
    return tieline(args, {
      cwd: clone,
      env: {
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_NAME: name,
        GITHUB_EVENT_PATH: file,
        GITHUB_API_URL: fake.apiUrl,
        GITHUB_REPOSITORY: fake.repository,
        GITHUB_TOKEN: JOB_TOKEN,
        ...env,
      },
    });
  };
  return {
    fake,
    clone,
    repositories,
    baseCommit,
    git,
    async propose(files) {
      fake.headCommit = await repositories.commit(clone, files);
      fake.change.files = Object.keys(files).map((each) => ({ name: each }));
      return fake.headCommit;
    },
    review: (args = []) =>
      run(["review", ...args], {
        name: "pull_request",
        event: {
          action: "opened",
          pull_request: {
            number: fake.pullRequest,
            head: { sha: fake.headCommit, repo: { id: 1 } },
            base: { ref: "main", sha: baseCommit, repo: { id: 1 } },
          },
        },
      }),
    merge(how = "merge") {
      const { headCommit: head } = fake;
      git("checkout", "--quiet", "--detach", baseCommit);
      if (how === "merge")
        git("merge", "--quiet", "--no-ff", "-m", "merge", head);
      else {
        git("merge", "--quiet", "--squash", head);
        git("commit", "--quiet", "--message", "squashed");
      }
      fake.change.state = "merged";
      fake.change.mergeCommit = git("rev-parse", "HEAD");
      return fake.change.mergeCommit;
    },
    approve(...users) {
      for (const user of users)
        fake.change.reviews.push({
          user,
          state: "APPROVED",
          commit: fake.headCommit,
        });
    },
    apply: (args = [], { name, event, env } = {}) =>
      run(["apply", "prod", "--expect-approved", ...args], {
        ...(name === undefined ? {} : { name }),
        ...(env === undefined ? {} : { env }),
        event: event ?? {
          ref: "refs/heads/main",
          before: baseCommit,
          after: git("rev-parse", "HEAD"),
        },
      }),
  };
}
