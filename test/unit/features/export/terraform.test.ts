import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { renderTerraform } from "../../../../src/features/export/terraform.ts";
import {
  attributeLines,
  hclText,
  plainAttribute,
} from "../../../../src/features/export/terraform-hcl.ts";
import type {
  TerraformConnection,
  TerraformExport,
} from "../../../../src/features/export/terraform-export.ts";

const HAS_TERRAFORM = spawnSync("terraform", ["version"]).status === 0;
const SLOW = 60_000;

function aConnection(
  over: Partial<TerraformConnection> = {},
): TerraformConnection {
  return {
    key: "gmail-support",
    provider: "gmail",
    body: {
      key_id: "gmail-support",
      provider_key: "GMAIL",
      type: "OAUTH",
      oauth_config: {
        client_id: "1",
        client_secret: "/credentials/client_secret",
        scopes: ["a", "b"],
        "odd key": {},
        pkce_enabled: true,
      },
    },
    secrets: [
      {
        at: "/oauth_config/client_secret",
        ref: "secret://gmail-support/client_secret",
      },
    ],
    isProviderKeyKnown: true,
    left: ["/settings/timeout"],
    remoteId: "conn_81",
    ...over,
  };
}

function anExport(over: Partial<TerraformExport> = {}): TerraformExport {
  return {
    environment: "prod",
    url: "https://acme.scalekit.com",
    provider: "restapi",
    connections: [aConnection()],
    ...over,
  };
}

function textOf(options: TerraformExport, name: string): string {
  return (
    renderTerraform(options).find((file) => file.name === name)?.text ?? ""
  );
}

function written(options: TerraformExport): string {
  const folder = mkdtempSync(join(tmpdir(), "tieline-tf-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const { name, text } of renderTerraform(options))
    writeFileSync(join(folder, name), text);
  return folder;
}

function terraform(
  folder: string,
  args: readonly string[],
  input = "",
): string {
  return execFileSync("terraform", args, {
    cwd: folder,
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    },
  });
}

const HOSTILE = [
  '${file("/etc/passwd")}',
  "%{ for a in b }",
  "$${x}",
  "$$${x}",
  "%%{x}",
  '"]\n}\nresource "x" "y" {}\n#',
  "<<EOT\nx\nEOT",
  "\\",
  '\\"',
  "\u202e",
  "\u0000\u001b[31m",
  "/*",
  "//",
  "#",
  "~}",
  "\r\n\t",
  "😀",
  "'",
  "`",
  "\u2028",
];

describe("configuration for Terraform", () => {
  it("has a resource with its body, and a secret as a sensitive variable", () => {
    const main = textOf(anExport(), "main.tf");
    expect(main).toContain('resource "restapi_object" "gmail_support" {');
    expect(main).toContain(
      'create_path               = "/api/v1/connections?flags.is_app=true"',
    );
    expect(main).toContain("client_secret = var.gmail_support_client_secret");
    expect(main).toContain("# /settings/timeout is not part of this request");
    const variables = textOf(anExport(), "variables.tf");
    expect(variables).toMatch(
      /variable "gmail_support_client_secret" \{[^}]*sensitive\s+= true/u,
    );
    expect(variables).toMatch(
      /variable "scalekit_token" \{[^}]*sensitive\s+= true/u,
    );
    expect(variables).not.toMatch(/default[^}]*secret/u);
  });

  it("imports what has an id, and says of the rest that it has none", () => {
    const options = anExport({
      connections: [
        aConnection(),
        aConnection({ key: "slack", remoteId: null }),
      ],
    });
    expect(textOf(options, "imports.tf")).toContain(
      'to = restapi_object.gmail_support\n  id = "/api/v1/connections/conn_81"',
    );
    expect(textOf(options, "imports.tf")).not.toContain("slack");
    expect(textOf(options, "README.md")).toContain("- `slack`");
    const none = anExport({ connections: [aConnection({ remoteId: null })] });
    expect(renderTerraform(none).map(({ name }) => name)).not.toContain(
      "imports.tf",
    );
  });

  it("gives each connection a name of its own", () => {
    const keys = ["a-b", "a_b", "A B", "1", "scalekit_url"];
    const main = textOf(
      anExport({ connections: keys.map((key) => aConnection({ key })) }),
      "main.tf",
    );
    expect(
      [...main.matchAll(/"restapi_object" "(\w+)"/gu)].map(([, name]) => name),
    ).toEqual(["a_b", "a_b_2", "a_b_3", "c_1", "scalekit_url_2"]);
  });

  it("asks for the key of a custom provider, which only the server knows", () => {
    const options = anExport({
      connections: [aConnection({ isProviderKeyKnown: false })],
    });
    expect(textOf(options, "main.tf")).toContain(
      "provider_key = var.gmail_support_provider_key",
    );
  });

  it("uses only what the provider documents", () => {
    // Source: documentation of Mastercard/restapi, the provider and its resource restapi_object;
    // ignore_all_server_changes since 2.0.0.
    const documented = [
      "path",
      "create_path",
      "data",
      "ignore_all_server_changes",
      "uri",
      "id_attribute",
      "update_method",
      "create_returns_object",
      "write_returns_object",
      "headers",
    ];
    const text = `${textOf(anExport(), "main.tf")}${textOf(anExport(), "providers.tf").split('provider "restapi"')[1] ?? ""}`;
    const used = [...text.matchAll(/^ {2}(\w+) +=/gmu)].map(([, name]) => name);
    expect(used.filter((name) => !documented.includes(name ?? ""))).toEqual([]);
  });

  it("keeps text from outside on its line in the notes", () => {
    const readme = textOf(
      anExport({
        environment: "a`b\n# c",
        connections: [aConnection({ key: "``<img>\n- x", remoteId: null })],
      }),
      "README.md",
    );
    expect(readme).not.toMatch(/^# c|^- x/mu);
  });
});

describe.skipIf(!HAS_TERRAFORM)(
  "what terraform says (skipped where it is not installed)",
  () => {
    const many = HOSTILE.map((text, index) =>
      aConnection({
        key: `k${String(index)}${text}`,
        provider: text,
        left: [text],
        remoteId: text,
        body: {
          key_id: text,
          [text]: [text, { [text]: text }],
          short: 1,
          longer_name: null,
          list: [],
        },
      }),
    );

    it(
      "fmt: nothing to change",
      () => {
        const folder = written(
          anExport({
            connections: [
              aConnection(),
              ...many.map((each) => ({ ...each, secrets: [] })),
            ],
          }),
        );
        expect(terraform(folder, ["fmt", "-check", "-diff"])).toBe("");
      },
      SLOW,
    );

    it(
      "validate: the built-in variant is accepted, hostile text and all",
      () => {
        const folder = written(
          anExport({
            provider: "builtin",
            connections: [
              aConnection(),
              ...many.map((each) => ({
                ...each,
                secrets: [],
                isProviderKeyKnown: true,
              })),
            ],
          }),
        );
        terraform(folder, ["init", "-backend=false", "-input=false"]);
        expect(terraform(folder, ["validate", "-no-color"])).toContain(
          "The configuration is valid",
        );
      },
      SLOW,
    );

    it(
      "console: every text evaluates to itself",
      () => {
        const texts = [
          ...HOSTILE,
          ...fc.sample(fc.string({ unit: "binary", maxLength: 30 }), 300),
          ...fc.sample(
            fc.string({
              unit: fc.constantFrom(
                "$",
                "%",
                "{",
                "}",
                "\\",
                '"',
                "~",
                "u",
                "0",
              ),
              maxLength: 12,
            }),
            300,
          ),
        ].map((text) => text.toWellFormed().normalize("NFC"));
        const folder = mkdtempSync(join(tmpdir(), "tieline-tf-"));
        onTestFinished(() => {
          rmSync(folder, { recursive: true, force: true });
        });
        writeFileSync(
          join(folder, "a.tf"),
          `locals {\n  t = [\n${texts.map((text) => `    ${hclText(text)},\n`).join("")}  ]\n}\n`,
        );
        const printed = terraform(
          folder,
          ["console"],
          "base64encode(jsonencode(local.t))\n",
        );
        const json = Buffer.from(
          printed.trim().replaceAll('"', ""),
          "base64",
        ).toString("utf8");
        expect(JSON.parse(json)).toEqual(texts);
      },
      SLOW,
    );
  },
);

describe("attributes", () => {
  it("are aligned with their neighbours of one line, and no further", () => {
    const lines = attributeLines([
      plainAttribute("a", "1"),
      plainAttribute("long", "2"),
      { name: "list", lines: ["[", "]"] },
      plainAttribute("b", "3"),
    ]);
    expect(lines).toEqual(["a    = 1", "long = 2", "list = [", "]", "b = 3"]);
  });

  it("take time in proportion to their number", () => {
    const many = Array.from({ length: 200_000 }, (_, index) =>
      plainAttribute(`a${String(index)}`, "1"),
    );
    expect(attributeLines(many)).toHaveLength(200_000);
  });
});
