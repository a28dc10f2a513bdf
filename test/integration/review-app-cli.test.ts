import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  connectionText,
  environmentText,
  tieline,
  type CliResult,
} from "../support/cli.ts";
import { aGithub, JOB_TOKEN, type FakeForge } from "../support/fake-forge.ts";
import { anApp, type FakeApp } from "../support/fake-github-app.ts";
import { aRepository } from "../support/repository.ts";

interface Scene {
  readonly fake: FakeForge;
  readonly app: FakeApp;
  readonly keyFile: string;
  readonly push: (files: Readonly<Record<string, string>>) => Promise<string>;
  readonly review: (
    env?: Readonly<Record<string, string>>,
    headRepository?: number,
  ) => Promise<CliResult>;
}

/** A pull request in a repository for which an App is installed, whose key is in a file. */
async function aScene(): Promise<Scene> {
  const fake = await aGithub();
  const app = anApp();
  fake.app = app;
  const repositories = await aRepository();
  const clone = await repositories.clone();
  const place = (name: string): string =>
    join(dirname(repositories.bare), name);
  const base = await repositories.commit(clone, {
    "environments/dev/environment.yaml": environmentText(),
  });
  const keyFile = place("app.pem");
  await writeFile(keyFile, app.privateKey);
  return {
    fake,
    app,
    keyFile,
    async push(files) {
      fake.headCommit = await repositories.commit(clone, files);
      return fake.headCommit;
    },
    async review(env = {}, headRepository = 1) {
      const event = {
        pull_request: {
          number: fake.pullRequest,
          head: { sha: fake.headCommit, repo: { id: headRepository } },
          base: { sha: base, repo: { id: 1 } },
        },
      };
      await writeFile(place("event.json"), JSON.stringify(event));
      return tieline(["review", "--trace-http"], {
        cwd: clone,
        env: {
          GITHUB_ACTIONS: "true",
          GITHUB_EVENT_NAME: "pull_request",
          GITHUB_EVENT_PATH: place("event.json"),
          GITHUB_API_URL: fake.apiUrl,
          GITHUB_REPOSITORY: fake.repository,
          TIELINE_GITHUB_APP_ID: String(app.id),
          TIELINE_GITHUB_APP_PRIVATE_KEY_FILE: keyFile,
          ...env,
        },
      });
    },
  };
}

const GMAIL = { "connections/gmail.yaml": connectionText("gmail", ["read"]) };

describe("tieline review as a GitHub App", { timeout: 60_000 }, () => {
  it("keeps one comment, of the App, and shows nothing of what it is let in with", async () => {
    const { fake, app, push, review } = await aScene();
    await push(GMAIL);
    const first = await review();
    expect(first.status, first.stdout + first.stderr).toBe(0);
    expect((await review()).status).toBe(0);
    expect(fake.comments.map(({ author }) => author)).toEqual([app.bot]);
    const said = first.stdout + first.stderr;
    const secrets = [
      ...[...fake.tokens.keys()].filter((each) => each !== JOB_TOKEN),
      ...app.privateKey.split("\n").filter((line) => line.length > 40),
    ];
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter((each) => said.includes(each))).toEqual([]);
  });

  it("says what is wrong beside the lines of the document", async () => {
    const { fake, push, review } = await aScene();
    const earlier = await push(GMAIL);
    expect((await review()).status).toBe(0);
    const commit = await push({
      "connections/gmail.yaml": "@everyone: <script>`\u202e\n::error::x\n",
    });
    expect((await review()).status).toBe(3);
    expect(fake.statuses).toEqual([]);
    expect(
      fake.checkRuns.map((run) => [run.commit, run.name, run.conclusion]),
    ).toEqual([
      [earlier, "tieline", "cancelled"],
      [commit, "tieline", "failure"],
    ]);
    const annotations = fake.checkRuns[1]?.annotations ?? [];
    expect(annotations).not.toEqual([]);
    for (const { path, message } of annotations) {
      expect(path).toBe("connections/gmail.yaml");
      expect(message).not.toMatch(/[\u202e\r]/u);
    }
  });

  it("takes the key from the variable, in one line too", async () => {
    const { app, push, review } = await aScene();
    await push(GMAIL);
    const run = await review({
      TIELINE_GITHUB_APP_PRIVATE_KEY_FILE: "",
      TIELINE_GITHUB_APP_PRIVATE_KEY: app.privateKey.replaceAll("\n", "\\n"),
    });
    expect(run.status, run.stderr).toBe(0);
  });

  it("sends nothing in the job of a fork, and reads no key", async () => {
    const { fake, push, review } = await aScene();
    await push(GMAIL);
    const run = await review(
      { TIELINE_GITHUB_APP_PRIVATE_KEY_FILE: "is/not/there.pem" },
      2,
    );
    expect(run.status).toBe(6);
    expect(run.stderr + run.stdout).not.toContain("there.pem");
    expect(fake.seen).toEqual([]);
  });

  it.each([
    { TIELINE_GITHUB_APP_ID: "" },
    { TIELINE_GITHUB_APP_ID: "../1" },
    { TIELINE_GITHUB_APP_PRIVATE_KEY_FILE: "" },
    { TIELINE_GITHUB_APP_PRIVATE_KEY: "x" },
  ])("refuses half of an App: %j", async (env) => {
    const { fake, push, review } = await aScene();
    await push(GMAIL);
    const run = await review({ ...env, GITHUB_TOKEN: JOB_TOKEN });
    expect(run.status).toBe(64);
    expect(run.stderr).toContain("TIELINE_GITHUB_APP");
    expect(fake.seen).toEqual([]);
  });
});
