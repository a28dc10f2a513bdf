import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/generated/commands.ts";
import { runTidily } from "../support/hostile.ts";
import { HOSTILE_MARKUP } from "../support/written-pages.ts";
import { aRepository } from "../support/repository.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
  writeFiles,
} from "../support/cli.ts";

/** A workspace with one environment that has nothing yet. */
const FILES = {
  "connections/gmail.yaml": connectionText("gmail", ["mail.read"]),
  "environments/dev/environment.yaml": environmentText("embedded:"),
};

describe("plan in forms for forges", () => {
  it("annotates, and adds what it says to the summary of the step", async () => {
    const cwd = await aWorkspace(FILES);
    const summary = join(cwd, "summary.md");
    await writeFile(summary, "earlier\n");
    const env = { GITHUB_STEP_SUMMARY: summary };
    const result = await tieline(["plan", "dev", "--output", "github"], {
      cwd,
      env,
    });
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/^(?:::(?:error|warning|notice) .*\n)*$/u);
    expect(await readFile(summary, "utf8")).toMatch(/^earlier\n## dev: /u);
  });

  it("leaves a summary as it is that is full, or that cannot be written", async () => {
    const cwd = await aWorkspace(FILES);
    const summary = join(cwd, "summary.md");
    const full = `${"x".repeat(900 * 1024 - 100)}\n`;
    await writeFile(summary, full);
    for (const path of [summary, join(cwd, "none", "summary.md")]) {
      const result = await tieline(["plan", "dev", "--output", "github"], {
        cwd,
        env: { GITHUB_STEP_SUMMARY: path },
      });
      expect(result.status).toBe(0);
      expect(result.stderr).toMatch(/othing was added to/u);
    }
    expect(await readFile(summary, "utf8")).toBe(full);
  });

  it("writes the counts of GitLab and a SARIF log, each one JSON value", async () => {
    const cwd = await aWorkspace(FILES);
    const plan = (form: string) =>
      tieline(["plan", "dev", "--output", form], { cwd });
    expect(JSON.parse((await plan("gitlab")).stdout)).toEqual({
      create: 1,
      update: 0,
      delete: 0,
    });
    expect(JSON.parse((await plan("sarif")).stdout)).toMatchObject({
      version: "2.1.0",
    });
  });
});

/** Commands that have more forms than text and JSON, with what they are given here. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  plan: ["dev"],
  show: ["plan.json"],
  diff: [],
  drift: ["dev"],
  apply: ["dev", "--yes"],
  compare: ["dev", "prod"],
  validate: [],
  lint: [],
  fmt: ["--check"],
  usage: ["src"],
};

const EVIL = JSON.stringify(HOSTILE_MARKUP.join(" "));

const OWNER = JSON.stringify(HOSTILE_MARKUP.slice(0, 3).join(" "));

/** Documents with a hostile text in every field of words. */
const HOSTILE_FILES = {
  "connections/gmail.yaml": connectionText(
    "gmail",
    ["mail.read"],
    [`description: ${EVIL}`, `owner: ${OWNER}`],
  ),
  "environments/dev/environment.yaml": environmentText("embedded:", [
    `description: ${EVIL}`,
  ]),
  "environments/prod/environment.yaml": environmentText("embedded:").replace(
    "environment: dev",
    "environment: prod",
  ),
  "src/a.ts": `client.connections.getConnection("missing");\n`,
};

const formsOf = (name: string): readonly string[] => {
  const found = COMMANDS.find((each) => each.name === name);
  const option =
    found === undefined || "subcommands" in found
      ? undefined
      : found.options["output"];
  const forms = option?.kind === "choice" ? option.choices : [];
  return forms.filter((form) => form !== "text" && form !== "json");
};

describe("every form of every command", () => {
  it("is tried below", () => {
    const withForms = COMMANDS.filter(({ name }) => formsOf(name).length > 0);
    expect(Object.keys(LINES).sort()).toEqual(
      withForms.map(({ name }) => name).sort(),
    );
  });

  it.each(Object.entries(LINES))(
    "%s is written whole, and acts on nothing",
    async (name, args) => {
      const repository = await aRepository();
      const cwd = await repository.clone();
      await repository.commit(cwd, FILES);
      await writeFiles(cwd, HOSTILE_FILES);
      await tieline(["plan", "dev", "--out", "plan.json"], { cwd });
      const runs = formsOf(name).map(async (form) => {
        const summary = join(cwd, `${form}.summary`);
        await writeFile(summary, "");
        const line = [name, ...args, "--output", form];
        const env = { GITHUB_STEP_SUMMARY: summary };
        const result = await runTidily(line, { cwd, env });
        expect(result.stderr).not.toMatch(/\b(?:CLI|INT|SCH|CFG)\d{3}\b/u);
        if (/^(?:sarif|gitlab)$/u.test(form)) JSON.parse(result.stdout);
        if (form === "markdown") expect(result.stdout).toMatch(/^## /u);
        if (form === "html") expect(result.stdout).toMatch(/^<!doctype html>/u);
        const added = await readFile(summary, "utf8");
        expect(added).toMatch(form === "github" ? /^## / : /^$/u);
      });
      await Promise.all(runs);
    },
  );

  it("tells in it what ended the command before there was a result", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "connections/bad.yaml": "connection_id: [\n",
    });
    const summary = join(cwd, "summary.md");
    await writeFile(summary, "");
    const env = { GITHUB_STEP_SUMMARY: summary };
    const result = await tieline(["plan", "dev", "--output", "github"], {
      cwd,
      env,
    });
    expect(result.status).toBe(3);
    expect(result.stdout).toMatch(/^::error file=connections\/bad\.yaml,/mu);
    expect(await readFile(summary, "utf8")).toMatch(
      /^## tieline plan: \d+ err/u,
    );
    const counts = await tieline(["plan", "dev", "--output", "gitlab"], {
      cwd,
    });
    expect(counts).toMatchObject({ status: 3, stdout: "" });
  });
});
