import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { changeByHand } from "../support/by-hand.ts";
import {
  aPipelineBench,
  changeOf,
  environmentFiles,
  logOf,
  NAMES,
  resultsOf,
  SECRETS,
  type PipelineBench,
} from "../support/pipeline-bench.ts";
import {
  fileOf,
  mergeGroupPayload,
  pullRequestPayload,
  pushPayload,
  schedulePayload,
  secretsFor,
  secretsGiven,
} from "../support/pipeline.ts";
import { aRepository } from "../support/repository.ts";
import { workflowOf, type JobResult } from "../support/workflow.ts";

const RECIPIENT =
  "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm";
const WORKFLOWS = ["review", "apply", "drift"].map(
  (name) => `.github/workflows/connections-${name}.yml`,
);
type Run = PipelineBench["run"];

interface Bench extends Omit<PipelineBench, "run"> {
  readonly run: (
    workflow: "review" | "apply" | "drift",
    occasion: Parameters<Run>[1],
  ) => Promise<ReadonlyMap<string, JobResult>>;
}

/** What `init --ci` writes for three environments. */
async function bench(): Promise<Bench> {
  const made = await aPipelineBench(async (clone) => {
    const { status, stderr } = await init(clone, "github");
    expect(status, stderr).toBe(0);
  });
  return {
    ...made,
    async run(name, occasion) {
      const path = `.github/workflows/connections-${name}.yml`;
      return made.run(workflowOf(await fileOf(made.clone, path)), occasion);
    },
  };
}

function init(cwd: string, system: string): Promise<CliResult> {
  return tieline(["init", "--ci", system], { cwd });
}

describe("init --ci github", { timeout: 300_000 }, () => {
  it("plans a pull request, applies what was merged in order, and watches it", async () => {
    const { run, fake, repositories, clone, base, api, merge, applyBase } =
      await bench();
    await applyBase();
    const head = await repositories.commit(clone, changeOf(["prod"]));
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

    const merged = {
      event: "push",
      payload: pushPayload(fake.repository, base, head),
      commit: head,
    };
    const early = resultsOf(await run("apply", merged));
    expect(early).toMatchObject({
      "apply-dev": "success",
      "apply-prod": "failure",
    });
    merge(head);
    const applied = await run("apply", merged);
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
    const { run, fake, repositories, clone, base, applyBase } = await bench();
    await applyBase();
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
    const head = await repositories.commit(clone, changeOf(["dev"]));
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
    const head = await repositories.commit(clone, changeOf(["prod"]));
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

describe("files of init --ci", { timeout: 300_000 }, () => {
  it("are written once, and over nothing", async () => {
    const root = await aWorkspace(
      environmentFiles("https://acme.scalekit.com"),
    );
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
    const root = await aWorkspace(environmentFiles("embedded:"));
    expect((await init(root, "gitlab")).status).toBe(0);
    expect(await fileOf(root, ".gitlab-ci.yml")).toBe(
      "include:\n  - local: .gitlab/connections.yml\n",
    );
    const other = await aWorkspace({
      ...environmentFiles("embedded:"),
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
    await writeFiles(join(clone, "infra/ties"), environmentFiles("embedded:"));
    const cwd = join(clone, "infra/ties");
    expect((await init(cwd, "github")).status).toBe(0);
    for (const path of WORKFLOWS)
      expect(
        workflowOf(await fileOf(clone, path)).defaults?.run?.[
          "working-directory"
        ],
      ).toBe("infra/ties");
    await writeFiles(join(clone, "$(id)"), environmentFiles("embedded:"));
    const refused = await init(join(clone, "$(id)"), "github");
    expect(refused.status).toBe(64);
  });
});
