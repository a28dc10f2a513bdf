import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  commentsOf,
  formatFile,
  type FileRole,
} from "../../../../src/documents/format/format.ts";
import { parseFile } from "../../../../src/documents/read/parse.ts";
import { aFile } from "../../../support/documents.ts";

const ROOT = new URL("../../../../", import.meta.url);
const ROLE: FileRole = { kind: "connection", layer: "base" };

function formatted(
  text: string,
  role = ROLE,
  path = "connections/a.yaml",
): string {
  const result = formatFile(aFile(path, text), role);
  return result.kind === "formatted" ? result.after : result.kind;
}

/** Every document of the repository's own example. */
function examples(): { path: string; role: FileRole }[] {
  const yamlIn = (folder: string): string[] =>
    readdirSync(new URL(folder, ROOT))
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => `${folder}${name}`);
  return [
    ...yamlIn("connections/").map((path) => ({ path, role: ROLE })),
    ...readdirSync(new URL("environments/", ROOT)).flatMap((name) => [
      {
        path: `environments/${name}/environment.yaml`,
        role: { kind: "environment", layer: "environment" } as const,
      },
      ...yamlIn(`environments/${name}/connections/`).map((path) => ({
        path,
        role: { kind: "connection", layer: "overlay" } as const,
      })),
    ]),
  ];
}

describe("the common form", () => {
  it("orders fields as the schema does, each with its comments", () => {
    expect(
      formatted(
        "# file\n\nsettings: # set\n    # t\n    timeout: 3\n    auto_refresh: true # r\nprovider: 'gmail'\n# id\nconnection_id: \"x\"\nzz: 1\n",
      ),
    ).toBe(
      "# file\n\n# id\nconnection_id: x\nprovider: gmail\n# set\nsettings:\n  auto_refresh: true # r\n  # t\n  timeout: 3\nzz: 1\n",
    );
  });

  it("writes lists one item a line and never changes their order", () => {
    expect(formatted("scopes: [b, 'a'] # both\nlabels: {x: b, y: a}\n")).toBe(
      "labels: { x: b, y: a }\n# both\nscopes:\n  - b\n  - a\n",
    );
  });

  it("keeps quotes where other programs read another type", () => {
    expect(
      formatted('owner: "on"\ndescription: "12:30"\nprovider: "gmail"\n'),
    ).toBe('provider: gmail\ndescription: "12:30"\nowner: "on"\n');
  });

  it("ends lines as Unix does, and leaves at most one blank line", () => {
    expect(formatted("provider: gmail\r\n\r\n\r\n\r\nauth_type: oauth2")).toBe(
      "provider: gmail\n\nauth_type: oauth2\n",
    );
  });

  it("writes JSON in the same order with two spaces", () => {
    expect(
      formatted(
        '{"auth_type":"oauth2","provider":"gmail"}',
        ROLE,
        "connections/a.json",
      ),
    ).toBe('{\n  "provider": "gmail",\n  "auth_type": "oauth2"\n}\n');
  });

  it("does not move fields where an alias could lose its anchor", () => {
    const text = "owner: &x a\nconnection_id: *x\n";
    expect(formatted(text)).toBe(text);
  });

  it("leaves files with a sops block of their own alone", () => {
    expect(formatted("provider:   gmail\nsops:\n  mac: x\n")).toBe(
      "left-alone",
    );
    expect(formatted("a: [\n")).toBe("invalid");
  });

  it("keeps every document of the example what it is, and is stable on it", () => {
    for (const { path, role } of examples()) {
      const text = readFileSync(new URL(path, ROOT), "utf8");
      const after = formatted(text, role, path);
      const valueOf = (one: string): unknown =>
        parseFile(aFile(path, one), role.kind, role.layer).documents.map(
          ({ value }) => value,
        );
      expect([path, valueOf(after)]).toEqual([path, valueOf(text)]);
      expect([path, commentsOf(after)]).toEqual([path, commentsOf(text)]);
      expect([path, formatted(after, role, path)]).toEqual([path, after]);
    }
  });
});
