/**
 * Runs workflows of GitHub Actions as far as a test can: conditions, needs, environments and their
 * secrets, checkouts with real git, and each `run` in bash, as the runner does it.
 */
import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { parse } from "yaml";
import { evaluate, filled, isTrue, type Lookup } from "./expression.ts";
import { runInShell } from "./shell.ts";

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly "working-directory"?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly environment?: string | { readonly name: string };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

/** A workflow or an action as its file says it. */
export interface Workflow {
  readonly name?: string;
  readonly on?: unknown;
  readonly permissions?: unknown;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly defaults?: {
    readonly run?: { readonly "working-directory"?: string };
  };
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly runs?: { readonly using: string; readonly steps: readonly Step[] };
  readonly inputs?: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
}

/** What happened on the forge, and what it keeps for jobs. */
export interface Occasion {
  readonly event: string;
  readonly payload: object;
  /** The commit that is checked out where a step names none. */
  readonly commit: string;
  readonly refName?: string;
  readonly repository: string;
  /** The repository that is cloned. */
  readonly bare: string;
  readonly apiUrl?: string;
  readonly token?: string;
  /** Secrets by environment: a fork's pull request gets none of them. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables of the repository, which everybody may read. */
  readonly vars?: Readonly<Record<string, string>>;
  /** What packages were installed to before: then `npm ci` is not run again. */
  readonly installed?: string;
  /** Actions of this repository, by the end of their address. */
  readonly actions?: ReadonlyMap<string, Workflow>;
}

/** What became of a job. */
export interface JobResult {
  readonly result: "success" | "failure" | "skipped";
  /** What its steps printed, in their order. */
  readonly log: string;
  /** The exit status of the step that failed. */
  readonly status: number;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Each variable that a step of it was given. */
  readonly given: Readonly<Record<string, string>>;
}

/** Reads a workflow or an action. */
export function workflowOf(text: string): Workflow {
  return parse(text) as Workflow;
}

/** Every `run` of a workflow or an action. */
export function runsOf(workflow: Workflow): string[] {
  const jobs = Object.values(workflow.jobs ?? {});
  const steps = [
    ...jobs.flatMap((job) => job.steps ?? []),
    ...(workflow.runs?.steps ?? []),
  ];
  return steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
}

/** Runs the jobs in the order of their needs. */
export async function runWorkflow(
  workflow: Workflow,
  occasion: Occasion,
): Promise<ReadonlyMap<string, JobResult>> {
  const results = new Map<string, JobResult>();
  const left = new Map(Object.entries(workflow.jobs ?? {}));
  while (left.size > 0) {
    const [name, job] =
      [...left].find(([, { needs = [] }]) =>
        [needs].flat().every((each) => results.has(each)),
      ) ?? [];
    if (name === undefined || job === undefined)
      throw new Error("jobs wait for each other");
    left.delete(name);
    results.set(name, await runJob(job, { workflow, occasion, results }));
  }
  return results;
}

interface Around {
  readonly workflow: Workflow;
  readonly occasion: Occasion;
  readonly results: ReadonlyMap<string, JobResult>;
}

async function runJob(job: Job, around: Around): Promise<JobResult> {
  const { occasion, results, workflow } = around;
  const needs = [job.needs ?? []].flat();
  const environment =
    typeof job.environment === "object"
      ? job.environment.name
      : job.environment;
  const lookup = lookupOf(occasion, {
    needs: Object.fromEntries(
      needs.map((each) => [each, { outputs: results.get(each)?.outputs }]),
    ),
  });
  const isReady = needs.every(
    (each) => results.get(each)?.result === "success",
  );
  if (!isReady || !isTrue(evaluate(job.if ?? "'yes'", lookup))) return NOT_RUN;
  const folder = await mkdtemp(join(tmpdir(), "tieline-job-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const place = environment === undefined ? "" : filled(environment, lookup);
  const runner = new Runner(folder, occasion, {
    secrets: occasion.secrets?.[place] ?? {},
    needs: lookup,
    workingDirectory: workflow.defaults?.run?.["working-directory"] ?? ".",
  });
  await runner.start();
  return runner.run(job, { ...workflow.env, ...job.env });
}

const NOT_RUN: JobResult = {
  result: "skipped",
  log: "",
  status: 0,
  summary: "",
  outputs: {},
  given: {},
};

function lookupOf(occasion: Occasion, more: object): Lookup {
  const contexts: unknown = {
    github: {
      event: occasion.payload,
      event_name: occasion.event,
      repository: occasion.repository,
      ref: `refs/heads/${occasion.refName ?? "main"}`,
      ref_name: occasion.refName ?? "main",
      sha: occasion.commit,
      token: occasion.token ?? "",
    },
    inputs: occasion.inputs ?? {},
    vars: occasion.vars ?? {},
    ...more,
  };
  return (name) => {
    let found = contexts;
    for (const part of name.split("."))
      found =
        typeof found === "object" && found !== null
          ? Reflect.get(found, part)
          : undefined;
    return found;
  };
}

class Runner {
  readonly #folder: string;
  readonly #occasion: Occasion;
  readonly #secrets: Readonly<Record<string, string>>;
  readonly #jobLookup: Lookup;
  readonly #workingDirectory: string;
  readonly #outputs = new Map<string, Readonly<Record<string, string>>>();
  readonly #given: Record<string, string> = {};
  #log = "";

  constructor(
    folder: string,
    occasion: Occasion,
    more: {
      readonly secrets: Readonly<Record<string, string>>;
      readonly needs: Lookup;
      readonly workingDirectory: string;
    },
  ) {
    this.#folder = folder;
    this.#occasion = occasion;
    this.#secrets = more.secrets;
    this.#jobLookup = more.needs;
    this.#workingDirectory = more.workingDirectory;
  }

  async start(): Promise<void> {
    await mkdir(join(this.#folder, "work"));
    await mkdir(join(this.#folder, "home"));
    await writeFile(
      join(this.#folder, "event.json"),
      JSON.stringify(this.#occasion.payload),
    );
    await writeFile(join(this.#folder, "summary"), "");
  }

  async run(
    job: Job,
    env: Readonly<Record<string, unknown>>,
  ): Promise<JobResult> {
    const lookup = this.#lookup({});
    let status = 0;
    for (const step of job.steps ?? []) {
      status = await this.#step(step, lookup, this.#filledAll(env, lookup));
      if (status !== 0) break;
    }
    return {
      result: status === 0 ? "success" : "failure",
      status,
      log: this.#log,
      summary: await readFile(join(this.#folder, "summary"), "utf8"),
      outputs: this.#filledAll(job.outputs ?? {}, lookup),
      given: this.#given,
    };
  }

  #lookup(inputs: Readonly<Record<string, string>>): Lookup {
    return (name) => {
      const [context, first = "", , output = ""] = name.split(".");
      if (context === "secrets") return this.#secrets[first] ?? "";
      if (context === "steps") return this.#outputs.get(first)?.[output];
      if (context === "inputs" && first in inputs) return inputs[first];
      return this.#jobLookup(name);
    };
  }

  #filledAll(
    values: Readonly<Record<string, unknown>>,
    lookup: Lookup,
  ): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        filled(String(value), lookup),
      ]),
    );
  }

  async #step(
    step: Step,
    lookup: Lookup,
    env: Readonly<Record<string, string>>,
  ): Promise<number> {
    if (!isTrue(evaluate(step.if ?? "'yes'", lookup))) return 0;
    const own = { ...env, ...this.#filledAll(step.env ?? {}, lookup) };
    const given = this.#filledAll(step.with ?? {}, lookup);
    const { uses, run } = step;
    if (uses?.startsWith("actions/checkout@") === true)
      return this.#checkout(given);
    if (uses?.startsWith("actions/setup-node@") === true) return 0;
    if (uses !== undefined)
      return this.#composite({ ...step, uses }, given, own);
    return this.#bash(step, run ?? "", { lookup, env: own });
  }

  async #composite(
    { uses, id }: Step & { readonly uses: string },
    given: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
  ): Promise<number> {
    const name = /actions\/([a-z]+)(?:@.*)?$/u.exec(uses)?.[1] ?? "";
    const action = this.#occasion.actions?.get(name);
    if (action === undefined) throw new Error(`no such action: ${uses}`);
    const defaults = Object.fromEntries(
      Object.entries(action.inputs ?? {}).map(([key, { default: value }]) => [
        key,
        filled(value ?? "", this.#lookup({})),
      ]),
    );
    const lookup = this.#lookup({ ...defaults, ...given });
    let status = 0;
    for (const step of action.runs?.steps ?? []) {
      status = await this.#step(step, lookup, env);
      if (status !== 0) break;
    }
    const values: Record<string, string> = {};
    for (const [key, { value }] of Object.entries(action.outputs ?? {}))
      values[key] = value;
    if (id !== undefined)
      this.#outputs.set(id, this.#filledAll(values, lookup));
    return status;
  }

  #checkout(given: Readonly<Record<string, string>>): number {
    const { bare, commit } = this.#occasion;
    const folder = join(this.#folder, "work", given["path"] ?? "");
    const git = (...args: string[]): void => {
      execFileSync("git", args, { cwd: folder, stdio: "ignore" });
    };
    execFileSync("mkdir", ["-p", folder]);
    const ref = given["ref"] ?? "";
    const depth = given["fetch-depth"] === "0" ? [] : ["--depth=1"];
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", `file://${bare}`);
    git(
      "fetch",
      "--quiet",
      ...depth,
      "origin",
      `+${ref === "" ? commit : ref}:refs/wanted`,
      ...(depth.length === 0 ? ["+refs/heads/*:refs/remotes/origin/*"] : []),
    );
    git("checkout", "--quiet", "--detach", "refs/wanted");
    git("config", "user.name", "job");
    git("config", "user.email", "job@localhost");
    return 0;
  }

  async #bash(
    step: Step,
    script: string,
    {
      lookup,
      env,
    }: {
      readonly lookup: Lookup;
      readonly env: Readonly<Record<string, string>>;
    },
  ): Promise<number> {
    if (script.includes("${{")) throw new Error(`interpolated: ${script}`);
    const outputs = join(this.#folder, "outputs");
    await writeFile(outputs, "");
    const { event, repository, apiUrl, commit } = this.#occasion;
    const where = filled(
      step["working-directory"] ?? this.#workingDirectory,
      lookup,
    );
    Object.assign(this.#given, env);
    const { installed } = this.#occasion;
    if (script.startsWith("npm ci ") && installed !== undefined) {
      await symlink(installed, join(this.#folder, "work/node_modules"));
      return 0;
    }
    const { status, stdout, stderr } = await runInShell(`set -e\n${script}`, {
      cwd: join(this.#folder, "work", where),
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: join(this.#folder, "home"),
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_EVENT_NAME: event,
        GITHUB_EVENT_PATH: join(this.#folder, "event.json"),
        GITHUB_REPOSITORY: repository,
        GITHUB_API_URL: apiUrl ?? "",
        GITHUB_SHA: commit,
        GITHUB_OUTPUT: outputs,
        GITHUB_STEP_SUMMARY: join(this.#folder, "summary"),
        ...env,
      },
    });
    this.#log += stdout + stderr;
    if (step.id !== undefined)
      this.#outputs.set(step.id, outputsOf(await readFile(outputs, "utf8")));
    return status ?? 1;
  }
}

/** What a step wrote into its file of outputs, in both of the documented forms. */
function outputsOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, name = "", end = ""] = /^([^=<]+)<<(.+)$/u.exec(line) ?? [];
    if (end !== "") {
      const last = lines.indexOf(end, at + 1);
      found[name] = lines.slice(at + 1, last).join("\n");
      at = last;
    } else if (line.includes("="))
      found[line.slice(0, line.indexOf("="))] = line.slice(
        line.indexOf("=") + 1,
      );
  }
  return found;
}
