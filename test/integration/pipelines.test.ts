import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CI_COMMANDS } from "../../src/features/init/ci-commands.ts";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { anApi } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { changeByHand } from "../support/by-hand.ts";
import { aGithub, JOB_TOKEN, type FakeForge } from "../support/fake-forge.ts";
import {
  fileOf,
  mergeGroupPayload,
  PACKAGE_FILES,
  pullRequestPayload,
  pushPayload,
  schedulePayload,
  secretsFor,
  secretsGiven,
} from "../support/pipeline.ts";
import { aRepository, type Repositories } from "../support/repository.ts";
import {
  runWorkflow,
  workflowOf,
  type JobResult,
  type Occasion,
} from "../support/workflow.ts";

const READ = "https://www.googleapis.com/auth/gmail.readonly";
const SEND = "https://www.googleapis.com/auth/gmail.send";
const RECIPIENT =
  "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm";
const NAMES = ["dev", "staging", "prod"] as const;
const WORKFLOWS = ["review", "apply", "drift"].map(
  (name) => `.github/workflows/connections-${name}.yml`,
);
const SECRETS = {
  "connections-plan": { ...secretsFor(...NAMES) },
  dev: secretsFor("dev"),
  staging: secretsFor("staging"),
  prod: secretsFor("prod"),
};

interface Bench {
  readonly api: EmbeddedApi;
  readonly fake: FakeForge;
  readonly clone: string;
  readonly repositories: Repositories;
  readonly base: string;
  readonly run: (
    workflow: "review" | "apply" | "drift",
    occasion: Pick<Occasion, "event" | "payload" | "commit"> &
      Partial<Occasion>,
  ) => Promise<ReadonlyMap<string, JobResult>>;
}

/** Three environments on one API, and what `init --ci` writes for them. */
async function bench(): Promise<Bench> {
  const [api, fake, repositories] = await Promise.all([
    anApi(),
    aGithub(),
    aRepository(),
  ]);
  const clone = await repositories.clone();
  await writeFiles(clone, { ...PACKAGE_FILES, ...environments(api.origin) });
  const made = await init(clone, "github");
  expect(made.status, made.stderr).toBe(0);
  const base = await repositories.commit(clone, {});
  execFileSync("bash", ["-c", CI_COMMANDS.install], { cwd: clone });
  return {
    api,
    fake,
    clone,
    repositories,
    base,
    async run(workflow, occasion) {
      const path = `.github/workflows/connections-${workflow}.yml`;
      return runWorkflow(workflowOf(await fileOf(clone, path)), {
        repository: fake.repository,
        bare: repositories.bare,
        apiUrl: fake.apiUrl,
        token: JOB_TOKEN,
        secrets: SECRETS,
        installed: join(clone, "node_modules"),
        ...occasion,
      });
    },
  };
}

function environments(target: string): Record<string, string> {
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

function init(cwd: string, system: string): Promise<CliResult> {
  return tieline(["init", "--ci", system], { cwd });
}

/** A change of each environment, as the commit that a pull request proposes. */
function change(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [
      `environments/${name}/connections/mail.yaml`,
      connectionText(`mail-${name}`, [READ, SEND]),
    ]),
  );
}

function resultsOf(
  jobs: ReadonlyMap<string, JobResult>,
): Record<string, string> {
  return Object.fromEntries(
    [...jobs].map(([name, { result }]) => [name, result]),
  );
}

describe("init --ci github", { timeout: 60_000 }, () => {
  it("plans a pull request, applies what was merged in order, and watches it", async () => {
    const { run, fake, repositories, clone, base, api } = await bench();
    const head = await repositories.commit(clone, change(["prod"]));
    fake.headCommit = head;
    const place = { repository: fake.repository, number: 7, head, base };
    const reviewed = await run("review", {
      event: "pull_request",
      payload: pullRequestPayload(place),
      commit: head,
    });
    expect(resultsOf(reviewed), logOf(reviewed)).toEqual({
      lint: "success",
      review: "success",
    });
    expect(fake.comments).toHaveLength(1);
    expect(fake.statuses).toMatchObject([{ commit: head, state: "success" }]);
    expect(secretsGiven(reviewed.get("lint")?.given ?? {}, SECRETS)).toEqual(
      [],
    );

    const applied = await run("apply", {
      event: "push",
      payload: pushPayload(fake.repository, base, head),
      commit: head,
    });
    expect([...applied.keys()]).toEqual(NAMES.map((name) => `apply-${name}`));
    expect(Object.values(resultsOf(applied)), logOf(applied)).toEqual(
      NAMES.map(() => "success"),
    );
    for (const [name, { given }] of applied)
      expect(secretsGiven(given, SECRETS)).toEqual(
        Object.keys(secretsFor(name.replace("apply-", ""))),
      );

    const occasion = {
      event: "schedule",
      payload: schedulePayload(fake.repository),
      commit: head,
    };
    expect(
      new Set(Object.values(resultsOf(await run("drift", occasion)))),
    ).toEqual(new Set(["success"]));
    await changeByHand(api, "mail-prod", ["by-hand"], {
      SCALEKIT_CLIENT_ID: SECRETS.prod["SCALEKIT_PROD_CLIENT_ID"] ?? "",
      SCALEKIT_CLIENT_SECRET: SECRETS.prod["SCALEKIT_PROD_CLIENT_SECRET"] ?? "",
    });
    const drifted = await run("drift", occasion);
    expect(resultsOf(drifted)).toEqual({
      "drift-dev": "success",
      "drift-staging": "success",
      "drift-prod": "failure",
    });
    expect(drifted.get("drift-prod")?.status).toBe(2);
    expect(drifted.get("drift-prod")?.summary).toContain("mail-prod");
  });

  it("carries nothing on after an environment that failed, and applies no other branch", async () => {
    const { run, fake, repositories, clone, base } = await bench();
    const head = await repositories.commit(clone, {
      "environments/staging/connections/mail.yaml": "connection_id: [",
    });
    const occasion = {
      event: "push",
      payload: pushPayload(fake.repository, base, head),
      commit: head,
    };
    const results = resultsOf(await run("apply", occasion));
    expect(results).toEqual({
      "apply-dev": "success",
      "apply-staging": "failure",
      "apply-prod": "skipped",
    });
    const other = await run("apply", { ...occasion, refName: "topic" });
    expect(new Set(Object.values(resultsOf(other)))).toEqual(
      new Set(["skipped"]),
    );
  });

  it("reports to a merge queue", async () => {
    const { run, fake, repositories, clone, base } = await bench();
    const head = await repositories.commit(clone, change(["dev"]));
    const jobs = await run("review", {
      event: "merge_group",
      payload: mergeGroupPayload(fake.repository, base, head),
      commit: head,
    });
    expect(resultsOf(jobs)["review"], logOf(jobs)).toBe("success");
    expect(fake.statuses).toMatchObject([{ commit: head, state: "success" }]);
    expect(fake.comments).toEqual([]);
  });

  it("gives a fork's pull request neither credentials nor a job that has them", async () => {
    const { run, fake, repositories, clone, base } = await bench();
    const head = await repositories.commit(clone, change(["prod"]));
    const from = "mallory/connections";
    const place = { repository: fake.repository, number: 7, head, base, from };
    const jobs = await run("review", {
      event: "pull_request",
      payload: pullRequestPayload(place),
      commit: head,
    });
    expect(resultsOf(jobs)).toEqual({ lint: "success", review: "skipped" });
    expect(fake.seen).toEqual([]);
  });
});

describe("files of init --ci", { timeout: 60_000 }, () => {
  it("are written once, and over nothing", async () => {
    const root = await aWorkspace(environments("https://acme.scalekit.com"));
    expect((await init(root, "github")).status).toBe(0);
    const again = await tieline(["init", "--ci", "github", "--json"], {
      cwd: root,
    });
    expect(JSON.parse(again.stdout)).toMatchObject({
      kind: "pipelines",
      files: [],
      unchanged: WORKFLOWS,
    });
    const [path = ""] = WORKFLOWS;
    await writeFile(join(root, path), "# mine\n");
    const refused = await init(root, "github");
    expect(refused.status).toBe(64);
    expect(refused.stderr).toContain("CLI013");
    expect(refused.stderr).toContain(`rm ${path} && tieline init --ci github`);
    expect(await fileOf(root, path)).toBe("# mine\n");
  });

  it("are included for GitLab, and leave its own file alone", async () => {
    const root = await aWorkspace(environments("embedded:"));
    expect((await init(root, "gitlab")).status).toBe(0);
    expect(await fileOf(root, ".gitlab-ci.yml")).toBe(
      "include:\n  - local: .gitlab/connections.yml\n",
    );
    const other = await aWorkspace({
      ...environments("embedded:"),
      ".gitlab-ci.yml": "stages: [x]\n",
    });
    const made = await init(other, "gitlab");
    expect(made.status).toBe(0);
    expect(made.stdout).toContain("- local: .gitlab/connections.yml");
    expect(await fileOf(other, ".gitlab-ci.yml")).toBe("stages: [x]\n");
  });

  it("come with a new environment, or neither is written", async () => {
    const root = await aWorkspace({ ".github/workflows/x.yml": "on: push\n" });
    const add = (name: string): Promise<CliResult> =>
      tieline(
        [
          ...["init", "--environment", name, "--ci", "github"],
          ...["--target", `https://acme-${name}.scalekit.com`],
          ...["--recipient", RECIPIENT],
        ],
        { cwd: root },
      );
    expect((await add("prod")).status).toBe(0);
    expect(await fileOf(root, WORKFLOWS[1] ?? "")).toContain("  apply-prod:\n");
    const second = await add("staging");
    expect(second.status).toBe(64);
    expect(second.stderr).toContain("CLI013");
    await expect(
      fileOf(root, "environments/staging/environment.yaml"),
    ).rejects.toThrow("ENOENT");
  });

  it("stand at the top of the repository, and work where the configuration is", async () => {
    const repositories = await aRepository();
    const clone = await repositories.clone();
    await writeFiles(join(clone, "infra/ties"), environments("embedded:"));
    const cwd = join(clone, "infra/ties");
    expect((await init(cwd, "github")).status).toBe(0);
    for (const path of WORKFLOWS)
      expect(
        workflowOf(await fileOf(clone, path)).defaults?.run?.[
          "working-directory"
        ],
      ).toBe("infra/ties");
    await writeFiles(join(clone, "$(id)"), environments("embedded:"));
    const refused = await init(join(clone, "$(id)"), "github");
    expect(refused.status).toBe(64);
  });
});

function logOf(jobs: ReadonlyMap<string, JobResult>): string {
  return [...jobs].map(([name, { log }]) => `== ${name}\n${log}`).join("\n");
}
