import { parseAllDocuments } from "yaml";
import { parseCommandLine } from "../../src/cli/program.ts";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import { membersAt } from "../../src/documents/read/members.ts";
import { VERSION } from "../../src/domain/generated/version.ts";
import { resolveTexts } from "./documents.ts";
import { commandsIn, wordsOf } from "./page-shell.ts";
import type { Block } from "./pages.ts";

/**
 * What is wrong with a block of YAML or JSON. A document, or a part of one, is checked as
 * `tieline validate` does; what pipelines run has to be a command line.
 */
export function wrongInDocument(block: Block): readonly string[] {
  const documents = parseAllDocuments(block.text);
  const broken = documents.flatMap(({ errors }) => errors);
  if (broken.length > 0) return broken.map(({ message }) => message);
  const [first] = documents;
  const value: unknown = first?.toJS();
  if (value === null || value === undefined) return onlyComments(block.text);
  const path = /^# (\S+)$/mu.exec(block.text)?.[1] ?? "";
  if (isJsonObject(value) && Object.hasOwn(value, "creation_rules"))
    return wrongInRules(value);
  if (isJsonObject(value) && isEnvironment(value, path))
    return wrongInEnvironment(block.text, value);
  if (isJsonObject(value) && isPart(value, "connection"))
    return wrongInConnection(block.text, value, path);
  return wrongInPipeline(value);
}

function onlyComments(text: string): readonly string[] {
  return /^# (?:yaml-language-server: \$schema=|tieline-ignore )\S.*$/u.test(
    text.trim(),
  )
    ? []
    : ["holds nothing"];
}

function isPart(
  value: JsonObject,
  kind: "connection" | "environment" | "template",
): boolean {
  const declared = new Set([...membersAt(kind, "#"), "$patch"]);
  return Object.keys(value).every((name) => declared.has(name));
}

function isEnvironment(value: JsonObject, path: string): boolean {
  return (
    path.endsWith("environment.yaml") ||
    (isPart(value, "environment") && !isPart(value, "connection"))
  );
}

/** Problems of documents; notes and warnings speak about examples as they are. */
function errorsOf(
  ...[texts]: Parameters<typeof resolveTexts>
): readonly string[] {
  return resolveTexts(texts)
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code} ${message}`);
}

function wrongInEnvironment(
  text: string,
  value: JsonObject,
): readonly string[] {
  // The environment of the check has a name and a target of its own.
  const lines = text
    .split("\n")
    .filter((line) => !/^(?:environment|target):/u.test(line));
  const names = JSON.stringify(value["connections"] ?? "")
    .replaceAll("*", "any")
    .matchAll(/"([a-z][\w-]*)"/gu);
  return errorsOf({
    environment: `${lines.join("\n").replaceAll("age1…", EXAMPLE_RECIPIENT)}\n`,
    base: Object.fromEntries(
      ["any", ...[...names].map(([, name = ""]) => name)].map((name) => [
        `${name}.yaml`,
        base(name),
      ]),
    ),
  });
}

const EXAMPLE_RECIPIENT =
  "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm";

const base = (name: string): string =>
  `connection_id: ${name}\nprovider: gmail\nauth_type: oauth2\n`;

function wrongInConnection(
  text: string,
  value: JsonObject,
  path: string,
): readonly string[] {
  const { template, connection_id: id } = value;
  const isTemplate =
    /template\.schema\.json/u.test(text) || path.startsWith("templates/");
  if (isTemplate && typeof template === "string")
    return errorsOf({
      base: { "any.yaml": base("any") },
      templates: { [`${template}.yaml`]: text },
    });
  const name = typeof id === "string" ? id : "part";
  const isOverlay = /^environments\/[^/]+\/connections\//u.test(path);
  if (isOverlay)
    return errorsOf({
      base: { [`${name}.yaml`]: base(name) },
      overlays: { [`${name}.yaml`]: text },
    });
  const isWhole = typeof template === "string";
  const missing = ["connection_id", "provider", "auth_type"].filter(
    (member) =>
      !Object.hasOwn(value, member) && !(isWhole && member !== "connection_id"),
  );
  const given: Readonly<Record<string, string>> = {
    connection_id: name,
    provider: "gmail",
    auth_type: "oauth2",
  };
  const lines = missing.map((member) => `${member}: ${given[member] ?? ""}\n`);
  const isJson = text.trimStart().startsWith("{");
  const whole = isJson
    ? JSON.stringify({
        ...Object.fromEntries(missing.map((each) => [each, given[each] ?? ""])),
        ...value,
      })
    : `${lines.join("")}${text}`;
  return errorsOf({
    base: { [`${name}.${isJson ? "json" : "yaml"}`]: whole },
  });
}

function wrongInRules(value: JsonObject): readonly string[] {
  const rules = value["creation_rules"];
  if (!Array.isArray(rules)) return ["creation_rules is no list"];
  return rules.flatMap((rule) => {
    if (!isJsonObject(rule)) return ["a rule is no mapping"];
    return ["path_regex", "encrypted_regex"].flatMap((member) => {
      const pattern = rule[member];
      return typeof pattern === "string" && !canCompile(pattern)
        ? [`${member} does not compile`]
        : [];
    });
  });
}

function canCompile(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}

/** Whatever a pipeline runs of ours is a command line that is understood. */
function wrongInPipeline(value: unknown): readonly string[] {
  const scripts: string[] = [];
  const visit = (node: unknown, name: string): void => {
    if (typeof node === "string") {
      if (/^(?:run|script|before_script|entry|command)$/u.test(name))
        scripts.push(node);
    } else if (Array.isArray(node)) for (const item of node) visit(item, name);
    else if (isJsonObject(node))
      for (const [key, child] of Object.entries(node)) visit(child, key);
  };
  visit(value, "");
  const isKnown =
    isJsonObject(value) || (Array.isArray(value) && scripts.length > 0);
  if (!isKnown) return ["neither a document nor a pipeline"];
  return scripts.flatMap(commandsIn).flatMap(wrongInCommand);
}

/** What is wrong with a command line as a page writes it. */
export function wrongInCommand(command: string): readonly string[] {
  const parsed = parseCommandLine(wordsOf(command), VERSION, {});
  // A text may leave out what a command needs; what it names has to be there.
  return parsed.kind === "usage" && /unknown|too many/u.test(parsed.message)
    ? [`${command}: ${parsed.message}`]
    : [];
}
