import { describe, expect, it } from "vitest";
import { explainConnection } from "../../../../src/features/explain/explain-connection.ts";
import { openPreview } from "../../../../src/environment/api/offline.ts";
import type { DocumentSource } from "../../../../src/ports/document-source.ts";
import { renderExplanation } from "../../../../src/features/explain/text.ts";
import { aFile, connectionText, placesOf } from "../../../support/documents.ts";

const ENVIRONMENT = 'environment: dev\ntarget: "embedded:"\n';

/** A workspace of these files, without a disk. */
function aSource(files: Readonly<Record<string, string>>): DocumentSource {
  const paths = Object.keys(files).sort();
  return {
    root: "/",
    readFile: (path) =>
      Promise.resolve(
        files[path] === undefined ? null : aFile(path, files[path]),
      ),
    readFolder: (folder) =>
      Promise.resolve({
        exists: true,
        files: paths
          .filter((path) => path.slice(0, path.lastIndexOf("/")) === folder)
          .map((path) => aFile(path, files[path] ?? "")),
        refused: [],
      }),
    listFolders: (folder) =>
      Promise.resolve([
        ...new Set(
          paths
            .filter((path) => path.startsWith(`${folder}/`))
            .map((path) => path.split("/")[1] ?? ""),
        ),
      ]),
  };
}

function explain(
  files: Readonly<Record<string, string>>,
  field?: string,
  connection = "c",
  environment = "dev",
) {
  return explainConnection(
    { environment, connection, field },
    {
      source: aSource({
        "environments/dev/environment.yaml": ENVIRONMENT,
        ...files,
      }),
      env: { LAND: "de" },
      previewOf: openPreview,
    },
  );
}

const place = (file: string, line: number, column: number, layer: string) => ({
  file,
  line,
  column,
  layer,
});
const OVERLAY = "environments/dev/connections/c.yaml";

describe("explaining a field", () => {
  it("tells who set it, what that hides, and what the API receives", async () => {
    const { fields } = await explain(
      {
        "templates/t.yaml":
          "template: t\nprovider: gmail\nauth_type: oauth2\nsettings: {prompt: none}\n",
        "connections/c.yaml": "template: t\nsettings: {prompt: consent}\n",
        [OVERLAY]: "settings: {prompt: login}\n",
      },
      "settings.prompt",
    );
    expect(fields).toMatchObject([
      {
        status: "set",
        value: "login",
        location: place(OVERLAY, 1, 20, "overlay"),
        hides: [
          {
            kind: "sets",
            value: "consent",
            location: place("connections/c.yaml", 2, 20, "base"),
          },
          {
            kind: "sets",
            value: "none",
            location: place("templates/t.yaml", 4, 20, "template"),
          },
        ],
        wire: {
          kind: "sent",
          route: "PATCH /api/v1/connections/{id}",
          member: "oauth_config.prompt",
          value: "login",
        },
      },
    ]);
  });

  it("tells where each item of a set came from, through patches too", async () => {
    const { fields } = await explain(
      {
        "connections/c.yaml": connectionText("c", "scopes: [a, b, x]\n"),
        [OVERLAY]:
          "$patch:\n  - {op: remove, path: /scopes/0}\n  - {op: add, path: /scopes/0, value: n}\n",
      },
      "scopes",
    );
    expect(fields[0]?.items).toMatchObject([
      { value: "n", location: place(OVERLAY, 3, 39, "overlay") },
      { value: "b", location: place("connections/c.yaml", 4, 13, "base") },
      { value: "x", location: place("connections/c.yaml", 4, 16, "base") },
    ]);
  });

  it("tells where each member of a map came from", async () => {
    const { fields } = await explain(
      {
        "connections/c.yaml": connectionText("c", "labels: {a: '1', b: '2'}\n"),
        [OVERLAY]: "labels: {b: '3'}\n",
      },
      "labels",
    );
    expect(fields[0]?.items).toMatchObject([
      { member: "a", value: "1", hides: [] },
      { member: "b", value: "3", hides: [{ value: "2" }] },
    ]);
  });

  it("tells the variables of a value, and what was written", async () => {
    const { fields } = await explain(
      {
        "environments/dev/environment.yaml": `${ENVIRONMENT}variables: {stage: dev, id: one}\n`,
        "connections/c.yaml": connectionText(
          "c",
          "credentials: {client_id: 'x-${var.stage}'}\nowner: env://LAND\n",
        ),
      },
      "credentials.client_id",
    );
    expect(fields[0]).toMatchObject({
      value: "x-dev",
      written: "x-${var.stage}",
      variables: [
        {
          name: "stage",
          value: "dev",
          location: place(
            "environments/dev/environment.yaml",
            3,
            20,
            "variable",
          ),
        },
      ],
    });
  });

  it("tells that a layer took a value away", async () => {
    const { fields } = await explain(
      {
        "connections/c.yaml": connectionText("c", "settings: {prompt: x}\n"),
        [OVERLAY]: "settings: {prompt: null}\n",
      },
      "/settings/prompt",
    );
    expect(fields[0]).toMatchObject({
      status: "removed",
      location: { file: OVERLAY },
      hides: [{ value: "x" }],
    });
  });

  it("tells that nobody says anything, and explains groups", async () => {
    const files = {
      "connections/c.yaml": connectionText("c", "settings: {pkce: true}\n"),
    };
    expect((await explain(files, "settings.timeout")).fields[0]?.status).toBe(
      "unset",
    );
    const group = await explain(files, "settings");
    expect(group.fields.map(({ rule }) => rule.pointer)).toEqual([
      "/settings/pkce",
    ]);
  });

  it.each([
    ["timeout", "settings.timeout"],
    ["setings.timeout", "settings.timeout"],
    ["scope", "scopes"],
    ["/credentials/clientid", "credentials.client_id"],
  ])("%s is unknown, and %s is meant", async (name, meant) => {
    await expect(
      explain({ "connections/c.yaml": connectionText("c") }, name),
    ).rejects.toMatchObject({ code: "CLI040", fix: `use "${meant}"` });
  });
});

describe("explaining a secret", () => {
  it.each([
    ["a literal", "client_secret: CANARY\n", ""],
    ["a mapping", "client_secret: {CANARY: CANARY}\n", ""],
    ["a variable", "client_secret: var://s\n", "variables: {s: CANARY}\n"],
  ])("shows no value that is not a reference: %s", async (_, secret, more) => {
    const explanation = await explain({
      "environments/dev/environment.yaml": `${ENVIRONMENT}${more}`,
      "connections/c.yaml": connectionText("c", `credentials:\n  ${secret}`),
      [OVERLAY]: "credentials: {client_secret: OTHERCANARY}\n",
    });
    const text = renderExplanation(explanation, { color: false, width: 80 });
    expect(`${text}${JSON.stringify(explanation)}`).not.toContain("CANARY");
    expect(text).toContain("«hidden»");
  });
});

describe("explaining documents with errors", () => {
  it("says what could be composed, with the problems of these files alone", async () => {
    const explanation = await explain({
      "connections/c.yaml": connectionText("c", "settings: {timeout: soon}\n"),
      "connections/other.yaml": connectionText("other", "nonsense: 1\n"),
    });
    expect(placesOf(explanation.diagnostics)).toEqual([
      "SCH002 connections/c.yaml:4:21",
    ]);
    expect(
      explanation.fields.find(
        ({ rule }) => rule.pointer === "/settings/timeout",
      )?.value,
    ).toBe("soon");
  });

  it("works without the template that is missing", async () => {
    const explanation = await explain({
      "connections/c.yaml": "template: slak\nowner: me\n",
    });
    expect(placesOf(explanation.diagnostics)).toEqual([
      "CFG028 connections/c.yaml:1:11",
    ]);
    expect(explanation.fields.map(({ rule }) => rule.pointer)).toEqual([
      "/connection_id",
      "/owner",
      "/template",
    ]);
  });

  it("names the problem of a file nobody can read", async () => {
    await expect(
      explain({ "connections/c.yaml": "a: [\n" }),
    ).rejects.toMatchObject({
      code: "CFG000",
      diagnostics: [{ code: "CFG001" }],
    });
  });
});

describe("a connection the environment does not have", () => {
  const TWO = {
    "connections/crm.yaml": connectionText("crm"),
    "connections/c.yaml": connectionText("c"),
    "environments/prod/environment.yaml":
      'environment: prod\ntarget: "embedded:"\n',
  };

  it("is told apart: left out, with the line that does it and who has it", async () => {
    const files = {
      ...TWO,
      "environments/dev/environment.yaml": `${ENVIRONMENT}connections: {exclude: ["cr*"]}\n`,
    };
    await expect(explain(files, undefined, "crm")).rejects.toMatchObject({
      code: "CLI040",
      message: expect.stringContaining('"prod" has it') as string,
      why: '"cr*" under connections.exclude at environments/dev/environment.yaml:3:25 matches it',
    });
  });

  it("is told apart: not included", async () => {
    const files = {
      ...TWO,
      "environments/dev/environment.yaml": `${ENVIRONMENT}connections: {include: [c]}\n`,
    };
    await expect(explain(files, undefined, "crm")).rejects.toMatchObject({
      code: "CLI040",
      why: "connections.include at environments/dev/environment.yaml:3:24 does not name it",
    });
  });

  it("is told apart: misspelt", async () => {
    await expect(explain(TWO, undefined, "crn")).rejects.toMatchObject({
      code: "CLI040",
      fix: "tieline explain dev crm",
    });
  });

  it("or the environment itself does not exist", async () => {
    await expect(explain(TWO, undefined, "crm", "dve")).rejects.toMatchObject({
      code: "CLI041",
      fix: 'use "dev"',
    });
  });
});

describe("the text of an explanation", () => {
  it("lets no terminal escape of a document through", async () => {
    const explanation = await explain({
      "connections/c.yaml": connectionText(
        "c",
        'owner: "red\\u202e"\nlabels: {a: "x\\u2066"}\n',
      ),
    });
    const style = { color: false, width: 80 };
    const text = renderExplanation(explanation, style);
    expect(text).not.toMatch(/[\u202e\u2066]/u);
    expect(
      renderExplanation({ ...explanation, asked: "labels" }, style),
    ).not.toMatch(/[\u202e\u2066]/u);
  });
});
