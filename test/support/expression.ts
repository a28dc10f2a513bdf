/**
 * Conditions of pipelines: as much of the expressions of GitHub Actions and of the rules of GitLab
 * as our files use.
 */

type Value = string | boolean | number | null;

/** What a name in an expression stands for; `undefined` for nothing. */
export type Lookup = (name: string) => unknown;

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*'|"[^"]*")|(?<sign>==|!=|&&|\|\||[!(),])|(?<name>\$?[A-Za-z_][\w.-]*))/uy;

/** Evaluates a condition or a value. @throws for anything that it does not know. */
export function evaluate(text: string, lookup: Lookup): Value {
  const tokens = tokensOf(text);
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at += 1;
    return true;
  };
  const operand = (): Value => {
    if (take("!")) return !isTrue(operand());
    if (take("(")) {
      const value = either();
      if (!take(")")) throw new Error(`no end of a group: ${text}`);
      return value;
    }
    const token = tokens[at] ?? "";
    at += 1;
    if (/^['"]/u.test(token)) return token.slice(1, -1).replaceAll("''", "'");
    if (tokens[at] !== "(") return valueOf(lookup(token));
    at += 1;
    const args: Value[] = [];
    while (!take(")")) {
      args.push(either());
      take(",");
    }
    return called(token, args);
  };
  const compared = (): Value => {
    const left = operand();
    if (take("==")) return isEqual(left, operand());
    if (take("!=")) return !isEqual(left, operand());
    return left;
  };
  const both = (): Value => {
    let left = compared();
    while (take("&&")) {
      const right = compared();
      left = isTrue(left) ? right : left;
    }
    return left;
  };
  const either = (): Value => {
    let left = both();
    while (take("||")) {
      const right = both();
      left = isTrue(left) ? left : right;
    }
    return left;
  };
  const value = either();
  if (at !== tokens.length) throw new Error(`not understood: ${text}`);
  return value;
}

/** As GitHub counts it: nothing, no and an empty text are not. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== "" && value !== 0;
}

/** Puts values in the place of `${{ … }}`. */
export function filled(text: string, lookup: Lookup): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gu, (_whole, inner: string) =>
    String(evaluate(inner.trim(), lookup) ?? ""),
  );
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`not understood: ${text}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

function valueOf(found: unknown): Value {
  if (found === undefined || found === null) return null;
  return typeof found === "string" ||
    typeof found === "boolean" ||
    typeof found === "number"
    ? found
    : typeof found === "object" && found !== null;
}

/** Texts are equal without their case, as both systems of GitHub's have it. */
function isEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return (left ?? "") === (right ?? "");
  return String(left).toLowerCase() === String(right).toLowerCase();
}

function called(name: string, args: readonly Value[]): Value {
  const [first, second] = args.map((each) => String(each ?? ""));
  if (name === "startsWith") return (first ?? "").startsWith(second ?? "");
  if (name === "format") return (first ?? "").replace("{0}", second ?? "");
  if (name === "contains") return (first ?? "").includes(second ?? "");
  throw new Error(`no such function: ${name}`);
}
