import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  connectionText,
  environmentText,
  tieline,
  type CliResult,
} from "../support/cli.ts";
import { aGithub, JOB_TOKEN, type FakeForge } from "../support/fake-forge.ts";
import { aRepository } from "../support/repository.ts";

const HOSTILE = "@everyone <script>alert(1)</script> [x](https://evil.example)";

interface Scene {
  readonly fake: FakeForge;
  readonly artifact: () => Promise<Record<string, unknown>>;
  /** Posts what the artifact says, or something else in its place. */
  readonly post: (
    value?: unknown,
    run?: Readonly<Record<string, unknown>>,
  ) => Promise<CliResult>;
}

/** A fork's job that planned from a snapshot, and the one that comes after it. */
async function aScene(): Promise<Scene> {
  const fake = await aGithub();
  const repositories = await aRepository();
  const clone = await repositories.clone();
  const place = (name: string): string =>
    join(dirname(repositories.bare), name);
  const base = await repositories.commit(clone, {
    "connections/gmail.yaml": connectionText("gmail", ["read"]),
    "environments/dev/environment.yaml": environmentText(),
  });
  await mkdir(place("snapshots"));
  const taken = await tieline(
    ["snapshot", "dev", "--out", place("snapshots/dev.json")],
    { cwd: clone },
  );
  expect(taken.status, taken.stderr).toBe(0);
  fake.headCommit = await repositories.commit(clone, {
    "connections/gmail.yaml": connectionText(
      "gmail",
      ["read", "send"],
      [`description: ${JSON.stringify(HOSTILE)}`],
    ),
  });
  fake.isFork = true;
  const github = async (name: string, event: object) => {
    await writeFile(place("event.json"), JSON.stringify(event));
    return {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: place("event.json"),
      GITHUB_API_URL: fake.apiUrl,
      GITHUB_REPOSITORY: fake.repository,
    };
  };
  const file = place("review.json");
  const planned = await tieline(
    ["review", "--snapshot", place("snapshots"), "--artifact", file],
    {
      cwd: clone,
      env: await github("pull_request", {
        pull_request: {
          number: 7,
          head: { sha: fake.headCommit, repo: { id: 2 } },
          base: { sha: base, repo: { id: 1 } },
        },
      }),
    },
  );
  expect(planned.status, planned.stdout + planned.stderr).toBe(0);
  expect(fake.seen).toEqual([]);
  const artifact = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  return {
    fake,
    artifact,
    post: async (value, run = {}) => {
      const text = JSON.stringify(value ?? (await artifact()));
      await writeFile(place("posted.json"), text);
      return tieline(["review", "--from-artifact", place("posted.json")], {
        cwd: clone,
        env: {
          ...(await github("workflow_run", {
            repository: { id: 1 },
            workflow_run: {
              event: "pull_request",
              head_sha: fake.headCommit,
              head_branch: "topic",
              head_repository: { id: 2, owner: { login: "mallory" } },
              pull_requests: [],
              ...run,
            },
          })),
          GITHUB_TOKEN: JOB_TOKEN,
        },
      });
    },
  };
}

describe("the artifact of a review", { timeout: 180_000 }, () => {
  it("is posted by a job that may, once, and says whose word it is", async () => {
    const { fake, post } = await aScene();
    for (let run = 0; run < 2; run += 1) {
      const result = await post();
      expect(result.status, result.stdout + result.stderr).toBe(0);
    }
    expect(fake.comments).toHaveLength(1);
    const body = fake.comments[0]?.body ?? "";
    expect(body).toContain("A job of the fork made these plans");
    expect(body).not.toMatch(/@everyone|<script|\]\(https:\/\/evil/u);
    // No mark that anything could take an approved digest from.
    expect(body.split("\n")[0]).toMatch(
      /^<!-- tieline-review:v1 key=[0-9a-f]{16} commit=[0-9a-f]{40} -->$/u,
    );
    // What a ruleset asks for by its name is not set by anybody's job.
    expect(new Set(fake.statuses.map(({ name }) => name))).toEqual(
      new Set(["tieline (untrusted)"]),
    );
  });

  it("is held against the run, the forge and itself", async () => {
    const { fake, artifact, post } = await aScene();
    const genuine = await artifact();
    const environments = genuine["environments"] as readonly {
      plan: { summary: object; environment: string };
    }[];
    const withPlan = (plan: object): object => ({
      ...genuine,
      environments: environments.map((each) => ({
        ...each,
        plan: { ...each.plan, ...plan },
      })),
    });
    const cases: readonly (readonly [string, unknown, object, string])[] = [
      [
        "another commit",
        { ...genuine, head_commit: "b".repeat(40) },
        {},
        "REV002",
      ],
      ["a number of its own", { ...genuine, pull_request: 1 }, {}, "SNP007"],
      ["no object", [], {}, "SNP007"],
      ["a later format", { ...genuine, format_version: "1.1" }, {}, "SNP007"],
      ["an edited plan", withPlan({ production: true }), {}, "SNP007"],
      ["another environment", withPlan({ environment: "prod" }), {}, "SNP007"],
      ["no plan", withPlan({ kind: "x" }), {}, "SNP007"],
      ["a push", genuine, { event: "push" }, "CLI001"],
      ["another branch", genuine, { head_branch: "else" }, "CLI001"],
      ["an owner that is none", genuine, { head_repository: null }, "CLI001"],
    ];
    for (const [name, value, run, code] of cases) {
      const result = await post(value, { ...run });
      expect(result.status, name).not.toBe(0);
      expect(result.stdout + result.stderr, name).toContain(code);
    }
    expect(fake.comments).toEqual([]);
    expect(fake.statuses).toEqual([]);
  });

  it("is left alone when the pull request has a newer commit", async () => {
    const { fake, post } = await aScene();
    const head_sha = fake.headCommit;
    fake.headCommit = "c".repeat(40);
    const result = await post(undefined, { head_sha });
    expect(result.status).toBe(64);
    expect(fake.comments).toEqual([]);
  });
});
