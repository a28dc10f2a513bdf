/**
 * Reads literals out of TypeScript text without running any of it: the vendor's data files are
 * somebody else's code.
 */
import { parser } from "@lezer/javascript";

const typescript = parser.configure({ dialect: "ts" });

/**
 * The value an exported constant is initialised with, as a literal; `undefined` when there is no
 * such constant.
 */
export function constantOf(text, name) {
  const at = initialiserOf(text, name);
  return at === undefined ? undefined : literalOf(at, text);
}

/**
 * How many objects the list of an exported constant has; `undefined` when it is no list of objects.
 */
export function countObjects(text, name) {
  const at = initialiserOf(text, name);
  if (at?.name !== "ArrayExpression") return undefined;
  const items = children(at).filter((node) => !PUNCTUATION.has(node.name));
  return items.every((node) => node.name === "ObjectExpression")
    ? items.length
    : undefined;
}

const PUNCTUATION = new Set(["[", "]", "{", "}", ",", ":", "LineComment", "BlockComment"]);

function initialiserOf(text, name) {
  let found;
  typescript.parse(text).iterate({
    enter: (ref) => {
      if (found !== undefined || ref.name !== "VariableDeclaration") return;
      const parts = children(ref.node);
      const definition = parts.find((node) => node.name === "VariableDefinition");
      if (definition === undefined || textOf(definition, text) !== name) return;
      const last = parts.filter((node) => node.name !== ";").at(-1);
      if (last !== definition) found = last;
    },
  });
  return found;
}

/**
 * Strings, lists and objects of those; anything else is `undefined`, because it would have to be
 * run to be known.
 */
function literalOf(node, text) {
  if (node.name === "String") return stringOf(textOf(node, text));
  if (node.name === "ArrayExpression")
    return children(node)
      .filter((item) => !PUNCTUATION.has(item.name))
      .map((item) => literalOf(item, text));
  if (node.name !== "ObjectExpression") return undefined;
  const entries = children(node)
    .filter((item) => item.name === "Property")
    .map((property) => {
      const [key, ...rest] = children(property).filter(
        (part) => !PUNCTUATION.has(part.name),
      );
      const value = rest.at(-1);
      const name =
        key.name === "String" ? stringOf(textOf(key, text)) : textOf(key, text);
      return [name, value === undefined ? undefined : literalOf(value, text)];
    });
  return new Map(entries);
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0" };

function stringOf(quoted) {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gsu,
      (_, braced, four, two, one) =>
        one === undefined
          ? String.fromCodePoint(parseInt(braced ?? four ?? two, 16))
          : (ESCAPES[one] ?? one),
    );
}

function children(node) {
  const out = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    out.push(child);
  return out;
}

function textOf(node, text) {
  return text.slice(node.from, node.to);
}
