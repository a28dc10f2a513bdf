import { describe, expect, it } from "vitest";
import { readOwners } from "../../../../src/engine/approvals/codeowners.ts";

const owners = (
  text: string,
  path: string,
  dialect: "github" | "gitlab" = "github",
): string =>
  readOwners(
    text,
    dialect,
  )(path)
    .map((group) => `${group.owners.join(" ")}/${String(group.count)}`)
    .join(", ");

describe("owners of a file on GitHub", () => {
  /** @remarks Source: GitHub, "About code owners", the example of a file. */
  it.each([
    ["*       @a", "x/y/z.yaml", "@a/1"],
    ["* @a\n/connections/ @b", "connections/mail.yaml", "@b/1"],
    ["/connections/ @b\n* @a", "connections/mail.yaml", "@a/1"],
    ["* @a\n/connections/", "connections/mail.yaml", ""],
    ["*.yaml @a #last", "environments/prod/environment.yaml", "@a/1"],
    ["*.yaml @a", "README.md", ""],
    ["notes/* @a", "notes/one.md", "@a/1"],
    ["notes/* @a", "notes/deep/one.md", ""],
    ["apps/ @a", "src/apps/one.ts", "@a/1"],
    ["apps/ @a", "apps", ""],
    ["/apps/ @a", "src/apps/one.ts", ""],
    ["environments/prod @a", "environments/prod/deep/x.yaml", "@a/1"],
    ["environments/prod @a", "x/environments/prod/x.yaml", ""],
    ["**/prod @a", "environments/prod/x.yaml", "@a/1"],
    ["/environments/**/x.yaml @a", "environments/prod/deep/x.yaml", "@a/1"],
    ["/environments/pro? @a", "environments/prod/x.yaml", "@a/1"],
    [String.raw`/a\ b/ @a`, "a b/c", "@a/1"],
    ["* @a\n!connections/ @b", "connections/mail.yaml", "@a/1"],
    ["* @a\n[c]onnections/ @b", "connections/mail.yaml", "@a/1"],
    ["* a@b.example @x/y", "mail.yaml", "a@b.example @x/y/1"],
    ["# * @a\n\n", "mail.yaml", ""],
  ])("%j for %s: %s", (text, path, found) => {
    expect(owners(text, path)).toBe(found);
  });

  it("takes a pattern of many stars in bounded time", () => {
    const text = `${"*a".repeat(100)}b @a`;
    expect(owners(text, "a".repeat(250))).toBe("");
  });
});

describe("owners of a file on GitLab", () => {
  /** @remarks Source: GitLab, "Syntax of Code Owners file". */
  it.each([
    ["docs/* @a", "x/docs/one.md", "@a/1"],
    ["/docs/* @a", "x/docs/one.md", ""],
    ["* @a\n[Prod][2] @b\nprod/\n", "prod/x.yaml", "@a/1, @b/2"],
    ["^[Prod]\n* @b", "prod/x.yaml", ""],
    ["[Prod] @b\n*\n[prod]\n/prod/ @c", "prod/x.yaml", "@c/1"],
    ["* @a\n!prod/", "prod/x.yaml", ""],
  ])("%j for %s: %s", (text, path, found) => {
    expect(owners(text, path, "gitlab")).toBe(found);
  });
});
