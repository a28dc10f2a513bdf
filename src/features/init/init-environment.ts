import { relative, resolve } from "node:path";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import { missingSecrets } from "../../environment/secrets/missing-secrets.ts";
import {
  ownForm,
  variablePart,
} from "../../environment/api/credential-form.ts";
import { openDocuments } from "../../environment/documents/open-documents.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { ciFiles } from "./ci-files.ts";
import { pipelineText } from "./ci-text.ts";
import {
  isProductionName,
  scaffoldEnvironment,
  type ScaffoldedEnvironment,
} from "./scaffold-environment.ts";
import type { Resolution } from "../../documents/layers/resolve.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import { plainText } from "../../output/escape.ts";
import { createAgeIdentitySource } from "../../secrets/sops/keys/age-identities.ts";
import { recipientOf } from "../../secrets/sops/keys/age-recipient.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { InitInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { documentSchemas } from "../schema/schemas.ts";
import { variableName } from "../../command/switches.ts";
import { workspaceFolder } from "../../command/workspace.ts";

/** Command lines to paste, and what they are for. */
interface Step {
  readonly note: string;
  readonly commands: readonly string[];
}

/** The environment that `init` is asked for; `undefined` for the demo. */
export interface AskedEnvironment {
  readonly name: string;
  readonly target: string;
}

/** Steps shown one by one; a configuration of hundreds of secrets is told how to list them. */
const MAX_SECRETS = 20;

/**
 * What `--environment` and `--target` ask for.
 * @throws UserError CLI001 for one without the other. One that only stands in its variable, which
 * other commands have a use for, asks for nothing by itself.
 */
export function askedEnvironment(
  { options }: InitInput,
  { env }: Io,
): AskedEnvironment | undefined {
  const name = options.environment;
  const target = options.target;
  if (name !== undefined && target !== undefined) return { name, target };
  const isTyped = (flag: string, value: string | undefined): boolean =>
    value !== undefined && env[variableName(flag)] !== value;
  const withoutEnvironment =
    options.recipient.length > 0
      ? "--recipient"
      : options.keyFile !== undefined
        ? "--key-file"
        : undefined;
  const lone = isTyped("--environment", name)
    ? "--environment"
    : isTyped("--target", target)
      ? "--target"
      : withoutEnvironment;
  if (lone === undefined) return undefined;
  throw new UserError(
    "CLI001",
    `${lone} needs ${lone === "--environment" ? "--target" : "--environment and --target"}`,
    {
      why: "a real environment has a name and an address; without both, init writes the demo",
      fix: `tieline init --environment ${shellWord(name ?? "prod")} --target ${shellWord(target ?? "https://<yours>.scalekit.com")}`,
      notDone: "nothing was written",
    },
  );
}

/** `init --environment`: adds an environment with a real target, and says what is left to do. */
export async function initEnvironment(
  { name, target }: AskedEnvironment,
  input: InitInput,
  io: Io,
): Promise<number> {
  const root = rootOf(input, io);
  const source = openDocuments(root, io.env);
  const system = input.options.ci;
  const isProduction = isProductionName(name);
  const more = [{ name, target, driver: "scalekit", isProduction } as const];
  const pipelines =
    system === undefined
      ? undefined
      : await ciFiles({ system, cwd: io.cwd, root, source, more });
  const made = await scaffoldEnvironment({
    cwd: io.cwd,
    root,
    name,
    target,
    also: pipelines?.writes ?? [],
    env: io.env,
    source,
    recipients: input.options.recipient,
    keyFile: input.options.keyFile,
    schemas: documentSchemas(),
  });
  const steps = await nextSteps({ name, target }, made, root, io);
  return respond(io, {
    json: () => ({
      kind: "environment-scaffold",
      environment: name,
      folder: relative(io.cwd, root) || ".",
      files: made.files,
      key_file: made.keyFile,
      key_from: made.key.from,
      recipients: made.key.recipients,
      next: steps.flatMap(({ commands }) => commands),
      ...(pipelines === undefined ? {} : { pipelines: pipelines.next }),
    }),
    text: () =>
      `${textOfResult(made, steps)}${pipelines === undefined ? "" : pipelineText(pipelines)}`,
  });
}

/** The folder that `init` is about; it may not exist yet. */
export function rootOf(input: InitInput, io: Io): string {
  const folder = input.args.folder;
  if (folder !== undefined) return resolve(io.cwd, folder);
  return workspaceFolder(input, io) ?? resolve(io.cwd);
}

function textOfResult(
  { files, key, keyFile }: ScaffoldedEnvironment,
  steps: readonly Step[],
): string {
  const recipients = key.recipients.map(plainText).join(", ");
  const about =
    keyFile !== null
      ? `\nThe new private key is in ${plainText(keyFile)}, for this account only. Back it up: without it nobody opens the secrets.\nIts public key: ${recipients}\n`
      : `\nThe secrets can be opened by ${recipients}${key.from === null ? "" : `, whose private key is in ${plainText(key.from)}`}\n`;
  const lines = steps.flatMap(({ note, commands }) => [
    `  ${note}:`,
    ...commands.map((command) => `    ${plainText(command)}`),
  ]);
  return `${files.map((file) => `wrote ${plainText(file)}\n`).join("")}${about}\nNext:\n${lines.join("\n")}\n`;
}

async function nextSteps(
  { name, target }: AskedEnvironment,
  made: ScaffoldedEnvironment,
  root: string,
  io: Io,
): Promise<readonly Step[]> {
  const word = shellWord(name);
  const folder = relative(io.cwd, root);
  const source = openDocuments(root, io.env);
  const resolution = await resolveDocuments(source, name, io.env);
  const isBelow = folder !== "" && !folder.startsWith("..");
  return [
    ...(isBelow
      ? [{ note: "in its folder", commands: [`cd ${shellWord(folder)}`] }]
      : []),
    ...(await keySteps(made, io)),
    ...(await secretSteps(name, resolution, openOfflineChecks(source))),
    ...credentialSteps(name, target),
    ...(resolution.connections.length === 0
      ? [
          {
            note: "connections: those that are live there, or a new one",
            commands: [`tieline import ${word}`, "tieline add gmail"],
          },
        ]
      : []),
    {
      note: "what is still missing, then what an apply would do",
      commands: [`tieline doctor ${word}`, `tieline plan ${word}`],
    },
  ];
}

/** Where the key is not where SOPS looks, commands have to be told. */
async function keySteps(
  { key }: ScaffoldedEnvironment,
  { env }: Io,
): Promise<readonly Step[]> {
  const { identities } = await createAgeIdentitySource({ env }).load();
  for (const { text } of identities) {
    const recipient = await recipientOf(text);
    if (recipient !== undefined && key.recipients.includes(recipient))
      return [];
  }
  const file =
    key.from === null
      ? "<file of your private key>"
      : shellWord(resolve(key.from));
  return [
    {
      note: "the private key, for commands that open the secrets",
      commands: [`export SOPS_AGE_KEY_FILE=${file}`],
    },
  ];
}

async function secretSteps(
  name: string,
  { rules, connections, diagnostics }: Resolution,
  checks: ReturnType<typeof openOfflineChecks>,
): Promise<readonly Step[]> {
  const word = shellWord(name);
  const validate = `tieline validate ${word}`;
  if (connections.length === 0) return [];
  if (rules === null || hasErrors(diagnostics))
    return [{ note: "the documents have errors", commands: [validate] }];
  const missing = await missingSecrets(rules, connections, checks(rules));
  if (missing.length === 0) return [];
  const commands = missing
    .slice(0, MAX_SECRETS)
    .map(({ path }) => `tieline secrets set ${word} ${shellWord(path)}`);
  const others = missing.length > MAX_SECRETS ? [validate] : [];
  return [
    {
      note: "the secrets that connections refer to; each value is asked for",
      commands: [...commands, ...others],
    },
  ];
}

function credentialSteps(name: string, target: string): readonly Step[] {
  if (target === "embedded:") return [];
  const form = ownForm("scalekit", variablePart(name));
  const secret = form.secret.value;
  const [bound = ""] = form.boundBy;
  return [
    {
      note: "credentials of the API, from the platform's dashboard; read keeps the secret out of the history",
      commands: [
        `export ${String(form.id)}=skc_… ${bound}=${shellWord(new URL(target).origin)}`,
        `read -rs ${secret} && export ${secret}`,
      ],
    },
  ];
}
