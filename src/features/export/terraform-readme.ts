import { plainText } from "../../output/escape.ts";
import { EXPORT_MARK, type TerraformExport } from "./terraform-export.ts";
import { largest } from "../../util/extremes.ts";

/** What a reader of an export has to know before it is used. */
export function terraformReadme(options: TerraformExport): string {
  const { environment, provider, connections } = options;
  const paragraphs = [
    `# Connections of ${markdown(environment)}`,
    `Written by ${EXPORT_MARK}; a later export writes over these files.`,
    ...(provider === "builtin"
      ? builtinNotes()
      : restapiNotes(options.url !== null)),
    "Secrets are variables without a value. Set each `TF_VAR_<name>` from where you keep secrets; Terraform stores what it is given in its state, so keep that encrypted.",
    ...unknownIds(options),
    ...leftOut(connections),
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

function restapiNotes(hasUrl: boolean): string[] {
  return [
    [
      "```sh",
      ...(hasUrl ? [] : ["export TF_VAR_scalekit_url=https://…"]),
      "export TF_VAR_scalekit_token=…   # POST /oauth/token with the client credentials",
      "terraform init && terraform plan",
      "```",
    ].join("\n"),
    [
      "What it does, and what it cannot:",
      "",
      "- The provider Mastercard/restapi 2.0 or later sends the requests. This configuration follows its documentation; it was not run against it or against the platform.",
      "- The import blocks take over connections that exist. Read the plan before you apply: the first apply sends every declared field of each of them once.",
      "- The platform replies in another form than it is sent, so `ignore_all_server_changes` is on, and Terraform does not see changes made elsewhere.",
      "- A new connection takes no settings when it is created. Terraform creates it; its settings need a second apply, after a change of `data`.",
      "- Enabling and disabling are calls of their own and are not part of it, nor are custom providers, connected accounts and settings kept by tieline alone. `tieline render` writes the latter.",
      "- Changing `provider_key` or `type` makes the platform reset the connection, and every user has to consent again.",
      "- Stop applying with tieline before you apply with Terraform: two tools that write undo each other's work.",
    ].join("\n"),
  ];
}

function builtinNotes(): string[] {
  return [
    "A record in `terraform_data`: it keeps the configuration in a form that Terraform checks and other modules can read. It sends nothing to the platform and imports nothing. For requests, export with `--provider restapi`.",
  ];
}

function unknownIds({ provider, connections }: TerraformExport): string[] {
  if (provider === "builtin") return [];
  const names = connections
    .filter(({ remoteId }) => remoteId === null)
    .map(({ key }) => `- ${markdown(key)}`);
  if (names.length === 0) return [];
  return [
    'The inventory has no id for these, so there is no import block for them. Applying would try to create them, and the platform refuses a name that is taken. Add a block with `id = "/api/v1/connections/<id>"` for each that exists.',
    names.join("\n"),
  ];
}

function leftOut(connections: TerraformExport["connections"]): string[] {
  const lines = connections
    .filter(({ left }) => left.length > 0)
    .map(
      ({ key, left }) => `- ${markdown(key)}: ${left.map(markdown).join(", ")}`,
    );
  return lines.length === 0
    ? []
    : ["Declared fields that the request has no place for:", lines.join("\n")];
}

/** Text from outside as a code span: its line stays its line, and no mark in it means anything. */
function markdown(text: string): string {
  const plain = plainText(text);
  const runs = plain.match(/`+/gu) ?? [];
  const longest = largest(
    runs.map(({ length }) => length),
    0,
  );
  const fence = "`".repeat(longest + 1);
  const pad = plain.startsWith("`") || plain.endsWith("`") ? " " : "";
  return `${fence}${pad}${plain}${pad}${fence}`;
}
