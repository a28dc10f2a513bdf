import { describe, expect, it } from "vitest";
import { fixesOf } from "../../../../src/features/lint/fix.ts";
import {
  anEnvironment,
  lintOptions,
  lintTexts,
  tidy,
} from "../../../support/lint.ts";
import { applied, textSource } from "../../../support/text-source.ts";

const DEV = { "environments/dev/environment.yaml": anEnvironment("dev") };

describe("fixes", () => {
  it("take out what an overlay repeats, with comments and order of the rest kept", async () => {
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail", [
        "settings: {timeout: 30, prompt: consent}",
      ]),
      "environments/dev/connections/mail.yaml":
        "# ours\nconnection_id: mail\nowner: team-support\nsettings:\n  prompt: none # quiet\n  timeout: 30\n",
    };
    const { changes, left } = await fixesOf(textSource(files), lintOptions());
    expect(left).toEqual([]);
    expect(changes.map(({ path, after }) => [path, after])).toEqual([
      [
        "environments/dev/connections/mail.yaml",
        "# ours\nconnection_id: mail\nsettings:\n  prompt: none # quiet\n",
      ],
    ]);
  });

  it("make room for each other: a list without its repetition may repeat the base's", async () => {
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail", ["scopes: [a, b]"]),
      "environments/dev/connections/mail.yaml":
        "connection_id: mail\nscopes: [a, b, a]\nlabels: {tier: x}\n",
    };
    const { changes } = await fixesOf(textSource(files), lintOptions());
    const after = applied(files, changes);
    expect(after["environments/dev/connections/mail.yaml"]).not.toContain(
      "scopes",
    );
    expect((await lintTexts(after)).edits).toEqual([]);
  });

  it("leave to people what cannot be edited safely, and say so", async () => {
    const path = "environments/dev/connections/both.yaml";
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail"),
      "connections/post.yaml": tidy("post"),
      [path]:
        "connection_id: mail\nowner: team-support\n---\nconnection_id: post\nowner: team-support\n",
    };
    const fixes = await fixesOf(textSource(files), lintOptions());
    expect(fixes).toEqual({ changes: [], left: [path] });
  });

  it("leave a file alone whose repeated value is an anchor for others", async () => {
    const path = "environments/dev/connections/mail.yaml";
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail"),
      [path]:
        "connection_id: mail\nowner: &team team-support\nlabels: {team: *team}\n",
    };
    const fixes = await fixesOf(textSource(files), lintOptions());
    expect(fixes).toEqual({ changes: [], left: [path] });
  });

  it("are none for findings that are kept quiet or switched off", async () => {
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail"),
      "environments/dev/connections/mail.yaml":
        "connection_id: mail\nowner: team-support # tieline-ignore LNT016 until 2027-01-31: said on purpose\n",
    };
    expect((await fixesOf(textSource(files), lintOptions())).changes).toEqual(
      [],
    );
    const off = lintOptions({ levels: new Map([["LNT016", "off"]]) });
    expect((await fixesOf(textSource(files), off)).changes).toEqual([]);
  });

  it("never touch a template of the package", async () => {
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail", ["template: google-workspace"]),
    };
    const report = await lintTexts(files);
    expect(
      report.diagnostics.every(
        ({ location }) => location?.file.startsWith("tieline:") !== true,
      ),
    ).toBe(true);
    expect((await fixesOf(textSource(files), lintOptions())).changes).toEqual(
      [],
    );
  });
});
