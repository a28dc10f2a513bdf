import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { randomBytes } from "node:crypto";
import { dirname, join, relative, sep } from "node:path";
import { readEnvironment } from "../../documents/layers/environment.ts";
import { yamlText } from "../../documents/read/yaml-text.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import {
  isWithin,
  listFolder,
  placeNamed,
  readBytesIfThere,
  writeAll,
  type FileWrite,
} from "../../platform/files/index.ts";
import { locateRepository } from "../../platform/git/index.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { ruleLine, withFolderRule } from "../../secrets/sops/file/add-rule.ts";
import { recipientOf } from "../../secrets/sops/keys/age-recipient.ts";
import { createSopsYaml } from "../../secrets/sops/file/create.ts";
import { CONFIG_NAME } from "../../secrets/sops/file/sops-config.ts";
import {
  environmentKey,
  inRepository,
  type EnvironmentKey,
  type KeyRequest,
} from "./environment-key.ts";
import {
  changedFile,
  LINE_FILES,
  newFile,
  withLines,
} from "./scaffold-files.ts";
import { systemClock } from "../../environment/system-clock.ts";

/** What a new environment is made from. */
export interface NewEnvironment extends KeyRequest {
  readonly name: string;
  readonly target: string;
  /** The workspace's documents, as far as there are any. */
  readonly source: DocumentSource;
  /** Schemas for editors, by file name: written where the workspace has none. */
  readonly schemas: ReadonlyMap<string, string>;
  /** Files that are written with it, or not at all. */
  readonly also: readonly FileWrite[];
}

/** What was written. */
export interface ScaffoldedEnvironment {
  /** Relative to the working folder, but for a key outside of it. */
  readonly files: readonly string[];
  readonly key: Omit<EnvironmentKey, "write">;
  /** The file of a new private key; `null` where one was at hand. */
  readonly keyFile: string | null;
}

/** Largest `.sops.yaml` that is changed. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * Adds an environment with a real target to a workspace, or to a folder that is none yet: its
 * settings, an empty file of secrets, the rule who may open it, and a key where none is at hand.
 * All of it is written, or nothing; nothing that exists is written over.
 * @throws UserError CLI001 for a name or target that environment.yaml would refuse, CLI013 when the
 * environment exists, SEC022 when the rule finds no place in `.sops.yaml`, SEC090 for a key in the
 * repository, CLI016 when a file cannot be written.
 */
export async function scaffoldEnvironment(
  request: NewEnvironment,
): Promise<ScaffoldedEnvironment> {
  assertUsable(request);
  const { cwd, root, name } = request;
  const folder = join(root, ENVIRONMENTS_FOLDER, name);
  const taken = listFolder(folder);
  if (taken.length > 0) throw exists(name, taken);
  const { write: keyWrite, ...key } = await environmentKey(request);
  await assertNoDemoKey(key.recipients, request);
  const place = (path: string): FileWrite["place"] =>
    placeNamed(cwd, relative(cwd, join(root, path)) || path);
  const own = `${ENVIRONMENTS_FOLDER}/${name}`;
  const secrets = await createSopsYaml(
    { _tieline: { fingerprint_key: randomBytes(32).toString("base64") } },
    key.recipients,
    {
      path: `${own}/secrets.enc.yaml`,
      lastModified: new Date(systemClock.now()),
    },
  );
  const settings = environmentText(request, key.recipients);
  const writes = [
    // First: a run that is killed leaves a key without an environment, never the reverse.
    keyWrite,
    await ruleWrite(request, key.recipients),
    newFile(place(`${own}/secrets.enc.yaml`), secrets),
    newFile(place(`${own}/environment.yaml`), settings),
    ...[...LINE_FILES].map(([path, text]) => withLines(place(path), text)),
    ...(listFolder(join(root, "schemas")).length > 0
      ? []
      : [...request.schemas].map(([path, text]) =>
          newFile(place(`schemas/${path}`), text),
        )),
    ...request.also,
  ].filter((write) => write !== undefined && write !== null);
  await writeAll(writes);
  return {
    files: writes.map(({ place: { shown } }) => shown),
    key,
    keyFile: keyWrite === null ? null : key.from,
  };
}

/**
 * Holds name and target to what `environment.yaml` is held to, before the name is part of any path.
 */
function assertUsable(request: NewEnvironment): void {
  const { name } = request;
  const text = environmentText(request, []);
  const { diagnostics } = readEnvironment({
    name,
    environmentFile: {
      path: `${ENVIRONMENTS_FOLDER}/NAME/environment.yaml`,
      bytes: new TextEncoder().encode(text),
    },
  });
  const [first] = diagnostics.filter((each) => hasErrors([each]));
  if (first === undefined) return;
  throw new UserError(
    "CLI001",
    `such an environment cannot be made: ${first.message}`,
    {
      ...(first.why === undefined ? {} : { why: first.why }),
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      notDone: "nothing was written",
    },
  );
}

function exists(name: string, taken: readonly string[]): UserError {
  return new UserError(
    "CLI013",
    `the environment "${name}" exists: its folder holds ${taken
      .slice(0, 3)
      .map((each) => `"${each}"`)
      .join(", ")}`,
    {
      why: "init never overwrites",
      fix: "choose another name, or change its files; who may open its secrets changes with: tieline secrets updatekeys <file>",
      notDone: "nothing was written",
    },
  );
}

/** @throws UserError SEC090 for the public key of a demo key. */
async function assertNoDemoKey(
  recipients: readonly string[],
  { root, source }: NewEnvironment,
): Promise<void> {
  for (const name of listFolder(join(root, ENVIRONMENTS_FOLDER))) {
    const path = `${ENVIRONMENTS_FOLDER}/${name}/environment.yaml`;
    const { rules } = readEnvironment({
      name,
      environmentFile: await source.readFile(path),
    });
    const file = rules?.demoKeyFile ?? null;
    const bytes = file === null ? null : await source.readFile(file);
    if (bytes === null) continue;
    const words = new TextDecoder().decode(bytes.bytes).split(/\s+/u);
    for (const word of words.filter((each) => each.startsWith("AGE-SECRET-")))
      if (recipients.includes((await recipientOf(word)) ?? ""))
        throw inRepository(`the private key (${file ?? ""})`);
  }
}

async function ruleWrite(
  request: NewEnvironment,
  recipients: readonly string[],
): Promise<FileWrite | undefined> {
  const { cwd, root, name } = request;
  const folder = configFolder(request);
  const config = join(folder, CONFIG_NAME);
  const file = join(root, ENVIRONMENTS_FOLDER, name, "secrets.enc.yaml");
  const rule = {
    path: relative(folder, file).split(sep).join("/"),
    recipients,
  };
  const place = placeNamed(cwd, relative(cwd, config));
  const before = readBytesIfThere(place, MAX_CONFIG_BYTES);
  const text = before === null ? null : decoded(before);
  const after =
    text === undefined ? undefined : await withFolderRule(text, rule);
  if (after === undefined)
    throw new UserError(
      "SEC022",
      `${place.shown}: the rule for the new environment finds no place in it`,
      {
        why: "it goes before the other rules, and creation_rules is not a list with lines of its own there, or reads differently afterwards",
        fix: `write creation_rules as a list with lines of its own, beginning with this one, and run the command again with --recipient <that key>: ${ruleLine({ ...rule, recipients: request.recipients.length > 0 ? request.recipients : ["<your public age key>"] })}`,
        notDone: "nothing was written",
      },
    );
  if (before === null) return newFile(place, after);
  if (after === text) return undefined;
  return changedFile(place, before, new TextEncoder().encode(after));
}

/**
 * The folder of the `.sops.yaml` that SOPS would read for the new file, as far as the repository
 * goes; the workspace where there is none.
 */
function configFolder({ root, name }: NewEnvironment): string {
  const top = topOf(root);
  for (let at = join(root, ENVIRONMENTS_FOLDER, name); ; at = dirname(at)) {
    if (listFolder(at).includes(CONFIG_NAME)) {
      if (isWithin(top, at)) return at;
      // A configuration of the workspace would hide that one from the environments there are.
      return listFolder(join(root, ENVIRONMENTS_FOLDER)).length === 0
        ? root
        : at;
    }
    if (dirname(at) === at) return root;
  }
}

function topOf(root: string): string {
  let at = root;
  while (listFolder(at).length === 0 && dirname(at) !== at) at = dirname(at);
  return locateRepository(at)?.topLevel ?? root;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    return undefined;
  }
}

/** Whether a new environment of this name is for real users. */
export function isProductionName(name: string): boolean {
  return name.startsWith("prod");
}

function environmentText(
  { name, target }: Pick<NewEnvironment, "name" | "target">,
  recipients: readonly string[],
): string {
  const production = isProductionName(name)
    ? "production: true # real users are here: guards are stricter\n"
    : "";
  const pinned = recipients.map((each) => `    - ${each}\n`).join("");
  return `# yaml-language-server: $schema=../../schemas/environment.schema.json
${yamlText({ environment: name })}${yamlText({ target })}${production}${
    pinned === ""
      ? ""
      : `secrets:
  # who may open secrets.enc.yaml; a file that anybody else can open is refused
  recipients:
${pinned}
`
  }# What tieline owns and did is kept in .tieline/ on this machine, which is enough for one person. Several people, or a pipeline, keep it in
# a ref of the repository, shared by everyone who can push to the remote:
# state:
#   backend: git
# A connection whose file goes away stays on the platform. To have it deleted there:
# prune: true
`;
}
