import { existsSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { openDocuments } from "../../environment/documents/open-documents.ts";
import type { InitInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { plainText } from "../../output/escape.ts";
import { writeAll } from "../../platform/files/index.ts";
import { documentSchemas } from "../schema/schemas.ts";
import { ciFiles, type CiFiles, type CiSystem } from "./ci-files.ts";
import { pipelineText } from "./ci-text.ts";
import {
  askedEnvironment,
  initEnvironment,
  rootOf,
} from "./init-environment.ts";
import { DEMO_ENVIRONMENT, scaffold } from "./scaffold.ts";

/** Carries out `tieline init [folder]`. Resolves to the exit status. */
export async function run(input: InitInput, io: Io): Promise<number> {
  const asked = askedEnvironment(input, io);
  if (asked !== undefined) return initEnvironment(asked, input, io);
  const { ci } = input.options;
  if (ci === undefined) return initDemo(input, io);
  const root = rootOf(input, io);
  return existsSync(join(root, ENVIRONMENTS_FOLDER))
    ? initPipelines(ci, root, io)
    : initDemo(input, io, await pipelinesOf(ci, root, io, true));
}

async function initDemo(
  input: InitInput,
  io: Io,
  pipelines?: CiFiles,
): Promise<number> {
  const folder = input.args.folder ?? ".";
  const files = await scaffold(
    io.cwd,
    folder,
    documentSchemas(),
    pipelines?.writes,
  );
  return respond(io, {
    json: () => ({
      kind: "scaffold",
      folder,
      files,
      ...(pipelines === undefined ? {} : { pipelines: pipelines.next }),
    }),
    text: () => {
      const next = [
        ...(folder === "." ? [] : [`cd ${plainText(folder)}`]),
        ...NEXT,
      ];
      return `${written(files)}\nNext:\n${next.map((line) => `  ${line}\n`).join("")}${pipelines === undefined ? "" : pipelineText(pipelines)}`;
    },
  });
}

/** `init --ci` in a workspace: nothing but the files of the pipeline. */
async function initPipelines(
  system: CiSystem,
  root: string,
  io: Io,
): Promise<number> {
  const made = await pipelinesOf(system, root, io);
  await writeAll(made.writes);
  const files = made.writes.map(({ place }) => place.shown);
  return respond(io, {
    json: () => ({
      kind: "pipelines",
      system,
      environments: made.environments.map(({ name }) => name),
      files,
      unchanged: made.unchanged,
      pipelines: made.next,
    }),
    text: () => {
      const same = made.unchanged.map(
        (file) => `${plainText(file)} is as it was\n`,
      );
      return `${written(files)}${same.join("")}${pipelineText(made)}`;
    },
  });
}

function pipelinesOf(
  system: CiSystem,
  root: string,
  io: Io,
  isDemo = false,
): Promise<CiFiles> {
  return ciFiles({
    system,
    cwd: io.cwd,
    root,
    source: openDocuments(root, io.env),
    more: isDemo ? [DEMO_ENVIRONMENT] : [],
  });
}

function written(files: readonly string[]): string {
  return files.map((file) => `wrote ${plainText(file)}\n`).join("");
}

/** What a newcomer types after it, in this order. */
const NEXT: readonly string[] = [
  "tieline plan dev               what an apply would do",
  "tieline apply dev              do it, in the embedded API: no account is needed",
  "tieline add <provider>         a connection of your own; tieline catalog search <words> finds providers",
  "tieline init --environment prod --target https://<yours>.scalekit.com    a real environment, with a key of its own",
];
