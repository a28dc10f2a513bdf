import { describe, expect, it } from "vitest";
import { checkSharedDocuments } from "../../../../src/documents/layers/base-documents.ts";
import type { Resolution } from "../../../../src/documents/layers/resolve.ts";
import { shippedTemplates } from "../../../../src/documents/layers/templates.ts";
import {
  aFolder,
  connectionText,
  placesOf,
  resolveTexts,
} from "../../../support/documents.ts";

const MAIL =
  "template: mail\nprovider: gmail\nauth_type: oauth2\nscopes: [read, send]\nsettings:\n  prompt: consent\n  access_type: offline\n";
const errorsOf = ({ diagnostics }: Resolution) =>
  placesOf(diagnostics.filter(({ severity }) => severity === "error"));

describe("a template", () => {
  it("gives what the document does not say; lists are replaced", () => {
    const { connections, diagnostics } = resolveTexts({
      templates: { "mail.yaml": MAIL },
      base: {
        "m.yaml": "template: mail\nscopes: [send]\nsettings: {prompt: none}\n",
      },
    });
    expect(diagnostics).toEqual([]);
    expect(connections[0]).toMatchObject({
      key: "m",
      provider: "gmail",
      authType: "oauth2",
      fields: {
        "/scopes": ["send"],
        "/settings/prompt": "none",
        "/settings/access_type": "offline",
      },
    });
    expect(connections[0]?.location.file).toBe("connections/m.yaml");
    expect(connections[0]?.origins.get("/settings/access_type")).toEqual({
      file: "templates/mail.yaml",
      line: 7,
      column: 16,
      layer: "template",
    });
  });

  it("does not give its name, version and description", () => {
    const { connections } = resolveTexts({
      templates: {
        "mail.yaml": `${MAIL}version: 1\ndescription: of the template\n`,
      },
      base: { "m.yaml": "template: mail\n" },
    });
    expect(connections[0]?.document).not.toHaveProperty("description");
    expect(connections[0]?.document).not.toHaveProperty("version");
  });

  it("loses to null in a shared document, which still means: must be empty", () => {
    const { connections } = resolveTexts({
      templates: { "mail.yaml": MAIL },
      base: {
        "m.yaml": "template: mail\nscopes: null\nsettings: {prompt: null}\n",
      },
    });
    expect(connections[0]?.fields).toMatchObject({
      "/scopes": null,
      "/settings/prompt": null,
    });
  });

  it("can be added to with $patch beside fields", () => {
    const { connections, diagnostics } = resolveTexts({
      templates: { "mail.yaml": MAIL },
      base: {
        "m.yaml":
          "template: mail\nowner: me\n$patch:\n  - {op: add, path: /scopes/-, value: labels}\n  - {op: remove, path: /settings/prompt}\n",
      },
    });
    expect(diagnostics).toEqual([]);
    expect(connections[0]?.fields["/scopes"]).toEqual([
      "read",
      "send",
      "labels",
    ]);
    expect(connections[0]?.fields).not.toHaveProperty("/settings/prompt");
    expect(connections[0]?.document).not.toHaveProperty("$patch");
  });

  it("is no ground for $patch in a document without one", () => {
    const resolution = resolveTexts({
      base: {
        "m.yaml": connectionText(
          "m",
          "$patch: [{op: remove, path: /scopes}]\n",
        ),
      },
    });
    expect(errorsOf(resolution)).toEqual(["SCH001 connections/m.yaml:4:1"]);
  });

  it("can be the whole of a connection that one environment has alone", () => {
    const { connections } = resolveTexts({
      templates: { "mail.yaml": MAIL },
      base: { "x.yaml": connectionText("x") },
      overlays: { "own.yaml": "template: mail\n" },
    });
    expect(connections.map(({ key }) => key)).toEqual(["own", "x"]);
  });

  it("can be exchanged by an overlay, and taken away with null", () => {
    const of = (overlay: string) =>
      resolveTexts({
        templates: {
          "mail.yaml": MAIL,
          "post.yaml": MAIL.replaceAll("mail", "post").replace(
            "consent",
            "login",
          ),
        },
        base: { "m.yaml": "template: mail\nscopes: [read]\n" },
        overlays: { "m.yaml": overlay },
      });
    expect(of("template: post\n").connections[0]?.fields).toMatchObject({
      "/settings/prompt": "login",
      "/scopes": ["read"],
    });
    expect(errorsOf(of("template: null\n"))).toEqual([
      "SCH006 environments/dev/connections/m.yaml:1:1",
      "SCH006 environments/dev/connections/m.yaml:1:1",
    ]);
    const full = "template: null\nprovider: gmail\nauth_type: oauth2\n";
    expect(of(full).connections[0]?.fields).not.toHaveProperty(
      "/settings/prompt",
    );
  });

  it("protects: neither an overlay nor another template of an overlay takes that back", () => {
    const of = (overlay: string, environment = "") =>
      resolveTexts({
        templates: {
          "mail.yaml": `${MAIL}lifecycle: {protected: true}\n`,
          "plain.yaml": MAIL.replace("mail", "plain"),
        },
        base: { "m.yaml": "template: mail\n" },
        overlays: { "m.yaml": overlay },
        environment,
      });
    expect(errorsOf(of("lifecycle: {protected: false}\n"))).toEqual([
      "CFG023 environments/dev/connections/m.yaml:1:24",
    ]);
    expect(errorsOf(of("template: plain\n"))).toEqual([
      "CFG023 environments/dev/connections/m.yaml:1:11",
    ]);
    expect(errorsOf(of("template: plain\n", "allow_weakening: [m]\n"))).toEqual(
      [],
    );
  });

  it("protects a connection of one environment too", () => {
    const resolution = resolveTexts({
      templates: { "mail.yaml": `${MAIL}lifecycle: {protected: true}\n` },
      overlays: {
        "own.yaml": "template: mail\nlifecycle: {protected: false}\n",
      },
    });
    expect(errorsOf(resolution)).toEqual([
      "CFG023 environments/dev/connections/own.yaml:2:24",
    ]);
  });

  it("gives labels that environments select by", () => {
    const { connections, leftOut } = resolveTexts({
      templates: { "mail.yaml": `${MAIL}labels: {kind: mail}\n` },
      base: { "m.yaml": "template: mail\n", "x.yaml": connectionText("x") },
      environment: "connections: {exclude: ['label:kind=mail']}\n",
    });
    expect(connections.map(({ key }) => key)).toEqual(["x"]);
    expect([...leftOut]).toEqual([
      [
        "m",
        {
          selector: "label:kind=mail",
          location: {
            file: "environments/dev/environment.yaml",
            line: 3,
            column: 25,
            layer: "environment",
          },
        },
      ],
    ]);
  });

  it("may hold references that the environments resolve", () => {
    const { connections, diagnostics } = resolveTexts({
      templates: {
        "mail.yaml": `${MAIL}state: var://state\ncredentials: {client_secret: "secret://mail/client_secret"}\n`,
      },
      base: { "m.yaml": "template: mail\n" },
      environment: "variables: {state: inactive}\n",
    });
    expect(diagnostics).toEqual([]);
    expect(connections[0]?.fields["/state"]).toBe("inactive");
    expect(connections[0]?.secrets.get("/credentials/client_secret")).toEqual({
      kind: "secret",
      path: "mail/client_secret",
    });
  });
});

describe("a template that cannot be used", () => {
  it.each([
    ["template: slack\n", "CFG028 templates/mail.yaml:1:11"],
    ["template: mail\nconnection_id: x\n", "SCH001 templates/mail.yaml:2:1"],
    [
      "template: mail\nlifecycle: {previous_ids: [x]}\n",
      "SCH001 templates/mail.yaml:2:13",
    ],
    [
      "template: mail\n$patch: [{op: remove, path: /x}]\n",
      "SCH001 templates/mail.yaml:2:1",
    ],
    ["template: mail\nsops: {mac: x}\n", "SCH001 templates/mail.yaml:2:1"],
    ["provider: gmail\n", "SCH006 templates/mail.yaml:1:1"],
    [
      "template: mail\nsettings: {timeout: soon}\n",
      "SCH002 templates/mail.yaml:2:21",
    ],
    [
      "template: mail\n---\ntemplate: other\n",
      "CFG028 templates/mail.yaml:3:1",
    ],
    ["template: [\n", "CFG001 templates/mail.yaml:2:1"],
  ])("%j is one located error, and nothing else is blamed", (text, place) => {
    const resolution = resolveTexts({
      templates: { "mail.yaml": text },
      base: { "m.yaml": "template: mail\n" },
    });
    expect(errorsOf(resolution)).toEqual([place]);
    expect(resolution.connections).toEqual([]);
  });

  it("shows no secret that was written into it", () => {
    const { diagnostics } = resolveTexts({
      templates: {
        "mail.yaml": `${MAIL}credentials: {client_secret: CANARY}\n`,
      },
      base: { "m.yaml": "template: mail\n" },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["SCH007"]);
    expect(JSON.stringify(diagnostics)).not.toContain("CANARY");
  });

  it("is unknown with the nearest name, the package's templates included", () => {
    const { diagnostics } = resolveTexts({
      base: { "m.yaml": "template: slak\n", "x.yaml": connectionText("x") },
    });
    expect(placesOf(diagnostics)).toEqual(["CFG028 connections/m.yaml:1:11"]);
    expect(diagnostics[0]?.message).toContain('did you mean "slack"?');
  });

  it("is not looked for elsewhere when its folder cannot be read", () => {
    const resolution = resolveTexts({
      base: { "m.yaml": "template: slack\nsettings: null\n" },
      refusedTemplates: [
        { path: "templates", reason: "unreadable", detail: "EACCES" },
      ],
    });
    expect(resolution.connections).toEqual([]);
    expect(errorsOf(resolution)).toEqual([
      "SCH002 connections/m.yaml:2:11",
      "CFG002 templates:1:1",
    ]);
  });

  it("does not trouble an environment that does not use it", () => {
    const { diagnostics } = resolveTexts({
      templates: { "mail.yaml": "nonsense\n" },
      base: { "x.yaml": connectionText("x") },
    });
    expect(diagnostics).toEqual([]);
  });
});

describe("checking shared documents", () => {
  const check = (
    templates: Readonly<Record<string, string>>,
    used: readonly string[] = [],
    base = "template: mail\n",
  ) =>
    placesOf(
      checkSharedDocuments(
        {
          base: aFolder("connections", { "m.yaml": base }),
          templates: aFolder("templates", templates),
        },
        used,
      ),
    );

  it("finds templates that are broken, unused, or in place of a shipped one", () => {
    expect(
      check({
        "mail.yaml": MAIL,
        "idle.yaml": "template: idle\nscopes: 3\n",
        "slack.yaml": "template: slack\n",
        "spare.yaml": "template: spare\n",
      }),
    ).toEqual([
      "SCH002 templates/idle.yaml:2:9",
      "CFG015 templates/slack.yaml:1:1",
      "CFG028 templates/slack.yaml:1:1",
      "CFG015 templates/spare.yaml:1:1",
    ]);
  });

  it("counts what environments use", () => {
    expect(
      check({ "mail.yaml": MAIL, "spare.yaml": "template: spare\n" }, [
        "spare",
      ]),
    ).toEqual([]);
  });

  it("finds two files of one name, and names nobody knows", () => {
    expect(
      check({ "mail.yaml": MAIL, "mail.yml": MAIL }, [], "template: maill\n"),
    ).toEqual([
      "CFG028 connections/m.yaml:1:11",
      "CFG028 templates/mail.yml:1:1",
    ]);
  });
});

describe("the templates of the package", () => {
  it.each(shippedTemplates)("$name can be used", ({ name, text }) => {
    const provider = text.includes("\nprovider:") ? "" : "provider: gmail\n";
    const resolution = resolveTexts({
      base: { "m.yaml": `template: ${name}\n${provider}` },
    });
    expect(resolution.diagnostics).toEqual([]);
    expect(resolution.connections).toHaveLength(1);
  });

  it("are told apart from files of the workspace", () => {
    const { connections } = resolveTexts({
      base: { "m.yaml": "template: slack\n" },
    });
    expect(connections[0]?.origins.get("/provider")).toMatchObject({
      file: "tieline:templates/slack.yaml",
      line: 4,
    });
  });
});
