import { existsSync } from "node:fs";
import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import {
  aWorkspace,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";

const SECRETS = "environments/dev/secrets.enc.yaml";
const DEMO_KEY = "environments/dev/demo.agekey";
const VALUE = "canary-value-of-the-client-secret";

interface Scene {
  readonly server: EmbeddedApi;
  readonly run: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string,
  ) => Promise<CliResult>;
  /** Whether a program that hands out keys or credentials was run. */
  readonly wasAsked: () => boolean;
}

/** A repository whose secret opens with a key outside of it, and programs that hand out secrets. */
async function aScene(): Promise<Scene> {
  const server = await startEmbedded({
    clientId: "test",
    clientSecret: "test-only-secret",
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  onTestFinished(() => server.close());
  const root = await aWorkspace({});
  expect((await tieline(["init", "."], { cwd: root })).status).toBe(0);
  const set = ["secrets", "set", SECRETS, "gmail-support/client_secret"];
  const done = await tieline([...set, "--stdin"], { cwd: root, input: VALUE });
  expect(done.status, done.stderr).toBe(0);
  const key =
    /AGE-SECRET-KEY-\S+/u.exec(
      await readFile(join(root, DEMO_KEY), "utf8"),
    )?.[0] ?? "";
  await rm(join(root, DEMO_KEY));
  const tools = await aWorkspace({});
  const marker = join(tools, "asked");
  const script = (text: string): string =>
    `#!/bin/sh\n: > '${marker}'\necho '${text}'\n`;
  await writeFiles(tools, {
    key: script(key),
    credentials: script("test-only-secret"),
    "event.json": JSON.stringify(EVENTS.fork),
    "own.json": JSON.stringify(EVENTS.own),
    "run.json": JSON.stringify(EVENTS.run),
  });
  await chmod(join(tools, "key"), 0o755);
  await chmod(join(tools, "credentials"), 0o755);
  const given = {
    HOME: tools,
    SOPS_AGE_KEY_CMD: join(tools, "key"),
    SCALEKIT_CLIENT_ID: "test",
    SCALEKIT_CLIENT_SECRET_COMMAND: join(tools, "credentials"),
  };
  return {
    server,
    run: (args, env = {}, input = "") =>
      tieline(args, {
        cwd: root,
        env: { ...given, ...placed(env, tools) },
        input,
      }),
    wasAsked: () => existsSync(marker),
  };
}

/** Names of event files are of the folder of tools. */
function placed(
  env: Readonly<Record<string, string>>,
  tools: string,
): Readonly<Record<string, string>> {
  const file = env["GITHUB_EVENT_PATH"];
  return file === undefined || file.startsWith("/")
    ? env
    : { ...env, GITHUB_EVENT_PATH: join(tools, file) };
}

const COMMITS = { sha: "a".repeat(40) };
const pull = (head: number | null) => ({
  pull_request: {
    number: 7,
    head: { ...COMMITS, repo: head === null ? null : { id: head } },
    base: { ...COMMITS, repo: { id: 1 } },
  },
});
const EVENTS = {
  fork: pull(2),
  own: pull(1),
  run: {
    workflow_run: { head_sha: COMMITS.sha, head_repository: { id: 2 } },
    repository: { id: 1 },
  },
};
const onGithub = (name: string, file: string) => ({
  GITHUB_ACTIONS: "true",
  GITHUB_EVENT_NAME: name,
  GITHUB_EVENT_PATH: file,
});
const FORK = onGithub("pull_request", "event.json");

const SECRET_COMMANDS: readonly (readonly string[])[] = [
  ["secrets", "textconv", SECRETS],
  ["secrets", "check"],
  ["secrets", "rotate", SECRETS],
  ["secrets", "updatekeys", SECRETS],
  ["secrets", "edit", SECRETS],
];
const API_COMMANDS: readonly (readonly string[])[] = [
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["drift", "dev"],
  ["status", "dev"],
  ["snapshot", "dev"],
  ["test", "dev"],
  ["consent", "dev"],
  ["doctor", "dev"],
  ["import", "dev"],
];

describe("the job of a fork", () => {
  it("opens no key and reads no credentials, whatever is run in it", async () => {
    const { server, run, wasAsked } = await aScene();
    const target = ["--target", server.origin];
    for (const command of [
      ...SECRET_COMMANDS,
      ...API_COMMANDS.map((words) => [...words, ...target]),
    ]) {
      const { stdout, stderr } = await run(command, FORK);
      expect(stdout + stderr, command.join(" ")).not.toContain(VALUE);
      expect(wasAsked(), command.join(" ")).toBe(false);
    }
    expect(server.requests()).toEqual([]);
  });

  it.each([
    ["of a pull request target", onGithub("pull_request_target", "event.json")],
    ["after the workflow of a fork", onGithub("workflow_run", "run.json")],
    ["whose event is not there", onGithub("pull_request", "none.json")],
    ["whose event is nowhere", onGithub("pull_request", "")],
    [
      "of a merge request from another project",
      {
        GITLAB_CI: "true",
        CI_MERGE_REQUEST_IID: "7",
        CI_MERGE_REQUEST_PROJECT_ID: "1",
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2",
      },
    ],
  ])("%s is one", async (_, env) => {
    const { server, run, wasAsked } = await aScene();
    const plan = ["plan", "dev", "--target", server.origin];
    const refused = await run(plan, env);
    expect(refused.status).toBe(6);
    expect(refused.stderr).toContain("REV003");
    expect(wasAsked()).toBe(false);
  });

  it("is told from one of this repository", async () => {
    const { server, run, wasAsked } = await aScene();
    const plan = ["plan", "dev", "--target", server.origin];
    const env = onGithub("pull_request", "own.json");
    const planned = await run(plan, env);
    expect(planned.status, planned.stderr).toBe(0);
    expect(wasAsked()).toBe(true);
    // What it takes a snapshot of, the job of a fork plans without a key.
    const file = ["--snapshot", "s.json"];
    const taken = await run(
      ["snapshot", "dev", "--out", "s.json", "--target", server.origin],
      env,
    );
    expect(taken.status, taken.stderr).toBe(0);
    const told = await run([...plan, ...file], FORK);
    expect(told.status, told.stderr).toBe(0);
    const shown = await run(["secrets", "textconv", SECRETS], env);
    expect(shown.status, shown.stderr).toBe(0);
  });
});
