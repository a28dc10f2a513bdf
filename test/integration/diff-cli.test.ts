import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  tieline,
  writeFiles,
} from "../support/cli.ts";

const environment = (name: string, more = ""): string =>
  `environment: ${name}\ntarget: "embedded:"\n${more}`;

function git(cwd: string, ...args: readonly string[]): void {
  const who = ["-c", "user.name=alex", "-c", "user.email=alex@example.org"];
  execFileSync("git", [...who, ...args], { cwd, stdio: "pipe" });
}

function commit(cwd: string, message: string): void {
  git(cwd, "add", "-A");
  git(cwd, "commit", "-qm", message);
}

interface Told {
  readonly exit_code: number;
  readonly environments: readonly Readonly<Record<string, unknown>>[];
}

async function diff(cwd: string, ...args: readonly string[]): Promise<Told> {
  const { stdout } = await tieline(["diff", ...args, "--json"], { cwd });
  return JSON.parse(stdout) as Told;
}

/**
 * Two commits: scopes and owner of a shared document, a limit and an overlay that keeps its own
 * scopes.
 */
async function twoCommits(): Promise<string> {
  const cwd = await aWorkspace({
    "environments/dev/environment.yaml": environment("dev"),
    "environments/prod/environment.yaml": environment(
      "prod",
      "limits: {max_deletes: 2}\n",
    ),
    "connections/mail.yaml": connectionText("mail", ["a"]),
    "connections/chat.yaml": connectionText("chat", ["a"]),
    "environments/prod/connections/mail.yaml": "scopes: [kept]\n",
  });
  git(cwd, "init", "-q");
  commit(cwd, "one");
  await writeFiles(cwd, {
    "environments/prod/environment.yaml": environment(
      "prod",
      "limits: {max_deletes: 20}\n",
    ),
    "connections/mail.yaml": `${connectionText("mail", ["a", "b"])}owner: others\n`,
  });
  commit(cwd, "two");
  return cwd;
}

describe("tieline diff", () => {
  it("plans one commit against another, in every environment", async () => {
    const cwd = await twoCommits();
    const { environments } = await diff(cwd, "HEAD~1", "HEAD");
    expect(environments).toMatchObject([
      {
        name: "dev",
        kind: "changed",
        changes: [
          {
            key: "mail",
            action: "update",
            fields: [
              { path: "/owner", effect: "local" },
              { path: "/scopes", effect: "write", class: "edit" },
            ],
          },
        ],
        rules: [],
      },
      {
        name: "prod",
        kind: "changed",
        changes: [
          { key: "mail", action: "noop", fields: [{ path: "/owner" }] },
        ],
        rules: [
          {
            rule: "limits.max_deletes",
            before: 2,
            after: 20,
            direction: "loosened",
          },
        ],
      },
    ]);
  });

  it("tells a shared value that an overlay hides", async () => {
    const cwd = await twoCommits();
    const args = ["HEAD~1", "HEAD", "--environment", "prod"];
    const { environments } = await diff(cwd, ...args);
    expect(environments).toMatchObject([
      {
        hidden: [
          {
            key: "mail",
            path: "/scopes",
            file: "connections/mail.yaml",
            before: ["a"],
            after: ["a", "b"],
            stays: ["kept"],
          },
        ],
      },
    ]);
    const { stdout } = await tieline(["diff", ...args], { cwd });
    expect(stdout).toContain(
      'environments/prod/connections/mail.yaml hides it (stays ["kept"])',
    );
  });

  it.each([
    ["shared document", "connections/mail.yaml", "a, b"],
    ["template", "templates/house.yaml", "c, d"],
  ])(
    "and so does a plan, of a %s that changed since the last apply",
    async (_, file, now) => {
      const text = (scopes: string): string =>
        file.startsWith("templates")
          ? `template: house\nscopes: [${scopes}]\n`
          : connectionText("mail", scopes.split(", "));
      const cwd = await aWorkspace({
        ".gitignore": ".tieline/\n",
        "environments/prod/environment.yaml": environment("prod"),
        [file]: text("a"),
        "connections/mail.yaml": file.startsWith("templates")
          ? `${connectionText("mail", ["kept"])}template: house\n`
          : text("a"),
        "environments/prod/connections/mail.yaml": file.startsWith("templates")
          ? "description: here\n"
          : "scopes: [kept]\n",
      });
      git(cwd, "init", "-q");
      commit(cwd, "one");
      const applied = await tieline(["apply", "prod", "--yes"], { cwd });
      expect(applied.status, applied.stderr).toBe(0);
      const noticesOf = async (): Promise<readonly object[]> => {
        const { stdout } = await tieline(["plan", "prod", "--json"], { cwd });
        const { notices } = JSON.parse(stdout) as {
          readonly notices: readonly { readonly code: string }[];
        };
        return notices.filter(({ code }) => code === "PLN121");
      };
      expect(await noticesOf()).toEqual([]);
      await writeFiles(cwd, { [file]: text(now) });
      commit(cwd, "two");
      expect(await noticesOf()).toMatchObject([
        {
          key: "mail",
          level: "warning",
          message: expect.stringContaining(
            `/scopes changed in ${file} since `,
          ) as string,
          location: { file },
        },
      ]);
      const { stdout } = await tieline(["plan", "prod"], { cwd });
      expect(stdout).toContain("No changes");
      expect(stdout).toContain('(stays ["kept"])');
    },
  );

  it("claims nothing that only a platform can tell, and makes no state", async () => {
    const cwd = await twoCommits();
    const { environments } = await diff(cwd, "HEAD~1", "HEAD");
    const text = JSON.stringify(environments);
    for (const name of ["remote_id", "precondition", "impact", "steps"])
      expect(text).not.toContain(`"${name}":`);
    const { stdout } = await tieline(["status", "dev", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ receipts: [], owned: [] });
  });

  it("compares HEAD with the working tree, and ends as a plan does", async () => {
    const here = await twoCommits();
    expect((await diff(here)).environments).toMatchObject([
      { kind: "same" },
      { kind: "same" },
    ]);
    const detailed = ["diff", "--detailed-exitcode"];
    expect((await tieline(detailed, { cwd: here })).status).toBe(0);
    await writeFiles(here, {
      "connections/chat.yaml": connectionText("chat", ["z"]),
    });
    expect((await tieline(detailed, { cwd: here })).status).toBe(2);
    expect((await tieline(["diff"], { cwd: here })).status).toBe(0);
  });

  it("tells environments that come and go", async () => {
    const here = await twoCommits();
    await rm(join(here, "environments/dev"), { recursive: true });
    await writeFiles(here, {
      "environments/test/environment.yaml": environment("test"),
    });
    commit(here, "three");
    expect((await diff(here, "HEAD~1", "HEAD")).environments).toMatchObject([
      { name: "dev", kind: "removed", connections: 2 },
      { name: "prod", kind: "same" },
      { name: "test", kind: "added", summary: { create: 2 } },
    ]);
  });

  it("says where the first side is broken, and refuses a broken second one at its place", async () => {
    const here = await twoCommits();
    await writeFiles(here, { "connections/chat.yaml": "scopes: 1\n" });
    commit(here, "broken");
    const broken = await tieline(["diff", "HEAD~1", "HEAD"], { cwd: here });
    expect(broken.status).toBe(3);
    expect(broken.stderr).toContain("connections/chat.yaml:1");
    await writeFiles(here, {
      "connections/chat.yaml": connectionText("chat", ["a"]),
    });
    const healed = await diff(here, "HEAD");
    expect(healed).toMatchObject({
      exit_code: 1,
      environments: [{ kind: "unreadable" }, { kind: "unreadable" }],
    });
  });

  it("refuses names that are not there", async () => {
    const cwd = await twoCommits();
    const commits = await tieline(["diff", "nosuch"], { cwd });
    expect([commits.status, commits.stderr]).toEqual([
      64,
      expect.stringContaining("CLI023"),
    ]);
    const names = await tieline(["diff", "--environment", "dve"], { cwd });
    expect([names.status, names.stderr]).toEqual([
      64,
      expect.stringContaining("CLI041"),
    ]);
  });
});
