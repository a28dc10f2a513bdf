/** A repository as its users have it, with pipelines in it: for running them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { API_CREDENTIALS } from "./api.ts";
import { PROGRAM } from "./cli.ts";
import type { Occasion } from "./workflow.ts";

/**
 * What a repository has for its jobs: the program as a package of the lockfile, which is the built
 * one.
 */
export const PACKAGE_FILES: Readonly<Record<string, string>> = {
  "package.json": json({
    name: "configuration",
    private: true,
    devDependencies: { tieline: "file:tools/tieline" },
  }),
  "package-lock.json": json({
    name: "configuration",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": {
        name: "configuration",
        devDependencies: { tieline: "file:tools/tieline" },
      },
      "node_modules/tieline": { resolved: "tools/tieline", link: true },
      "tools/tieline": {
        name: "tieline",
        version: "0.1.0",
        dev: true,
        bin: { tieline: "tieline.cjs" },
      },
    },
  }),
  "tools/tieline/package.json": json({
    name: "tieline",
    version: "0.1.0",
    bin: { tieline: "tieline.cjs" },
  }),
  // npm makes it executable where it puts it.
  "tools/tieline/tieline.cjs": `#!/usr/bin/env node\nrequire(${JSON.stringify(PROGRAM)});\n`,
  ".gitignore": "node_modules/\n.tieline/\n",
};

/** The credentials of environments as the pipelines name them. */
export function secretsFor(
  ...environments: readonly string[]
): Record<string, string> {
  return Object.fromEntries(
    environments.flatMap((name) => {
      const part = name.toUpperCase().replaceAll("-", "_");
      return [
        [
          `SCALEKIT_${part}_CLIENT_ID`,
          API_CREDENTIALS["SCALEKIT_CLIENT_ID"] ?? "",
        ],
        [
          `SCALEKIT_${part}_CLIENT_SECRET`,
          API_CREDENTIALS["SCALEKIT_CLIENT_SECRET"] ?? "",
        ],
      ];
    }),
  );
}

/** What whoever opens a pull request may call things: nothing of it may ever reach a shell. */
export const HOSTILE_TEXT =
  '$(touch pwned)`touch pwned`"; touch pwned; #\n::set-output name=a::b\n::add-mask::x';

/** Where an event happens. */
export interface EventPlace {
  readonly repository: string;
  readonly number: number;
  readonly head: string;
  readonly base: string;
  /** Full name of the repository that the commits come from. */
  readonly from?: string;
}

/** @remarks Source: GitHub, "Webhook events and payloads": pull_request. */
export function pullRequestPayload(
  place: EventPlace,
  action = "opened",
): object {
  const { repository, number, head, base, from = repository } = place;
  return {
    action,
    number,
    repository: aRepositoryObject(repository),
    sender: { login: "somebody", type: "User" },
    pull_request: {
      number,
      title: HOSTILE_TEXT,
      body: HOSTILE_TEXT,
      state: "open",
      draft: false,
      user: { login: "somebody", type: "User" },
      head: {
        ref: HOSTILE_TEXT,
        label: HOSTILE_TEXT,
        sha: head,
        repo: aRepositoryObject(from, from === repository ? 1 : 2),
      },
      base: { ref: "main", sha: base, repo: aRepositoryObject(repository) },
    },
  };
}

/** @remarks Source: GitHub, "Webhook events and payloads": push. */
export function pushPayload(
  repository: string,
  before: string,
  after: string,
): object {
  return {
    ref: "refs/heads/main",
    before,
    after,
    repository: aRepositoryObject(repository),
    head_commit: { id: after, message: HOSTILE_TEXT },
    commits: [{ id: after, message: HOSTILE_TEXT }],
  };
}

/** @remarks Source: GitHub, "Webhook events and payloads": merge_group. */
export function mergeGroupPayload(
  repository: string,
  base: string,
  head: string,
): object {
  return {
    action: "checks_requested",
    merge_group: {
      head_sha: head,
      head_ref: "refs/heads/gh-readonly-queue/main/pr-7-x",
      base_sha: base,
      base_ref: "refs/heads/main",
      head_commit: { id: head, message: HOSTILE_TEXT },
    },
    repository: aRepositoryObject(repository),
  };
}

/** @remarks Source: GitHub, "Webhook events and payloads": issue_comment. */
export function commentPayload(
  repository: string,
  number: number,
  { body, login }: { readonly body: string; readonly login: string },
): object {
  return {
    action: "created",
    issue: { number, title: HOSTILE_TEXT, pull_request: { url: "" } },
    comment: { id: 1, body, user: { login, type: "User" } },
    repository: aRepositoryObject(repository),
    sender: { login, type: "User" },
  };
}

/** @remarks Source: GitHub, "Events that trigger workflows": schedule. */
export function schedulePayload(repository: string): object {
  return { schedule: "41 4 * * *", repository: aRepositoryObject(repository) };
}

function aRepositoryObject(name: string, id = 1): object {
  return {
    id,
    full_name: name,
    private: true,
    default_branch: "main",
    description: HOSTILE_TEXT,
  };
}

/** The variables of jobs that nobody but the pipeline may have. */
export function secretsGiven(
  given: Readonly<Record<string, string>>,
  secrets: NonNullable<Occasion["secrets"]>,
): string[] {
  const values = new Set(Object.values(secrets).flatMap(Object.values));
  return Object.entries(given)
    .filter(([, value]) => values.has(value))
    .map(([name]) => name);
}

/** A file that was written into a clone. */
export function fileOf(folder: string, path: string): Promise<string> {
  return readFile(join(folder, path), "utf8");
}

function json(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
