import type { Pointer } from "../../domain/field/pointer.ts";
import { plainText } from "../../output/escape.ts";
import {
  attributeLines,
  hclBlock,
  hclText,
  hclValue,
  plainAttribute,
  type Attribute,
} from "./terraform-hcl.ts";
import {
  EXPORT_MARK,
  type TerraformConnection,
  type TerraformExport,
} from "./terraform-export.ts";
import { terraformReadme } from "./terraform-readme.ts";

/** One file of an export. */
export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** @remarks Source: docs/drivers/scalekit-api.md section 5. */
const PATH = "/api/v1/connections";

/**
 * The configuration as files, in the form `terraform fmt` gives. Holds references of secrets as
 * variables, never a value.
 */
export function renderTerraform(
  options: TerraformExport,
): readonly ExportedFile[] {
  const named = namedConnections(options.connections);
  const isBuiltin = options.provider === "builtin";
  const imports = isBuiltin ? [] : named.flatMap((each) => importBlock(each));
  const files: readonly (readonly [string, readonly string[]])[] = [
    ["providers.tf", isBuiltin ? [requirements([])] : providerBlocks()],
    ["variables.tf", variableBlocks(options, named)],
    ["main.tf", named.map((each) => resourceBlock(each, isBuiltin))],
    ["imports.tf", imports],
  ];
  return [
    ...files
      .filter(([, blocks]) => blocks.length > 0)
      .map(([name, blocks]) => ({
        name,
        text: `# Written by ${EXPORT_MARK} for ${plainText(options.environment)}.\n\n${blocks.join("\n")}`,
      })),
    { name: "README.md", text: terraformReadme(options) },
  ];
}

interface Named {
  readonly connection: TerraformConnection;
  /** Name of the resource. */
  readonly name: string;
  readonly variables: readonly Variable[];
}

interface Variable {
  readonly name: string;
  readonly at: Pointer;
  readonly description: string;
  readonly isSensitive: boolean;
}

/**
 * Names are made from keys and numbered where two keys give one, in the order of the connections.
 */
function namedConnections(
  connections: readonly TerraformConnection[],
): readonly Named[] {
  const resources = createNames();
  const variables = createNames();
  return connections.map((connection) => {
    const name = resources(connection.key);
    const secrets = connection.secrets.map(({ at, ref }) => ({
      name: variables(`${connection.key}_${at.slice(at.lastIndexOf("/") + 1)}`),
      at,
      description: `Secret of ${connection.key}, in its documents ${ref}`,
      isSensitive: true,
    }));
    const provider = connection.isProviderKeyKnown
      ? []
      : [
          {
            name: variables(`${connection.key}_provider_key`),
            at: "/provider_key",
            description: `Identifier the platform gave the custom provider ${connection.provider}`,
            isSensitive: false,
          },
        ];
    return { connection, name, variables: [...provider, ...secrets] };
  });
}

function createNames(): (text: string) => string {
  const used = new Set<string>(["scalekit_url", "scalekit_token"]);
  return (text) => {
    const plain = text.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "_");
    const base = /^[a-z]/u.test(plain) ? plain : `c_${plain}`;
    let name = base;
    for (let number = 2; used.has(name); number += 1)
      name = `${base}_${String(number)}`;
    used.add(name);
    return name;
  };
}

function requirements(body: readonly string[]): string {
  // 1.5 is the first version with import blocks.
  return hclBlock("terraform", [`required_version = ">= 1.5.0"`, ...body]);
}

/**
 * The reply of the API holds the connection as a member, so its id is looked for there.
 * @remarks Source: documentation of Mastercard/restapi, the provider and its resource
 * `restapi_object`: `id_attribute` takes a path with slashes; `ignore_all_server_changes` came with
 * 2.0.0.
 */
function providerBlocks(): string[] {
  const source = hclValue({
    source: "Mastercard/restapi",
    version: ">= 2.0.0",
  });
  const required = attributeLines([{ name: "restapi", lines: source }]);
  return [
    requirements([
      "",
      "required_providers {",
      ...required.map((line) => `  ${line}`),
      "}",
    ]),
    hclBlock(
      `provider "restapi"`,
      attributeLines([
        plainAttribute("uri", "var.scalekit_url"),
        plainAttribute("id_attribute", `"connection/id"`),
        plainAttribute("update_method", `"PATCH"`),
        plainAttribute("create_returns_object", "true"),
        plainAttribute("write_returns_object", "true"),
        {
          name: "headers",
          lines: [
            "{",
            `  Authorization = "Bearer \${var.scalekit_token}"`,
            `  Content-Type  = "application/json"`,
            "}",
          ],
        },
      ]),
    ),
  ];
}

function variableBlocks(
  { provider, url }: TerraformExport,
  named: readonly Named[],
): string[] {
  const api =
    provider === "builtin"
      ? []
      : [
          variableBlock(
            "scalekit_url",
            "Address of the environment, such as https://acme.scalekit.com",
            [
              ...(url === null
                ? []
                : [plainAttribute("default", hclText(url))]),
            ],
          ),
          variableBlock(
            "scalekit_token",
            "Access token of the environment, from its client credentials",
            [plainAttribute("sensitive", "true")],
          ),
        ];
  return [
    ...api,
    ...named
      .flatMap(({ variables }) => variables)
      .map(({ name, description, isSensitive }) =>
        variableBlock(
          name,
          description,
          isSensitive ? [plainAttribute("sensitive", "true")] : [],
        ),
      ),
  ];
}

function variableBlock(
  name: string,
  description: string,
  more: readonly Attribute[],
): string {
  return hclBlock(
    `variable "${name}"`,
    attributeLines([
      plainAttribute("type", "string"),
      plainAttribute("description", hclText(description)),
      ...more,
    ]),
  );
}

function resourceBlock(
  { connection, name, variables }: Named,
  isBuiltin: boolean,
): string {
  const expressions = new Map(
    variables.map(({ at, name: variable }) => [at, `var.${variable}`]),
  );
  const body = hclValue(connection.body, expressions);
  const comments = connection.left.map(
    (field) => `# ${plainText(field)} is not part of this request`,
  );
  if (isBuiltin)
    return hclBlock(`resource "terraform_data" "${name}"`, [
      ...comments,
      ...attributeLines([{ name: "input", lines: body }]),
    ]);
  return hclBlock(`resource "restapi_object" "${name}"`, [
    ...comments,
    ...attributeLines([
      plainAttribute("path", hclText(PATH)),
      plainAttribute("create_path", hclText(`${PATH}?flags.is_app=true`)),
      // What is sent and what comes back differ in form, so they cannot be compared.
      plainAttribute("ignore_all_server_changes", "true"),
      {
        name: "data",
        lines: [
          `jsonencode(${body[0] ?? "{}"}`,
          ...body.slice(1, -1),
          ...(body.length > 1 ? [`${body.at(-1) ?? ""})`] : []),
        ],
      },
    ]),
  ]);
}

/**
 * @remarks Source: internal/provider/import_api_object_test.go of Mastercard/restapi: the id to
 * import is the path of the object.
 */
function importBlock({ connection, name }: Named): string[] {
  if (connection.remoteId === null) return [];
  const id = `${PATH}/${encodeURIComponent(connection.remoteId)}`;
  return [
    hclBlock(
      "import",
      attributeLines([
        plainAttribute("to", `restapi_object.${name}`),
        plainAttribute("id", hclText(id)),
      ]),
    ),
  ];
}
