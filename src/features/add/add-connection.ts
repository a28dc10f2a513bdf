import { argumentWord, shellWord } from "../../util/shell-word.ts";
import { describeProvider } from "../catalogue/catalogue.ts";
import {
  assertEnvironment,
  checkAddition,
  type AdditionCheck,
} from "./check.ts";
import { addition } from "./document.ts";
import {
  completeWish,
  fileOf,
  type Addition,
  type NewConnection,
  type Wish,
} from "./new-connection.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText } from "../../output/escape.ts";
import {
  fileChangesJson,
  renderFileChanges,
} from "../../output/file-changes.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import { askForRest } from "./questions.ts";
import { loadCatalogue } from "../catalogue/catalogue-json.ts";
import type { AddInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** Where a workspace keeps the schemas that `tieline schema --out schemas` writes. */
const SCHEMAS_FOLDER = "schemas";

/**
 * Writes the file of a new connection, asking for what is missing where somebody can be asked;
 * checks it first as `validate` would.
 * @throws UserError CLI001, CLI013 or CLI050; InvalidDocumentsError when the file would be invalid.
 * Nothing is written then.
 */
export async function runAdd(input: AddInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const card = describeProvider(await loadCatalogue(), input.args.provider);
  const wish = wishOf(input);
  if (wish.environment !== undefined)
    await assertEnvironment(source, wish.environment);
  const asked =
    io.canAsk && !io.isJson
      ? await askForRest(wish, card, io, await takenNames(source))
      : wish;
  const connection = completeWish(asked, card);
  const added = addition(connection, card, await schemaFor(connection, source));
  const check = await checkAddition(
    source,
    added,
    io.env,
    openOfflineChecks(source),
  );
  if (hasErrors(check.diagnostics))
    throw new InvalidDocumentsError(
      "CFG000",
      `${added.change.path} would not be valid, so it is not written`,
      check.diagnostics,
    );
  const isDry = input.options.dryRun;
  if (!isDry) await createWorkspaceWriter(source.root).write([added.change]);
  return respond(io, {
    json: () => additionJson(added, check, isDry),
    print: () => {
      show(added, check, isDry, io);
    },
  });
}

/** Names of the files of shared connections: a new one is written beside them. */
async function takenNames(
  source: DocumentSource,
): Promise<ReadonlySet<string>> {
  const { files } = await source.readFolder("connections");
  return new Set(
    files.map(({ path }) => path.replace(/^.*\/|\.[a-z]+$/gu, "")),
  );
}

function wishOf({ options }: AddInput): Wish {
  return {
    name: options.name,
    authType: options.authType,
    clientId: options.clientId,
    usesPlatformClient: options.platformClient,
    scopes: options.scope,
    owner: options.owner,
    description: options.description,
    template: options.template,
    environment: options.environment,
  };
}

/**
 * The schema as seen from the new file, when the workspace has it. A file of one environment may
 * have an overlay's form.
 */
async function schemaFor(
  connection: NewConnection,
  source: DocumentSource,
): Promise<string | undefined> {
  const kind = connection.environment === undefined ? "connection" : "overlay";
  const file = `${SCHEMAS_FOLDER}/${kind}.schema.json`;
  if ((await source.readFile(file)) === null) return undefined;
  const depth = fileOf(connection).split("/").length - 1;
  return `${"../".repeat(depth)}${file}`;
}

function show(
  { connection, change }: Addition,
  check: AdditionCheck,
  isDry: boolean,
  io: Io,
): void {
  if (check.diagnostics.length > 0)
    io.err(renderDiagnostics(check.diagnostics, io.errStyle));
  if (isDry) {
    io.err(renderFileChanges([change], true, io.errStyle));
    io.out(plainLines(change.after ?? ""));
    return;
  }
  io.out(renderFileChanges([change], false, io.style));
  if (check.environments.length === 0)
    io.out(
      "No environment has it: each leaves it out, see connections.include and connections.exclude of its environment.yaml.\n",
    );
  const next = nextCommands(connection.name, check);
  io.out(`\nNext:\n${next.map((one) => `  ${plainText(one)}\n`).join("")}`);
}

/** Text of a file with its lines kept. */
function plainLines(text: string): string {
  return text
    .split("\n")
    .map((one) => plainText(one))
    .join("\n");
}

function nextCommands(name: string, { environments }: AdditionCheck): string[] {
  const secrets = environments.flatMap((environment) =>
    environment.missingSecrets.map(
      (path) =>
        `tieline secrets set ${shellWord(environment.name)} ${argumentWord(path)}`,
    ),
  );
  const [first] = environments;
  return [
    ...secrets,
    "tieline validate",
    ...(first === undefined
      ? []
      : [
          `tieline explain ${shellWord(first.name)} ${argumentWord(name)}`,
          `tieline plan ${shellWord(first.name)}`,
        ]),
  ];
}

function additionJson(
  { connection, change }: Addition,
  check: AdditionCheck,
  isDry: boolean,
): JsonObject {
  return {
    kind: "addition",
    connection: connection.name,
    provider: connection.requirements.provider,
    auth_type: connection.requirements.authType,
    files: fileChangesJson([change]),
    text: change.after,
    written: !isDry,
    environments: check.environments.map(({ name, missingSecrets }) => ({
      name,
      missing_secrets: missingSecrets,
    })),
    diagnostics: check.diagnostics.map(diagnosticJson),
    next: nextCommands(connection.name, check),
  };
}
