/**
 * What the repository offers to others ready to use: actions, reusable workflows, a component of
 * GitLab, hooks for pre-commit. Each command in them is run.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import {
  CI_ACTIONS,
  CI_COMMANDS,
} from "../../src/features/init/ci-commands.ts";
import { writeFiles, type CliResult } from "../support/cli.ts";
import { evaluate, isTrue } from "../support/expression.ts";
import { aGitlab, JOB_TOKEN } from "../support/fake-forge.ts";
import {
  approve,
  aPipelineBench,
  changeOf,
  logOf,
  NAMES,
  resultsOf,
  SECRETS,
} from "../support/pipeline-bench.ts";
import {
  commentPayload,
  HOSTILE_TEXT,
  pullRequestPayload,
  pushPayload,
  schedulePayload,
  secretsFor,
} from "../support/pipeline.ts";
import { runInShell } from "../support/shell.ts";
import { runsOf, workflowOf, type Workflow } from "../support/workflow.ts";

const TOP = new URL("../../", import.meta.url).pathname;
const ACTIONS = new Map(
  readdirSync(join(TOP, "actions")).map((name) => [
    name,
    workflowOf(textOf(`actions/${name}/action.yml`)),
  ]),
);
const WORKFLOW_FILES = readdirSync(join(TOP, ".github/workflows")).map(
  (name) => `.github/workflows/${name}`,
);
const REUSABLE = WORKFLOW_FILES.filter((path) =>
  path.includes("/connections-"),
);
const FILES = [
  ...WORKFLOW_FILES,
  ...[...ACTIONS.keys()].map((name) => `actions/${name}/action.yml`),
];
/** What stands around the one call of the program. */
const FRAME = [
  "status=0",
  'echo "exit-code=$status" >> "$GITHUB_OUTPUT"',
  'exit "$status"',
  "version=$(npx --no-install tieline --version)",
  'echo "version=$version" >> "$GITHUB_OUTPUT"',
];
/** Names in expressions: none of them is chosen by whoever opens a pull request. */
const EXPRESSIONS =
  /^(?:inputs\.[a-z-]+|secrets\.[A-Z_]+|vars\.[A-Z_]+|github\.token|steps\.[a-z]+\.outputs\.[a-z-]+|github\.event\.issue\.number|github\.event\.pull_request\.number \|\| github\.ref)$/u;

function textOf(path: string): string {
  return readFileSync(join(TOP, path), "utf8");
}

/** One general pair, as the reusable workflows take it. */
const ONE_PAIR = Object.fromEntries(
  Object.entries(secretsFor("x")).map(([name, value]) => [
    name.replace("_X_", "_"),
    value,
  ]),
);

/** Workflows of this repository alone, which others do not take. */
const OWN_WORKFLOWS = /\/(?:ci|nightly|release)\.yml$/u;

describe("files that are ready to use", () => {
  it("name every action of others by its commit", () => {
    for (const path of FILES)
      for (const [, uses = ""] of textOf(path).matchAll(/\buses: (.+)/gu))
        if (OWN_WORKFLOWS.test(path))
          expect(uses, path).toMatch(/@[0-9a-f]{40} # v[0-9.]+$/u);
        else expect(Object.values(CI_ACTIONS), path).toContain(uses);
  });

  it("put no expression into a shell", () => {
    for (const path of FILES)
      for (const run of runsOf(workflowOf(textOf(path))))
        expect(run, path).not.toContain("${{");
  });

  it("call the program once a job, and put nothing into a shell that others chose", () => {
    const commands: readonly string[] = Object.values(CI_COMMANDS);
    for (const path of FILES.filter((each) => !OWN_WORKFLOWS.test(each))) {
      const lines = runsOf(workflowOf(textOf(path))).flatMap((run) =>
        run.trim().split("\n"),
      );
      const others = lines
        .map((line) => line.replace(" || status=$?", ""))
        .filter((line) => !commands.includes(line) && !FRAME.includes(line));
      expect(others, path).toEqual([]);
    }
    for (const path of [...REUSABLE, ...FILES.slice(WORKFLOW_FILES.length)])
      for (const [, inner = ""] of textOf(path).matchAll(/\$\{\{(.*?)\}\}/gu))
        expect(inner.trim()).toMatch(EXPRESSIONS);
  });

  it("ask for no more rights than they say why", () => {
    for (const path of REUSABLE) {
      expect(workflowOf(textOf(path)).permissions).toEqual({});
      for (const line of textOf(path).match(/^.*: write.*$/gmu) ?? [])
        expect(line).toMatch(/ # \S/u);
    }
  });
});

describe("actions", { timeout: 300_000 }, () => {
  const steps = (...more: readonly string[]): Workflow =>
    workflowOf(
      [
        "jobs:",
        "  job:",
        "    environment: prod",
        "    env:",
        ...Object.keys(secretsFor("prod")).map(
          (name) => `      ${name}: \${{ secrets.${name} }}`,
        ),
        "      SCALEKIT_PROD_ENVIRONMENT_URL: ${{ vars.SCALEKIT_PROD_ENVIRONMENT_URL }}",
        "    outputs: {code: '${{ steps.last.outputs.exit-code }}', version: '${{ steps.setup.outputs.version }}'}",
        "    steps:",
        `      - uses: ${CI_ACTIONS.checkout}`,
        "        with: {fetch-depth: 0}",
        "      - {id: setup, uses: acme/tieline/actions/setup@v0}",
        ...more,
      ].join("\n"),
    );

  it("review a pull request, apply it, and see drift", async () => {
    const { run, fake, repositories, clone, base, api, merge } =
      await aPipelineBench();
    const head = await repositories.commit(clone, changeOf(["prod"]));
    fake.headCommit = head;
    const place = { repository: fake.repository, number: 7, head, base };
    const payload = pullRequestPayload(place, "synchronize");
    const vars = { SCALEKIT_PROD_ENVIRONMENT_URL: api.origin };
    const reviewed = await run(
      steps("      - {id: last, uses: acme/tieline/actions/review@v0}"),
      { event: "pull_request", payload, commit: head, actions: ACTIONS, vars },
    );
    expect(resultsOf(reviewed), logOf(reviewed)).toEqual({ job: "success" });
    expect(reviewed.get("job")?.outputs).toEqual({
      code: "0",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/u) as string,
    });
    expect(fake.comments).toHaveLength(1);
    const push = {
      event: "push",
      payload: pushPayload(fake.repository, base, head),
      commit: head,
      actions: ACTIONS,
      vars,
    };
    merge(head);
    for (const action of ["apply", "drift"]) {
      const done = await run(
        steps(
          `      - {id: last, uses: acme/tieline/actions/${action}@v0, with: {environment: prod}}`,
        ),
        push,
      );
      expect(resultsOf(done), logOf(done)).toEqual({ job: "success" });
      expect(done.get("job")?.outputs["code"]).toBe("0");
    }
    const other = await run(
      steps(
        "      - {id: last, uses: acme/tieline/actions/apply@v0, with: {environment: other}}",
      ),
      push,
    );
    expect(resultsOf(other)).toEqual({ job: "failure" });
    expect(other.get("job")?.outputs["code"]).toBe("64");
  });
});

describe("reusable workflows", { timeout: 300_000 }, () => {
  it("review, apply and see drift with one pair of credentials", async () => {
    const { run, fake, repositories, clone, base, api, merge } =
      await aPipelineBench();
    const head = await repositories.commit(clone, changeOf(["prod"]));
    fake.headCommit = head;
    const place = { repository: fake.repository, number: 7, head, base };
    const payloads = {
      review: pullRequestPayload(place),
      apply: pushPayload(fake.repository, base, head),
      drift: schedulePayload(fake.repository),
    };
    const events = { review: "pull_request", apply: "push", drift: "schedule" };
    for (const name of ["review", "apply", "drift"] as const) {
      const workflow = workflowOf(
        textOf(`.github/workflows/connections-${name}.yml`),
      );
      const done = await run(workflow, {
        event: events[name],
        payload: payloads[name],
        commit: head,
        inputs: {
          ...defaultsOf(workflow),
          ...(name === "review" ? {} : { environment: "prod" }),
        },
        secrets: { "connections-plan": ONE_PAIR, prod: ONE_PAIR },
        vars: { SCALEKIT_ENVIRONMENT_URL: api.origin },
      });
      expect(resultsOf(done), logOf(done)).toEqual({ [name]: "success" });
      merge(head);
    }
    expect(fake.statuses).toMatchObject([{ commit: head, state: "success" }]);
  });
});

describe("the workflow for a comment", { timeout: 300_000 }, () => {
  it("applies what was approved, for who may ask and for that comment alone", async () => {
    const { run, fake, repositories, clone, base, api } =
      await aPipelineBench();
    const head = await repositories.commit(clone, changeOf(["prod"]));
    repositories.git(
      clone,
      "push",
      "--quiet",
      "origin",
      `${head}:refs/pull/7/head`,
    );
    repositories.git(
      clone,
      "push",
      "--quiet",
      "--force",
      "origin",
      `${base}:main`,
    );
    fake.headCommit = head;
    const vars = { SCALEKIT_ENVIRONMENT_URL: api.origin };
    const secrets = { "connections-plan": ONE_PAIR, prod: ONE_PAIR };
    const place = { repository: fake.repository, number: 7, head, base };
    const review = workflowOf(
      textOf(".github/workflows/connections-review.yml"),
    );
    await run(review, {
      event: "pull_request",
      payload: pullRequestPayload(place),
      commit: head,
      inputs: defaultsOf(review),
      secrets,
      vars,
    });
    const command = workflowOf(
      textOf(".github/workflows/connections-command.yml"),
    );
    const asked = async (body: string, login: string): Promise<string> => {
      const done = await run(command, {
        event: "issue_comment",
        payload: commentPayload(fake.repository, 7, { body, login }),
        commit: base,
        inputs: { ...defaultsOf(command), environment: "prod" },
        secrets,
        vars,
      });
      return `${resultsOf(done)["apply"] ?? ""} ${String(done.get("apply")?.status)}`;
    };
    for (const body of [
      "/tieline apply dev",
      HOSTILE_TEXT,
      "/tieline apply prod; id",
    ])
      expect(await asked(body, "bob")).toBe("skipped 0");
    expect(await asked("/tieline apply prod", "bob")).toBe("failure 6");
    approve(fake, head);
    expect(await asked("/tieline apply prod", "mallory")).toBe("failure 6");
    expect(api.snapshot().connections).toEqual([]);
    expect(await asked("/tieline apply prod", "bob")).toBe("success 0");
    expect(api.snapshot().connections).toHaveLength(1);
  });
});

describe("the component of GitLab", { timeout: 300_000 }, () => {
  it("reviews, applies in order and sees drift, and has no job with credentials for a fork", async () => {
    const { repositories, clone, base, api, applyBase } =
      await aPipelineBench();
    await applyBase();
    const gitlab = await aGitlab();
    const head = await repositories.commit(clone, changeOf(["prod"]));
    gitlab.headCommit = head;
    const names = ["staging", "prod"];
    const jobs = {
      ...component({ environment: "staging", after: [] }),
      ...component({
        environment: "prod",
        after: ["connections-apply-staging"],
      }),
    };
    const common = {
      ...SECRETS["connections-plan"],
      ...Object.fromEntries(
        NAMES.map((name) => [
          `SCALEKIT_${name.toUpperCase()}_ENVIRONMENT_URL`,
          api.origin,
        ]),
      ),
      CI: "true",
      GITLAB_CI: "true",
      GITLAB_TOKEN: JOB_TOKEN,
      CI_API_V4_URL: gitlab.apiUrl,
      CI_DEFAULT_BRANCH: "main",
      CI_COMMIT_SHA: head,
      CI_MERGE_REQUEST_TITLE: "$(touch pwned)",
      TIELINE_REPOSITORY: gitlab.repository,
    };
    const ofMerge = (source: string): Record<string, string> => ({
      ...common,
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_PROJECT_ID: "1",
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source,
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    });
    const run = (variables: Record<string, string>): Promise<string[]> =>
      runGitlab(jobs, variables, {
        bare: repositories.bare,
        commit: head,
        installed: join(clone, "node_modules"),
      });
    expect(await run(ofMerge("1"))).toEqual([
      "connections-lint",
      "connections-review",
    ]);
    expect(gitlab.comments).toHaveLength(1);
    expect(gitlab.statuses).toMatchObject([{ commit: head, state: "success" }]);
    expect(await run(ofMerge("2"))).toEqual(["connections-lint"]);
    gitlab.change.state = "merged";
    gitlab.change.mergeCommit = head;
    approve(gitlab, head);
    const onMain = {
      ...common,
      CI_COMMIT_BRANCH: "main",
      CI_COMMIT_BEFORE_SHA: base,
      CI_PROJECT_ID: gitlab.repository,
    };
    expect(await run({ ...onMain, CI_PIPELINE_SOURCE: "push" })).toEqual(
      names.map((name) => `connections-apply-${name}`),
    );
    expect(await run({ ...onMain, CI_PIPELINE_SOURCE: "schedule" })).toEqual(
      names.map((name) => `connections-drift-${name}`),
    );
  });

  it("takes no name that acts", () => {
    for (const environment of ["a b", "$(id)", "a\nb", "A", "-x", ""])
      expect(() => component({ environment, after: [] })).toThrow("regex");
  });

  it.skipIf(schemaChecker() === undefined)(
    "is what the schema of GitLab CI takes",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "tieline-gitlab-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const file = join(folder, "jobs.json");
      await writeFile(
        file,
        JSON.stringify(component({ environment: "prod", after: ["x"] })),
      );
      execFileSync(schemaChecker() ?? "", [
        ...["--builtin-schema", "vendor.gitlab-ci"],
        file,
      ]);
    },
  );
});

describe("hooks for pre-commit", { timeout: 300_000 }, () => {
  it("stop what is wrong, in another form, or readable", async () => {
    const { clone, repositories } = await aPipelineBench();
    const run = (id: string): Promise<CliResult> => {
      const hooks = parse(textOf(".pre-commit-hooks.yaml")) as readonly {
        readonly id: string;
        readonly entry: string;
      }[];
      const { entry = "exit 99" } = hooks.find((each) => each.id === id) ?? {};
      return runInShell(entry, { cwd: clone, env: {} });
    };
    execFileSync("bash", ["-c", "npx --no-install tieline fmt"], {
      cwd: clone,
    });
    for (const id of ["validate", "fmt", "secrets"])
      expect(await run(`tieline-${id}`)).toMatchObject({ status: 0 });
    await writeFiles(clone, {
      "environments/dev/connections/mail.yaml":
        "connection_id: mail\nscopes:   [x]\ncolour: red\n",
      "environments/dev/secrets.enc.yaml":
        "mail:\n  client_secret: readable-for-all\n",
    });
    repositories.git(clone, "add", "--all");
    for (const id of ["validate", "fmt", "secrets"])
      expect((await run(`tieline-${id}`)).status, id).toBe(3);
  });
});

/** The checker of schemas, where it is installed. */
function schemaChecker(): string | undefined {
  const program = process.env["TIELINE_CHECK_JSONSCHEMA"] ?? "check-jsonschema";
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return program;
  } catch {
    return undefined;
  }
}

/** Defaults of what a reusable workflow takes. */
function defaultsOf({ on }: Workflow): Record<string, string> {
  const { workflow_call: call } = on as {
    readonly workflow_call: {
      readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
    };
  };
  return Object.fromEntries(
    Object.entries(call.inputs).map(([name, each]) => [
      name,
      each.default ?? "",
    ]),
  );
}

interface GitlabJob {
  readonly extends?: string;
  readonly rules?: readonly { readonly if: string }[];
  readonly needs?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}

type GitlabJobs = Readonly<Record<string, GitlabJob>>;

/** The component with its inputs filled in, as GitLab does it: as text, after checking them. */
function component(inputs: {
  readonly environment: string;
  readonly after: readonly string[];
}): GitlabJobs {
  const [head = "", body = ""] = textOf("templates/tieline/template.yml").split(
    /^---$/mu,
  );
  const { spec } = parse(head) as {
    readonly spec: {
      readonly inputs: Readonly<
        Record<string, { readonly regex?: string; readonly default?: unknown }>
      >;
    };
  };
  const given = new Map<string, unknown>(Object.entries(inputs));
  const text = body.replaceAll(
    /\$\[\[ inputs\.([a-z-]+) \]\]/gu,
    (_whole, name: string) => {
      const input = spec.inputs[name];
      const value = given.get(name) ?? input?.default;
      if (input?.regex !== undefined) {
        if (!new RegExp(input.regex, "u").test(String(value)))
          throw new Error(`regex of ${name}`);
      }
      return typeof value === "string" ? value : JSON.stringify(value);
    },
  );
  const [document] = parseAllDocuments(text);
  return document?.toJS() as GitlabJobs;
}

/** Runs the jobs whose rules hold, each in a clone of its own; gives their names. */
async function runGitlab(
  jobs: GitlabJobs,
  variables: Readonly<Record<string, string>>,
  place: {
    readonly bare: string;
    readonly commit: string;
    readonly installed: string;
  },
): Promise<string[]> {
  const done: string[] = [];
  for (const [name, own] of Object.entries(jobs)) {
    const job = { ...jobs[own.extends ?? ""], ...own };
    const isWanted = (own.rules ?? []).some((rule) =>
      isTrue(evaluate(rule.if, (each) => variables[each.slice(1)] ?? null)),
    );
    if (name.startsWith(".") || !isWanted) continue;
    for (const before of job.needs ?? []) expect(done).toContain(before);
    const cwd = await mkdtemp(join(tmpdir(), "tieline-gitlab-"));
    onTestFinished(() => rm(cwd, { recursive: true, force: true }));
    execFileSync("git", ["clone", "--quiet", place.bare, cwd]);
    execFileSync("git", ["checkout", "--quiet", place.commit], { cwd });
    await symlink(place.installed, join(cwd, "node_modules"));
    const lines = [...(job.before_script ?? []), ...(job.script ?? [])].filter(
      (line) => line !== CI_COMMANDS.install,
    );
    expect(Object.values(CI_COMMANDS)).toEqual(expect.arrayContaining(lines));
    const { status, stdout, stderr } = await runInShell(
      ["set -eo pipefail", ...lines].join("\n"),
      { cwd, env: { ...variables, ...job.variables } },
    );
    expect(status, `${name}\n${stdout}${stderr}`).toBe(0);
    done.push(name);
  }
  return done;
}
