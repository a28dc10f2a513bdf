import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
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
