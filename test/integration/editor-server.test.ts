import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import { startEditor, type Editor } from "../support/language-server.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
type Kind = "connection" | "overlay" | "environment" | "template";
/** A document of each kind, and a start of it that is valid by itself. */
const SAMPLES: Readonly<Record<Kind, { path: string; start: string }>> = {
  connection: {
    path: "connections/a.yaml",
    start: "connection_id: a\nprovider: gmail\nauth_type: oauth2\n",
  },
  overlay: {
    path: "environments/dev/connections/a.yaml",
    start: "connection_id: a\n",
  },
  environment: {
    path: "environments/dev/environment.yaml",
    start: 'environment: dev\ntarget: "embedded:"\n',
  },
  template: { path: "templates/a.yaml", start: "template: a\n" },
};
const KINDS = Object.keys(SAMPLES) as Kind[]; // Object.keys forgets the type.

async function schemaOf(kind: Kind): Promise<JsonObject> {
  const file = join(REPOSITORY, "schemas", `${kind}.schema.json`);
  const schema: unknown = JSON.parse(await readFile(file, "utf8"));
  return isJsonObject(schema) ? schema : {};
}

function propertiesOf(
  schema: unknown,
): readonly (readonly [string, JsonObject])[] {
  const properties = isJsonObject(schema) ? schema["properties"] : undefined;
  return Object.entries(isJsonObject(properties) ? properties : {}).flatMap(
    ([name, property]) => (isJsonObject(property) ? [[name, property]] : []),
  );
}

/**
 * A folder with the schemas of this repository, opened in an editor that maps them as the guide
 * says.
 */
let editor: Editor;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tieline-editor-"));
  await cp(join(REPOSITORY, "schemas"), join(root, "schemas"), {
    recursive: true,
  });
  editor = await startEditor(root, await settingsOfGuide(), {
    path: "connections/wrong.yaml",
    text: "no_such_field: 1\n",
  });
});

afterAll(async () => {
  editor.close();
  await rm(root, { recursive: true, force: true });
});

/** What the guide tells people to set in VS Code; the server resolves it against the folder. */
async function settingsOfGuide(): Promise<JsonObject> {
  const guide = await readFile(
    join(REPOSITORY, "docs/guides/editors.md"),
    "utf8",
  );
  const block = /```json\n(.*?)```/su.exec(guide)?.[1] ?? "{}";
  const settings: unknown = JSON.parse(block);
  const schemas = isJsonObject(settings) ? settings["yaml.schemas"] : undefined;
  return isJsonObject(schemas) ? schemas : {};
}

/** A sample with more behind it, and where that ends. */
function extended(kind: Kind, more: string) {
  const { path, start } = SAMPLES[kind];
  const text = start + more;
  const lines = text.split("\n");
  const end = {
    line: lines.length - 1,
    character: lines.at(-1)?.length ?? 0,
  };
  return { path, text, end, line: start.split("\n").length - 1 };
}

describe("an editor with the YAML language server", () => {
  it("offers every field of every kind of document, and of the groups inside", async () => {
    for (const kind of KINDS) {
      const schema = await schemaOf(kind);
      const top = extended(kind, "");
      editor.show(top.path, top.text);
      const offered = await editor.complete(top.path, top.end);
      for (const [name] of propertiesOf(schema))
        expect(
          offered.includes(name) || top.text.includes(`${name}:`),
          `${kind}: ${name}`,
        ).toBe(true);
      for (const [group, property] of propertiesOf(schema)) {
        const members = propertiesOf(property).map(([name]) => name);
        if (members.length === 0) continue;
        const inside = extended(kind, `${group}:\n  `);
        editor.show(inside.path, inside.text);
        expect(
          await editor.complete(inside.path, inside.end),
          `${kind}: ${group}`,
        ).toEqual(expect.arrayContaining(members));
      }
    }
  });

  it("offers every provider of the catalogue, and takes one of the team's own", async () => {
    const slugs = CATALOGUE.map(({ slug }) => slug).sort();
    for (const kind of ["connection", "overlay", "template"] as const) {
      const { path } = SAMPLES[kind];
      editor.show(path, "provider: ");
      const offered = await editor.complete(path, { line: 0, character: 10 });
      expect([...offered].sort()).toEqual(slugs);
    }
    expect(
      await editor.check(
        SAMPLES.connection.path,
        "connection_id: a\nprovider: partner_portal\nauth_type: custom\n",
      ),
    ).toEqual([]);
  });

  it("shows what every field means", async () => {
    for (const kind of KINDS)
      for (const [name, property] of propertiesOf(await schemaOf(kind))) {
        const { path } = SAMPLES[kind];
        const members = propertiesOf(property);
        const text = [
          `${name}:`,
          ...members.map(([member]) => `  ${member}:`),
          "",
        ].join("\n");
        editor.show(path, text);
        expect(
          plain(await editor.hover(path, { line: 0, character: 1 })),
          `${kind}: ${name}`,
        ).toContain(plain(descriptionOf(property)));
        for (const [index, [member, described]] of members.entries())
          expect(
            plain(await editor.hover(path, { line: index + 1, character: 3 })),
            `${kind}: ${name}.${member}`,
          ).toContain(plain(descriptionOf(described)));
      }
  });

  it("says that secrets are references", async () => {
    for (const kind of ["connection", "overlay", "template"] as const) {
      const { path, text, line } = extended(
        kind,
        "credentials:\n  client_secret: hunter2\n",
      );
      expect(
        (await editor.check(path, text)).map(({ message }) => message),
      ).toEqual([
        expect.stringContaining("A secret is never written into a document"),
      ]);
      expect(
        await editor.hover(path, { line: line + 1, character: 4 }),
      ).toContain("A reference only");
    }
  });

  it.each([
    ["an unknown field", "connection", "colour: red\n"],
    ["an unknown field inside", "connection", "settings:\n  time_out: 3\n"],
    ["text for a number", "connection", "settings:\n  timeout: fast\n"],
    ["a number for a switch", "overlay", "settings:\n  pkce: 3\n"],
    ["a word that is none", "connection", "state: on\n"],
    ["an unknown operation", "overlay", "$patch: [{op: put, path: /a}]\n"],
    ["an unknown driver", "environment", "driver: soap\n"],
    ["a limit beyond its bounds", "environment", "limits: {concurrency: 0}\n"],
    ["a name in a template", "template", "connection_id: a\n"],
  ] as const)("points at %s", async (_what, kind, more) => {
    const { path, text, line } = extended(kind, more);
    const problems = await editor.check(path, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.range.start.line).toBeGreaterThanOrEqual(line);
  });

  it("misses required fields only where nothing else gives them", async () => {
    const { path } = SAMPLES.connection;
    const count = async (text: string) =>
      (await editor.check(path, text)).length;
    expect(await count("connection_id: a\nprovider: gmail\n")).toBe(1);
    expect(await count("provider: gmail\nauth_type: oauth2\n")).toBe(0);
    expect(await count("template: slack\n")).toBe(0);
  });

  it("takes variables, encrypted values, and what overlays take back", async () => {
    for (const [kind, more] of [
      [
        "connection",
        "state: var://state\nsettings: {timeout: var://seconds}\n",
      ],
      [
        "connection",
        "credentials: {client_secret: 'ENC[AES256_GCM,data:x]'}\nsops: {}\n",
      ],
      [
        "overlay",
        "rate_limiting: null\ncredentials: {client_secret: null}\nsettings: {timeout: null, retry: null}\nlifecycle: {protected: null}\n",
      ],
    ] as const) {
      const { path, text } = extended(kind, more);
      expect(await editor.check(path, text), more).toEqual([]);
    }
  });

  it("finds nothing wrong with the documents of this repository", async () => {
    const files = await yamlFiles(["connections", "environments"]);
    expect(files.length).toBeGreaterThan(20);
    const templates = await readdir(join(REPOSITORY, "catalogue/templates"));
    const found = await Promise.all([
      ...files.map(async (file) => {
        const text = await readFile(join(REPOSITORY, file), "utf8");
        return [file, await editor.check(file, text)];
      }),
      ...templates.map(async (file) => {
        const at = join(REPOSITORY, "catalogue/templates", file);
        const text = await readFile(at, "utf8");
        // The way to the schema is that of the repository; here the folder decides.
        const bare = text.replace(/^# yaml-.*\n/u, "");
        return [file, await editor.check(`templates/${file}`, bare)];
      }),
    ]);
    expect(found).toEqual(found.map(([file]) => [file, []]));
  });
});

/** Documents that people edit: no files of secrets. */
async function yamlFiles(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(REPOSITORY, folder), { recursive: true }))
        .filter((file) => file.endsWith(".yaml") && !file.endsWith(".enc.yaml"))
        .map((file) => `${folder}/${file}`),
    ),
  );
  return found.flat().sort();
}

function descriptionOf({ description }: JsonObject): string {
  return typeof description === "string" ? description : "(none)";
}

/** Without what the server escapes for Markdown. */
function plain(text: string): string {
  return text
    .replaceAll(/&nbsp;|&#x20;/gu, " ")
    .replaceAll(/[\\\s]+/gu, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
}
