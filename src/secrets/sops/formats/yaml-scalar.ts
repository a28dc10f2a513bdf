import { isInt64, parseGoFloat } from "../core/go-text.ts";
import { normalizeTimestamp } from "../core/go-time.ts";
import { sopsString, type SopsScalar } from "../core/tree.ts";

const NULLS = new Set(["", "~", "null", "Null", "NULL"]);
const TRUES = new Set(["true", "True", "TRUE"]);
const FALSES = new Set(["false", "False", "FALSE"]);
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);
const TAG_PREFIX = "tag:yaml.org,2002:";

/**
 * Gives an unquoted, untagged YAML scalar the type go-yaml v3 gives it. The MAC is taken over typed
 * values, so the `yaml` package's own schemas, which differ (`017`, `1_000`, timestamps, `0b1`),
 * cannot be used.
 * @remarks Source: go-yaml v3 resolve.go.
 */
export function resolvePlainScalar(text: string): SopsScalar {
  if (NULLS.has(text)) return { kind: "null" };
  if (TRUES.has(text)) return { kind: "bool", value: true };
  if (FALSES.has(text)) return { kind: "bool", value: false };
  const special = resolveSpecialFloat(text);
  if (special !== undefined) return { kind: "float", value: special };
  if (text.startsWith(".")) return resolvePointFloat(text) ?? sopsString(text);
  if (!/^[-+0-9]/u.test(text)) return sopsString(text);
  const time = normalizeTimestamp(text);
  if (time !== undefined) return { kind: "time", text: time };
  return resolveNumber(text) ?? sopsString(text);
}

/**
 * A scalar with an explicit tag, or `undefined` where the text does not fit the tag. Unknown tags
 * mean text, as upstream has it.
 */
export function resolveTaggedScalar(
  tag: string,
  text: string,
): SopsScalar | undefined {
  const name = tag.startsWith(TAG_PREFIX) ? tag.slice(TAG_PREFIX.length) : "";
  if (name === "binary") return resolveBinary(text);
  if (!["null", "bool", "int", "float", "timestamp"].includes(name))
    return sopsString(text);
  const plain = resolvePlainScalar(text);
  if (name === "float" && plain.kind === "int")
    return { kind: "float", value: Number(plain.value) };
  const kind = name === "timestamp" ? "time" : name;
  return plain.kind === kind ? plain : undefined;
}

function resolveSpecialFloat(text: string): number | undefined {
  if (/^\.(?:nan|NaN|NAN)$/u.test(text)) return NaN;
  const match = /^([-+]?)\.(?:inf|Inf|INF)$/u.exec(text);
  if (match === null) return undefined;
  return match[1] === "-" ? -Infinity : Infinity;
}

function resolveNumber(text: string): SopsScalar | undefined {
  const plain = text.replaceAll("_", "");
  const integer = resolveInteger(plain) ?? resolveInnerSign(plain);
  return integer === undefined
    ? resolveFloat(plain)
    : { kind: "int", value: integer };
}

function resolveInteger(text: string): bigint | undefined {
  const match =
    /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/u.exec(
      text,
    );
  const digits = match?.[2];
  if (match === null || digits === undefined) return undefined;
  // A leading zero alone means octal to go-yaml; BigInt wants the 0o spelling for that.
  const size = BigInt(/^0[0-7]+$/u.test(digits) ? `0o${digits}` : digits);
  const value = match[1] === "-" ? -size : size;
  // Go's ParseUint takes no sign, so a signed number must fit int64.
  const max = match[1] === "" ? UINT64_MAX : 2n ** 63n - 1n;
  return value >= INT64_MIN && value <= max ? value : undefined;
}

/**
 * go-yaml cuts the prefixes `0b` and `0o` off and lets Go read the rest, sign and all: `0b-11` is
 * -3.
 */
function resolveInnerSign(text: string): bigint | undefined {
  const match = /^(0b)([-+])([01]+)$|^(0o)([-+])([0-7]+)$/u.exec(text);
  if (match === null) return undefined;
  const [prefix = "", sign, digits = ""] =
    match[1] === undefined ? match.slice(4) : match.slice(1);
  const size = BigInt(prefix + digits);
  const value = sign === "-" ? -size : size;
  return isInt64(value) ? value : undefined;
}

/**
 * Behind a leading point go-yaml takes whatever Go's own reader takes, which allows underscores
 * between digits.
 */
function resolvePointFloat(text: string): SopsScalar | undefined {
  return /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/u.test(text)
    ? resolveFloat(text.replaceAll("_", ""))
    : undefined;
}

function resolveFloat(text: string): SopsScalar | undefined {
  if (
    !/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u.test(text)
  )
    return undefined;
  const value = parseGoFloat(text);
  return value === undefined ? undefined : { kind: "float", value };
}

function resolveBinary(text: string): SopsScalar | undefined {
  const compact = text.replace(/\s+/gu, "");
  const bytes = Buffer.from(compact, "base64");
  if (bytes.toString("base64") !== compact) return undefined;
  const decoded = bytes.toString("utf8");
  return Buffer.from(decoded, "utf8").equals(bytes)
    ? sopsString(decoded)
    : { kind: "str", text: decoded, bytes: Uint8Array.from(bytes) };
}
