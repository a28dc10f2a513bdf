import { assertNever } from "../../../util/assert-never.ts";
import { parseEncText } from "../core/enc-text.ts";
import { formatGoFloat, goText } from "../core/go-text.ts";
import type { SopsNode, SopsScalar } from "../core/tree.ts";
import { resolvePlainScalar } from "./yaml-scalar.ts";

const STEP = 4;

/** Text as YAML: bare where every YAML reader takes it for text, else double-quoted. */
export function yamlText(text: string): string {
  const isBare =
    /^[A-Za-z_][A-Za-z0-9_./@+-]*$/u.test(text) &&
    !/^(?:y|n|yes|no|on|off)$/iu.test(text) &&
    resolvePlainScalar(text).kind === "str";
  return isBare ? text : quoted(text);
}

/**
 * JSON's quoting is YAML's too; what JSON leaves as it is and YAML does not print is escaped as
 * well.
 */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A scalar on one line, so that go-yaml gives it its type again. Ciphertext stands bare in block
 * style, as upstream writes it.
 */
export function yamlScalar(scalar: SopsScalar, isFlow: boolean): string {
  switch (scalar.kind) {
    case "str":
      if (scalar.bytes !== undefined)
        return `!!binary ${Buffer.from(scalar.bytes).toString("base64")}`;
      return !isFlow && parseEncText(scalar.text) !== undefined
        ? scalar.text
        : yamlText(scalar.text);
    case "int":
    case "time":
      return goText(scalar);
    case "bool":
      return String(scalar.value);
    case "float":
      return yamlFloat(scalar.value);
    case "null":
      return "null";
    default:
      return assertNever(scalar);
  }
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const text = formatGoFloat(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** A tree in flow style, for places where block style cannot stand. */
export function yamlFlow(node: SopsNode): string {
  if (node.kind === "map")
    return `{${[...node.entries].map(([key, child]) => `${yamlText(key)}: ${yamlFlow(child)}`).join(", ")}}`;
  if (node.kind === "list") return `[${node.items.map(yamlFlow).join(", ")}]`;
  return yamlScalar(node, true);
}

/**
 * `key: value` in block style as upstream lays it out: four spaces, dashes below their key, text of
 * several lines as a literal block.
 * @param column - where the key stands.
 * @returns lines without line breaks; the first begins at `column`, which is not written.
 */
export function yamlEntry(
  key: string,
  node: SopsNode,
  column: number,
): readonly string[] {
  const head = `${yamlText(key)}:`;
  const rest = yamlValue(node, column);
  return typeof rest === "string"
    ? [`${head} ${rest}`]
    : rest.length > 0 && isLiteral(node)
      ? [`${head} |`, ...rest]
      : [head, ...rest];
}

function isLiteral(node: SopsNode): boolean {
  // Ends in exactly one break, which is what `|` says; armor does.
  return (
    node.kind === "str" &&
    /^[!-~][\t -~]*\n(?:(?:[!-~][\t -~]*)?\n)*$/u.test(node.text) &&
    !node.text.endsWith("\n\n")
  );
}

function yamlValue(node: SopsNode, column: number): string | readonly string[] {
  if (node.kind === "map") {
    if (node.entries.size === 0) return "{}";
    const pad = " ".repeat(column + STEP);
    return [...node.entries].flatMap(([key, child]) =>
      yamlEntry(key, child, column + STEP).map((line, at) =>
        at === 0 ? pad + line : line,
      ),
    );
  }
  if (node.kind === "list") {
    if (node.items.length === 0) return "[]";
    return node.items.flatMap((item) => yamlItem(item, column + STEP));
  }
  if (node.kind === "str" && isLiteral(node))
    return literalLines(node.text, column);
  return yamlScalar(node, false);
}

function literalLines(text: string, column: number): readonly string[] {
  const pad = " ".repeat(column + STEP);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line) => (line === "" ? "" : pad + line));
}

/** One element; the entries of a mapping begin behind the dash. */
function yamlItem(node: SopsNode, column: number): readonly string[] {
  const dash = `${" ".repeat(column)}- `;
  if (node.kind === "map" && node.entries.size > 0) {
    const pad = " ".repeat(column + 2);
    return [...node.entries].flatMap(([key, child], index) =>
      // Literal text stands two further in than its key here, as upstream has it.
      yamlEntry(key, child, isNested(child) ? column + 2 : column).map(
        (line, at) => (at > 0 ? line : (index === 0 ? dash : pad) + line),
      ),
    );
  }
  return [
    dash +
      (node.kind === "map" || node.kind === "list"
        ? yamlFlow(node)
        : yamlScalar(node, false)),
  ];
}

function isNested(node: SopsNode): boolean {
  return node.kind === "map" || node.kind === "list";
}
