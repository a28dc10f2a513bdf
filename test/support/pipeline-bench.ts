/** Three environments on one API, in a repository of a forge, for running pipelines. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { CI_COMMANDS } from "../../src/features/init/ci-commands.ts";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { anApi, API_CREDENTIALS } from "./api.ts";
import { connectionText, environmentText, tieline, writeFiles } from "./cli.ts";
import { aGithub, JOB_TOKEN, type FakeForge } from "./fake-forge.ts";
import { PACKAGE_FILES, secretsFor } from "./pipeline.ts";
import { aRepository, type Repositories } from "./repository.ts";
import {
  runWorkflow,
  type JobResult,
  type Occasion,
  type Workflow,
} from "./workflow.ts";

const READ = "https://www.googleapis.com/auth/gmail.readonly";
const SEND = "https://www.googleapis.com/auth/gmail.send";

/** Names of the environments, in the order in which a change goes through them. */
export const NAMES = ["dev", "staging", "prod"] as const;

/** What the forge keeps for jobs, by the environment of the job. */
export const SECRETS = {
  "connections-plan": secretsFor(...NAMES),
  dev: secretsFor("dev"),
  staging: secretsFor("staging"),
  prod: secretsFor("prod"),
};

/** Where pipelines run. */
export interface PipelineBench {
  readonly api: EmbeddedApi;
  readonly fake: FakeForge;
  readonly clone: string;
  readonly repositories: Repositories;
  /** The commit that a change begins at. */
  readonly base: string;
  /** Makes the platform what the documents of that commit say. */
  readonly applyBase: () => Promise<void>;
  /** The pull request is approved, and merged with this commit. */
  readonly merge: (head: string) => void;
  readonly run: (
    workflow: Workflow,
    occasion: Pick<Occasion, "event" | "payload" | "commit"> &
      Partial<Occasion>,
  ) => Promise<ReadonlyMap<string, JobResult>>;
}

/** Makes it; `prepare` may write more files before the first commit. */
export async function aPipelineBench(
  prepare: (clone: string) => Promise<void> = () => Promise.resolve(),
): Promise<PipelineBench> {
  const [api, fake, repositories] = await Promise.all([
    anApi(),
    aGithub(),
    aRepository(),
  ]);
  const clone = await repositories.clone();
  await writeFiles(clone, {
    ...PACKAGE_FILES,
    ...environmentFiles(api.origin),
  });
  await prepare(clone);
  const base = await repositories.commit(clone, {});
  execFileSync("bash", ["-c", CI_COMMANDS.install], { cwd: clone });
  fake.change.baseCommit = base;
  return {
    api,
    fake,
    clone,
    repositories,
    base,
    async applyBase() {
      for (const name of NAMES) {
        const env = {
          ...API_CREDENTIALS,
          SCALEKIT_ENVIRONMENT_URL: api.origin,
        };
        const args = ["apply", name, "--yes"];
        const { status, stderr } = await tieline(args, { cwd: clone, env });
        if (status !== 0) throw new Error(stderr);
      }
    },
    merge(head) {
      approve(fake, head);
      fake.change.state = "merged";
      fake.change.mergeCommit = head;
    },
    run: (workflow, occasion) =>
      runWorkflow(workflow, {
        repository: fake.repository,
        bare: repositories.bare,
        apiUrl: fake.apiUrl,
        token: JOB_TOKEN,
        secrets: SECRETS,
        installed: join(clone, "node_modules"),
        ...occasion,
      }),
  };
}

/** Somebody who may write approves a commit. */
export function approve(fake: FakeForge, commit: string): void {
  const at = "2026-03-02T12:00:00Z";
  fake.change.reviews.push({ user: "bob", state: "APPROVED", commit, at });
}

/** The documents of three environments that share nothing but their API. */
export function environmentFiles(target: string): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => [
      [
        `environments/${name}/environment.yaml`,
        environmentText(target, ["state: {backend: git}"]).replace(
          "environment: dev",
          `environment: ${name}`,
        ),
      ],
      [
        `environments/${name}/connections/mail.yaml`,
        connectionText(`mail-${name}`, [READ]),
      ],
    ]),
  );
}

/** A change of each environment that is named. */
export function changeOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [
      `environments/${name}/connections/mail.yaml`,
      connectionText(`mail-${name}`, [READ, SEND]),
    ]),
  );
}

/** What became of each job, in a word. */
export function resultsOf(
  jobs: ReadonlyMap<string, JobResult>,
): Record<string, string> {
  return Object.fromEntries(
    [...jobs].map(([name, { result }]) => [name, result]),
  );
}

/** What all jobs printed. */
export function logOf(jobs: ReadonlyMap<string, JobResult>): string {
  return [...jobs].map(([name, { log }]) => `== ${name}\n${log}`).join("\n");
}
