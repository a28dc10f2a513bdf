import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  commentsOf,
  type FileRole,
} from "../../../../src/documents/format/format.ts";
import { migrateFile } from "../../../../src/documents/migrate/migrate-file.ts";
import { parseFile } from "../../../../src/documents/read/parse.ts";
import { aFile, placesOf, resolveTexts } from "../../../support/documents.ts";

const FIXTURES = new URL("../../../fixtures/", import.meta.url);
const ROLE: FileRole = { kind: "connection", layer: "base" };
const roleOf = (name: string): FileRole =>
  name === "environment.yaml"
    ? { kind: "environment", layer: "environment" }
    : ROLE;

function fixture(version: string, name: string): string {
  return readFileSync(new URL(`${version}/${name}`, FIXTURES), "utf8");
}

function migrated(name: string, text = fixture("v0", name)): string {
  return (
    migrateFile(aFile(`connections/${name}`, text), roleOf(name)).change
      ?.after ?? ""
  );
}

function codes(text: string): string[] {
  return migrateFile(aFile("connections/a.yaml", text), ROLE).diagnostics.map(
    ({ code }) => code,
  );
}

describe("documents of version 0", () => {
  it("become valid documents that hold no secret", () => {
    for (const name of readdirSync(new URL("v0/", FIXTURES))) {
      if (name === "environment.yaml") continue;
      const text = migrated(name);
      expect(text).not.toContain("made-up");
      const { diagnostics } = resolveTexts({ base: { [name]: text } });
      expect(
        placesOf(diagnostics.filter(({ severity }) => severity === "error")),
      ).toEqual([]);
    }
  });

  it("keep their comments, order and layout", () => {
    expect(migrated("tracker-key.yaml")).toBe(
      fixture("v0", "tracker-key.yaml")
        .replace("id: tracker", "connection_id: tracker")
        .replace("type: API-Key", "auth_type: api_key")
        .replace(
          "apiKey: made-up-key-of-a-test",
          "api_key: secret://tracker-key/api_key",
        ),
    );
    for (const name of readdirSync(new URL("v0/", FIXTURES)))
      expect(commentsOf(migrated(name))).toEqual(
        commentsOf(fixture("v0", name)),
      );
  });

  it("get fields into their groups, words of today and lists of scopes", () => {
    const file = aFile("connections/flat.yaml", migrated("flat.yaml"));
    expect(parseFile(file, "connection", "base").documents[0]?.value).toEqual({
      version: 1,
      connection_id: "flat",
      provider: "slack",
      auth_type: "oauth2",
      state: "active",
      scopes: ["channels:read", "chat:write"],
      credentials: { client_id: "77" },
      settings: { authorization_url: "https://slack.example/authorize" },
    });
  });

  it.each(["constructor", "__proto__", "toString"])(
    "keep a word that only looks like one of ours: %s",
    (word) => {
      const text = `name: a\nprovider: slack\ntype: ${word}\nstatus: ${word}\n`;
      const file = aFile("connections/a.yaml", migrated("a.yaml", text));
      expect(
        parseFile(file, "connection", "base").documents[0]?.value,
      ).toMatchObject({ auth_type: word, state: word });
    },
  );

  it("name environments and targets as today", () => {
    expect(migrated("environment.yaml")).toBe(
      '# where it runs\nenvironment: dev\ntarget: "embedded:"\n',
    );
  });

  it("stay JSON where they are JSON", () => {
    expect(JSON.parse(migrated("mail-oauth.json"))).toMatchObject({
      credentials: { client_secret: "secret://mail-oauth/client_secret" },
    });
  });

  it("say which secrets to store, and never their value", () => {
    const result = migrateFile(
      aFile("connections/mail-oauth.json", fixture("v0", "mail-oauth.json")),
      ROLE,
    );
    expect(
      result.diagnostics.map(({ code, severity }) => [code, severity]),
    ).toEqual([["CFG043", "warning"]]);
    expect(result.diagnostics[0]?.fix).toContain(
      "secrets set <environment> mail-oauth/client_secret",
    );
    expect(JSON.stringify(result.diagnostics)).not.toContain("made-up");
  });

  it("are left to a person where two values would become one", () => {
    expect(codes("id: a\nname: b\nprovider: gmail\n")).toEqual(["CFG047"]);
    expect(codes("connection_id: a\nname: b\n")).toEqual(["CFG047"]);
    expect(
      codes("connection_id: a\nclient_id: x\ncredentials: {client_id: y}\n"),
    ).toEqual(["CFG047"]);
    expect(codes("id: &x a\nprovider: *x\nscopes: a b\n")).toEqual([]);
    expect(codes("connection_id: a\nscopes: &x a b\nowner: *x\n")).toEqual([
      "CFG047",
    ]);
  });

  it("are named by validation, with the command that helps", () => {
    const { diagnostics } = resolveTexts({
      base: {
        "a.yaml": "connection_id: a\nprovider: gmail\ntype: oauth2\n",
        "b.yaml":
          "version: 0\nconnection_id: b\nprovider: gmail\nauth_type: oauth2\n",
      },
    });
    const old = diagnostics.filter(
      ({ fix }) => fix?.includes("tieline migrate") === true,
    );
    expect(placesOf(old)).toEqual([
      "SCH001 connections/a.yaml:3:1",
      "CFG040 connections/b.yaml:1:10",
    ]);
  });
});

describe("documents of version 1", () => {
  it("are left byte for byte", () => {
    for (const name of readdirSync(new URL("v1/", FIXTURES))) {
      const text = fixture("v1", name);
      expect(migrateFile(aFile(`connections/${name}`, text), ROLE)).toEqual({
        diagnostics: [],
      });
      const { diagnostics } = resolveTexts({ base: { [name]: text } });
      expect(
        placesOf(diagnostics.filter(({ severity }) => severity === "error")),
      ).toEqual([]);
    }
  });
});

describe("documents of a newer version", () => {
  it("are refused where the version is written, with the advice to update", () => {
    const text =
      "connection_id: a\nversion: 2\nprovider: gmail\nauth_type: oauth2\n";
    expect(
      placesOf(resolveTexts({ base: { "a.yaml": text } }).diagnostics),
    ).toContain("CFG040 connections/a.yaml:2:10");
    expect(codes(text)).toEqual(["CFG040"]);
    expect(codes(text.replace("2", '"two"'))).toEqual(["SCH002"]);
  });
});
