import type { SchemaError } from "./schema-error.ts";
import { quotedList } from "../read/safe-text.ts";
import { nearest } from "../../util/nearest.ts";

/** What a field expects, in words: completes "it must be …". */
export function expectationOf({ keyword, params }: SchemaError): string {
  switch (keyword) {
    case "type":
      return typeWords(params["type"]);
    case "enum":
      return `one of ${allowedWords(params["allowedValues"])}`;
    case "const":
      return `exactly ${JSON.stringify(params["allowedValue"])}`;
    case "pattern":
      return patternWords(params["pattern"]);
    case "format":
      return formatWords(params["format"]);
    default:
      return boundWords(keyword, params["limit"]);
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "null",
};

function typeWords(type: unknown): string {
  const names = Array.isArray(type)
    ? type.map(String)
    : String(type).split(",");
  return names.map((name) => TYPE_WORDS[name] ?? name).join(" or ");
}

function allowedWords(values: unknown): string {
  const list: readonly unknown[] = Array.isArray(values) ? values : [];
  return list
    .map((value) => (typeof value === "string" ? `"${value}"` : String(value)))
    .join(", ");
}

// Words that letters alone would lead astray: "oauth" is as near to oauth1 as to oauth2.
const USUAL_WORDS: Readonly<Record<string, string>> = {
  oauth: "oauth2",
  oauth_2: "oauth2",
  apitoken: "api_key",
  enabled: "active",
  disabled: "inactive",
};

/** The allowed word nearest to a wrong one. */
export function nearestAllowed(
  { params }: SchemaError,
  value: unknown,
): string | undefined {
  const list: readonly unknown[] = Array.isArray(params["allowedValues"])
    ? params["allowedValues"]
    : [];
  const words = list.filter((word) => typeof word === "string");
  if (typeof value !== "string") return undefined;
  // "OAuth 2.0", "API-Key" and the like differ in more than letters.
  const plain = value
    .slice(0, 100)
    .toLowerCase()
    .replace(/\.0$/u, "")
    .replace(/[\s-]+/gu, "_");
  const usual = Object.hasOwn(USUAL_WORDS, plain)
    ? USUAL_WORDS[plain]
    : undefined;
  if (usual !== undefined && words.includes(usual)) return usual;
  return (
    words.find(
      (word) =>
        word === plain ||
        word.replaceAll("_", "") === plain.replaceAll("_", ""),
    ) ?? nearest(plain, words)
  );
}

// Said in words where a pattern occurs in a schema; a test holds that every pattern of the schemas
// has its words.
const PATTERN_WORDS: Readonly<Record<string, string>> = {
  "^[A-Za-z0-9][A-Za-z0-9_-]*$":
    "letters, digits, underscores and hyphens, starting with a letter or digit",
  "^refs/tieline/[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$":
    "a ref below refs/tieline/, such as refs/tieline/prod",
  "^[a-z][a-z0-9_]*$":
    "a name of small letters, digits and underscores that begins with a letter, such as tieline",
  "^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z|[0-2][0-9]:[0-5][0-9])$":
    "a date with a time in UTC, such as 2026-12-20T00:00Z, or with days a time of day, such as 16:00",
  "^([A-Z]{3}[0-9]{3}|policy/[a-z0-9][a-z0-9-]{0,62})$":
    "the code of a guard, such as PLN104, or policy/ and the id of a policy",
  "^(PLN1[0-9]{2}|OWN[0-9]{3})$": "the code of a guard, such as PLN107",
  "^[a-z0-9][a-z0-9-]{0,62}$":
    "up to 63 lower-case letters, digits and hyphens, starting with a letter or digit",
  "^[A-Za-z0-9+/]{43}=$": "a public key as tieline keys generate prints it",
  "^[A-Za-z0-9+/]{86}==$": "a signature in base64",
  "^[A-Za-z0-9_:-](?:[A-Za-z0-9_: -]*[A-Za-z0-9_:-])?$":
    "letters, digits, underscores, hyphens, colons and inner spaces",
  "^[a-z0-9][a-z0-9_:-]*$":
    "lower-case letters, digits, underscores, hyphens and colons, such as googlecalendar",
  "^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$":
    "up to 63 letters, digits and _ . / -, starting with a letter or digit",
  "^(secret|env)://.+$": "a reference: secret://path or env://NAME",
  "^[^\\s]+$": "text without spaces",
  "^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}$":
    "letters, digits and _ . : -, starting with a letter, digit or underscore",
  "^[A-Za-z0-9-]{1,100}$": "letters, digits and hyphens, as header names are",
  "^(/[^/]+)+$": "the pointer of a field, such as /settings/timeout",
  "^[1-9][0-9]{0,3}[dwm]$": "a number and d, w or m, such as 90d",
  "^@?[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,20}$":
    "a login, a team such as @acme/platform, a group, or codeowners",
  "^[1-9][0-9]{0,5}[smh]$": "a number and s, m or h, such as 5m",
  "^[a-z0-9][a-z0-9-]*$": "lower-case letters, digits and hyphens",
  "^[A-Za-z0-9 ]*[A-Za-z0-9][A-Za-z0-9 ]*$": "letters, digits and spaces",
  "^https://": "an address that starts with https://",
  "^(embedded:|https?://[^/\\s?#@]+/?)$":
    "embedded: or an origin such as https://acme.scalekit.com, without a path",
  "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$":
    "letters, digits and _ . -, starting with a letter or underscore",
  "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$":
    "a relative path of letters, digits and _ . -",
  "^[A-Za-z0-9_.-]+$": "a file name of letters, digits and _ . -",
  "^[A-Z]{3}[0-9]{3}$": "the code of a guard: three capitals and three digits",
};

/** A pattern in words; the pattern itself where no words are known. */
export function patternWords(pattern: unknown): string {
  const text = String(pattern);
  return PATTERN_WORDS[text] ?? `text that matches ${text}`;
}

function formatWords(format: unknown): string {
  if (format === "uri") return "an address such as https://api.example.com";
  if (format === "date") return "a day such as 2026-01-31";
  return format === "date-time"
    ? "a moment such as 2026-01-31T12:00:00Z"
    : `a ${String(format)}`;
}

function boundWords(keyword: string, limit: unknown): string {
  const number =
    typeof limit === "number" ? limit.toLocaleString("en") : String(limit);
  const words: Readonly<Record<string, string>> = {
    minimum: `at least ${number}`,
    exclusiveMinimum: `more than ${number}`,
    maximum: `at most ${number}`,
    minLength:
      limit === 1
        ? "text that is not empty"
        : `at least ${number} characters long`,
    maxLength: `at most ${number} characters long`,
    minItems: `a list of at least ${number}`,
    maxItems: `a list of at most ${number}`,
    maxProperties: `a mapping of at most ${number} members`,
  };
  return words[keyword] ?? "as the schema says";
}

/** Names for a sentence, cut to the first few. */
export function someNames(names: readonly string[]): string {
  return names.length <= 12
    ? quotedList(names, "or")
    : `${quotedList(names.slice(0, 12), "or")} and ${String(names.length - 12)} more`;
}

/** The member an error is about, where it is about one: undeclared, missing or wrongly named. */
export function memberOf({ params }: SchemaError): string | undefined {
  const names = [
    params["additionalProperty"],
    params["missingProperty"],
    params["propertyName"],
  ];
  return names.find((name) => typeof name === "string");
}
