import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, tieline } from "../support/cli.ts";
import { anEnvironment, tidy } from "../support/lint.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OVERLAY = "environments/dev/connections/mail.yaml";
const FILES = {
  "environments/dev/environment.yaml": anEnvironment("dev"),
  "connections/mail.yaml": tidy("mail", ["settings: {pkce: true}"]),
  [OVERLAY]:
    "# ours\nconnection_id: mail\nsettings: {pkce: true}\nlabels: {tier: x}\n",
};

describe("tieline lint", () => {
  it("names findings with place, reason and advice, and ends with 0 for warnings", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout } = await tieline(["lint"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("warning LNT016");
    expect(stdout).toContain(`${OVERLAY}:3:1 (overlay)`);
    expect(stdout).toContain("docs: tieline explain LNT016");
  });

  it.each([
    [["--fail-on", "warning"], 3],
    [["--max-warnings", "0"], 3],
    [["--max-warnings", "1"], 0],
    [["--severity", "redundant-overlay=error"], 3],
    [["--severity", "LNT016=off", "--fail-on", "note"], 0],
    [["--rule", "missing-owner", "--fail-on", "note"], 0],
    [["nowhere"], 64],
    [["--rule", "nothing"], 64],
    [["--severity", "missing-owner=high"], 64],
    [["--max-warnings", "many"], 64],
  ])("ends as it is told to: %j gives %i", async (args, expected) => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout } = await tieline(["lint", ...args, "--json"], {
      cwd,
    });
    expect(status).toBe(expected);
    expect(JSON.parse(stdout)).toMatchObject({ exit_code: expected });
  });

  it("fixes files, once: after it there is nothing left to fix", async () => {
    const cwd = await aWorkspace(FILES);
    const dry = await tieline(["lint", "--dry-run"], { cwd });
    expect(dry.stdout).toContain(`would write ${OVERLAY}`);
    expect(await readFile(join(cwd, OVERLAY), "utf8")).toBe(FILES[OVERLAY]);
    const fixed = await tieline(["lint", "--fix"], { cwd });
    expect(fixed.stdout).toBe(`wrote ${OVERLAY}\ndev: nothing found\n`);
    expect(await readFile(join(cwd, OVERLAY), "utf8")).toBe(
      "# ours\nconnection_id: mail\nlabels: {tier: x}\n",
    );
    const again = await tieline(["lint", "--fix", "--json"], { cwd });
    expect(JSON.parse(again.stdout)).toMatchObject({
      kind: "lint",
      files: [],
      fixable: 0,
      findings: [],
      exit_code: 0,
    });
  });

  it("gives paths from the repository's root to GitHub, and suppressed findings to SARIF only", async () => {
    const outer = await aWorkspace({
      "config/environments/dev/environment.yaml": anEnvironment("dev"),
      "config/connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
      "config/connections/post.yaml": `# tieline-ignore LNT002 until 9999-12-31: named soon\n${tidy("post").replace(/owner:.*\n/u, "")}`,
    });
    await mkdir(join(outer, ".git"));
    const cwd = join(outer, "config");
    const github = await tieline(["lint", "--output", "github"], { cwd });
    expect(github.stdout.split("\n").filter((line) => line !== "")).toEqual([
      expect.stringMatching(
        /^::warning file=config\/connections\/mail\.yaml,line=1,col=1,title=LNT002::/u,
      ),
    ]);
    const sarif = await tieline(["lint", "--output", "sarif"], { cwd });
    const log: unknown = JSON.parse(sarif.stdout);
    expect(log).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          results: [
            {
              ruleId: "LNT002",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "config/connections/mail.yaml" },
                    region: { startLine: 1 },
                  },
                },
              ],
            },
            { ruleId: "LNT002", suppressions: [{ kind: "inSource" }] },
          ],
        },
      ],
    });
  });

  it("finds nothing unused in the secrets of the examples, and no error", async () => {
    const cwd = await aWorkspace({});
    for (const folder of ["connections", "environments"])
      await cp(join(ROOT, folder), join(cwd, folder), { recursive: true });
    const { stdout, status } = await tieline(["lint", "--json"], { cwd });
    const { findings } = JSON.parse(stdout) as {
      findings: { code: string; severity: string }[];
    };
    expect(status).toBe(0);
    expect(
      findings
        .filter(({ severity }) => severity !== "note")
        .map(({ code }) => code),
    ).toEqual(["LNT011"]);
    expect(new Set(findings.map(({ code }) => code)).has("LNT007")).toBe(false);
  });

  it("finds what a file of secrets holds for nobody, at its line", async () => {
    const cwd = await aWorkspace({});
    await cp(join(ROOT, "connections"), join(cwd, "connections"), {
      recursive: true,
    });
    await cp(join(ROOT, "environments/dev"), join(cwd, "environments/dev"), {
      recursive: true,
    });
    const files = await tieline(["lint", "--json"], { cwd });
    expect(files.stdout).not.toContain("LNT007");
    const shared = join(cwd, "environments/dev/environment.yaml");
    await writeFile(
      shared,
      (await readFile(shared, "utf8")).replace(
        "  exclude:\n",
        "  exclude:\n    - slack-notify\n",
      ),
    );
    const { stdout } = await tieline(["lint", "--json"], { cwd });
    const { findings } = JSON.parse(stdout) as {
      findings: { code: string; location: { file: string; line: number } }[];
    };
    const found = findings.find(({ code }) => code === "LNT007");
    expect(found?.location.file).toBe("environments/dev/secrets.enc.yaml");
    const lines = (
      await readFile(join(cwd, "environments/dev/secrets.enc.yaml"), "utf8")
    ).split("\n");
    expect(lines[(found?.location.line ?? 0) - 2]).toBe("slack-notify:");
    expect(stdout).not.toContain("ENC[");
  });
});

describe("tieline validate", () => {
  it("gives its findings to GitHub and SARIF too", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "connections/mail.yaml": `${tidy("mail")}"::error ::forged": 1\n`,
    });
    const github = await tieline(["validate", "--output", "github"], { cwd });
    expect(github.status).toBe(3);
    expect(github.stdout).toMatch(
      /^::error file=connections\/mail\.yaml,line=6,col=1,title=SCH001::/u,
    );
    expect(github.stdout.split("\n")).toHaveLength(2);
    const sarif = await tieline(["validate", "--output", "sarif"], { cwd });
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      runs: [{ results: [{ ruleId: "SCH001", level: "error" }] }],
    });
  });
});
