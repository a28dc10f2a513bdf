import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { SHELLS } from "../features/completion/command.ts";
import { TOPIC_NAMES } from "../features/help/command.ts";
import { openPlain } from "../platform/files/index.ts";
import { COMMANDS } from "./generated/commands.ts";
import { PROVIDERS } from "./generated/providers.ts";

/** Names that are completed. */
export type NameSource =
  "environment" | "connection" | "provider" | "shell" | "topic";

/** Where names are looked for. */
export interface NamesWorld {
  readonly cwd: string;
  /** What `--root` or its variable says. */
  readonly root: string | undefined;
}

/**
 * A name that is one word of every shell as it stands. Whoever opens a pull request chooses the
 * names of files and connections: what is anything else is not offered.
 */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u;

/** Files looked at for one key press, and how much of each. */
const MAX_FILES = 2_000;
const MAX_BYTES = 256 * 1024;

const DOCUMENT = /^(.+)\.(?:yaml|yml|json)$/u;

/** The names of one kind that can be written as they are. Never throws. */
export function namesOf(
  source: NameSource,
  world: NamesWorld,
): readonly string[] {
  return everyName(source, world).filter((name) => PLAIN.test(name));
}

function everyName(source: NameSource, world: NamesWorld): readonly string[] {
  switch (source) {
    case "environment":
      return environments(rootOf(world));
    case "connection":
      return connections(rootOf(world));
    case "provider":
      return PROVIDERS;
    case "shell":
      return SHELLS;
    case "topic":
      return [...TOPIC_NAMES, ...COMMANDS.map(({ name }) => name)];
  }
}

function rootOf({ cwd, root }: NamesWorld): string | undefined {
  if (root !== undefined && root !== "") return resolve(cwd, root);
  if (cwd === "") return undefined;
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "environments"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

function environments(root: string | undefined): readonly string[] {
  if (root === undefined) return [];
  return entriesOf(join(root, "environments")).filter((name) =>
    existsSync(join(root, "environments", name, "environment.yaml")),
  );
}

function connections(root: string | undefined): readonly string[] {
  if (root === undefined) return [];
  const folders = [
    join(root, "connections"),
    ...environments(root).map((name) =>
      join(root, "environments", name, "connections"),
    ),
  ];
  const files = folders.flatMap((folder) =>
    entriesOf(folder).flatMap((name) => {
      const stem = DOCUMENT.exec(name)?.[1];
      return stem === undefined ? [] : [{ path: join(folder, name), stem }];
    }),
  );
  return files
    .slice(0, MAX_FILES)
    .flatMap(({ path, stem }) => declaredIn(path) ?? [stem]);
}

/** What a document calls its connections, as far as that stands at the beginning of a line. */
function declaredIn(path: string): readonly string[] | undefined {
  const text = textOf(path);
  const names = [
    ...text.matchAll(
      /^(?:- )?"?connection_id"?:\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s#]+))[ \t]*(?:#.*)?$/gmu,
    ),
  ].map(([, double, single, plain]) => double ?? single ?? plain ?? "");
  return names.length === 0 ? undefined : names;
}

function textOf(path: string): string {
  try {
    const bytes = openPlain(path, { maxBytes: MAX_BYTES, followsLinks: false });
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : "";
  } catch {
    return "";
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
