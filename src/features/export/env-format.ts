import type { DesiredConnection } from "../../domain/connection.ts";
import {
  compareDiagnostics,
  type Diagnostic,
} from "../../domain/problem/diagnostic.ts";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { plainText } from "../../output/escape.ts";

/** One setting as a variable. */
export interface EnvVariable {
  readonly name: string;
  readonly value: string;
}

/**
 * Settings for an application, as `NAME=value` lines; usable only when no diagnostic is an error.
 */
export interface EnvSettings {
  readonly variables: readonly EnvVariable[];
  /** Names of secret settings, with the reference of each. */
  readonly secrets: readonly EnvVariable[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What documents hold for tieline and for people; applications have no use for it, and prose rarely
 * fits one line.
 */
const NOT_FOR_APPLICATIONS: ReadonlySet<string> = new Set([
  "version",
  "description",
  "template",
  "lifecycle",
  "rotation",
]);

interface Setting extends EnvVariable {
  readonly connection: DesiredConnection;
  readonly pointer: Pointer;
  readonly isSecret: boolean;
}

/**
 * The settings of connections as variables, in the order of names. Absent stays absent; `null`
 * becomes empty.
 */
export function envSettings(
  connections: readonly DesiredConnection[],
): EnvSettings {
  const settings = connections.flatMap(settingsOf);
  settings.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const diagnostics = [
    ...collisions(settings),
    ...settings.filter(({ isSecret }) => !isSecret).flatMap(unquotable),
  ].sort(compareDiagnostics);
  const chosen = (isSecret: boolean): EnvVariable[] =>
    settings
      .filter((setting) => setting.isSecret === isSecret)
      .map(({ name, value }) => ({ name, value }));
  return { variables: chosen(false), secrets: chosen(true), diagnostics };
}

/**
 * The settings as text that a POSIX shell (`set -a; . file`) and readers of `.env` files take
 * alike. Secrets are comments with their reference. Must not be called for settings with errors.
 * @remarks Source: POSIX.1-2017 Shell Command Language 2.2 (quoting); the parsers of the packages
 * dotenv, python-dotenv and of `node --env-file`, which agree on bare words, on text in single
 * quotes without a quote or backslash, and on text in double quotes without any of `" \ $` and a
 * backtick.
 */
export function renderEnv(environment: string, settings: EnvSettings): string {
  const lines = [
    `# Settings of the connections of ${plainText(environment)}, by tieline render --format env.`,
    "# Secrets are references: have your platform put in their values.",
    ...settings.variables.map(({ name, value }) => `${name}=${quote(value)}`),
    ...settings.secrets.map(
      ({ name, value }) => `# ${name} is ${plainText(value)}`,
    ),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function settingsOf(connection: DesiredConnection): Setting[] {
  const prefix = variableName(connection.key);
  const own = /^\d/u.test(prefix) ? `_${prefix}` : prefix;
  return Object.entries(connection.document)
    .filter(([member]) => !NOT_FOR_APPLICATIONS.has(member))
    .flatMap(([member, value]) =>
      member === "connection_id"
        ? [setting(connection, [member], `${own}_CONNECTION_NAME`, value)]
        : leaves(connection, [member], own, value),
    );
}

function leaves(
  connection: DesiredConnection,
  path: readonly string[],
  prefix: string,
  value: JsonValue,
): Setting[] {
  const name = `${prefix}_${variableName(path.at(-1) ?? "")}`;
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([member, inner]) =>
        leaves(connection, [...path, member], name, inner),
      )
    : [setting(connection, path, name, value)];
}

function setting(
  connection: DesiredConnection,
  path: readonly string[],
  name: string,
  value: JsonValue,
): Setting {
  const pointer = pointerOf(path);
  const isSecret = connection.secrets.has(pointer);
  return { connection, pointer, name, value: textOfValue(value), isSecret };
}

/**
 * Words of a list are separated by a blank where none holds one, as scopes are; everything else of
 * a list is JSON.
 */
function textOfValue(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  const isWords =
    Array.isArray(value) &&
    value.every(
      (item) => typeof item === "string" && /^[^\s"[\]{}]+$/u.test(item),
    );
  return isWords ? value.join(" ") : JSON.stringify(value);
}

function variableName(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_");
}

function collisions(settings: readonly Setting[]): Diagnostic[] {
  return settings.flatMap((setting, index) => {
    const other = settings[index - 1];
    if (other?.name !== setting.name) return [];
    return [
      {
        code: "CLI090",
        severity: "error",
        message: `${spelled(other)} and ${spelled(setting)} both give ${setting.name}`,
        location: locationOf(setting),
        why: "in the name of a variable, everything but letters and digits becomes an underscore",
        fix: "rename one of them, or render the connections apart with --connection",
      },
    ];
  });
}

function spelled({ connection, pointer }: Setting): string {
  return `"${connection.key}${pointer === "/connection_id" ? "" : ` ${pointer}`}"`;
}

function unquotable(setting: Setting): Diagnostic[] {
  const reason = refusalOf(setting.value);
  if (reason === undefined) return [];
  return [
    {
      code: "CLI090",
      severity: "error",
      message: `no quoting of ${setting.name} is read alike everywhere: it holds ${reason}`,
      location: locationOf(setting),
      why: "shells and readers of .env files differ in what they replace inside quotes",
      fix: "change the value, choose other connections with --connection, or have the application read --format json",
    },
  ];
}

function refusalOf(value: string): string | undefined {
  if (/\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u.test(value))
    return "a line break or another control character";
  if (plainText(value) !== value)
    return "a character that nobody sees, or a mark that pipelines take for a command";
  if (value.includes("\\")) return "a backslash";
  if (value.includes("${")) return "${";
  return value.includes("'") && /["$`]/u.test(value)
    ? 'a single quote together with ", $ or a backtick'
    : undefined;
}

function quote(value: string): string {
  if (/^[\w./:@%+,-]+$/u.test(value)) return value;
  return value.includes("'") ? `"${value}"` : `'${value}'`;
}

function locationOf({ connection, pointer }: Setting): SourceLocation {
  let at = pointer;
  while (at !== "") {
    const origin = connection.origins.get(at);
    if (origin !== undefined) return origin;
    at = at.slice(0, at.lastIndexOf("/"));
  }
  return connection.location;
}
