import type { Diagnostic } from "../domain/diagnostic.ts";
import { FIELD_RULES } from "../domain/generated/fields.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../domain/json.ts";
import { getAt, pointerOf, type Pointer } from "../domain/pointer.ts";
import { nearest } from "../util/nearest.ts";
import { fieldAt } from "./field-pointers.ts";
import {
  fieldNameOf,
  fieldPointerOf,
  isFieldOrPart,
  nearestField,
} from "./field-names.ts";
import { didYouMean, report } from "./report.ts";
import { quoted } from "./safe-text.ts";
import { originOf, type Stack } from "./stack.ts";
import { urlProblem } from "./url-rules.ts";

/** A connection that satisfies its schema, with its layers. */
export interface CheckedConnection {
  readonly name: string;
  readonly value: JsonObject;
  readonly stack: Stack;
}

const ADDRESS_FIELDS: readonly Pointer[] = [
  ...FIELD_RULES.filter(
    (rule) =>
      rule.semantics === "url" ||
      (rule.isDestination && rule.semantics === "scalar"),
  ).map((rule) => rule.pointer),
  "/custom_provider/icon_src",
];
// Inside the free-form part of a custom provider; the platform sends codes and client secrets there.
const PATTERN_ADDRESSES = [
  "authorize_uri",
  "token_uri",
  "user_info_uri",
] as const;
const IGNORABLE: ReadonlySet<Pointer> = new Set(
  FIELD_RULES.filter((rule) => !rule.isLocal && !rule.isRecorded).map(
    (rule) => rule.pointer,
  ),
);
const SPELLINGS: readonly (readonly [Pointer, Pointer])[] = [
  ["/settings/auth_endpoint", "/settings/authorization_url"],
  ["/settings/refresh_endpoint", "/settings/token_url"],
];

/** What the schema of a connection cannot say about one connection. */
export function checkConnection(connection: CheckedConnection): Diagnostic[] {
  return [
    ...checkAddresses(connection),
    ...checkSpellings(connection),
    ...checkIgnore(connection),
    ...checkFieldLists(connection),
  ];
}

function checkAddresses({
  name,
  value,
  stack,
}: CheckedConnection): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const pointer of [...ADDRESS_FIELDS, ...patternAddresses(value)]) {
    const address = pointer.startsWith("/custom_provider/auth_patterns")
      ? getAt(value, pointer)
      : fieldAt(value, pointer);
    const problem =
      typeof address === "string" ? urlProblem(address) : undefined;
    if (problem === undefined) continue;
    diagnostics.push(
      report(originOf(stack, pointer), {
        code: "CFG026",
        message: `the address in ${quoted(pointer.slice(1).replaceAll("/", "."))} of ${quoted(name)} is refused: ${problem}`,
        why: "credentials or users are sent there; http is for this machine only",
        fix: "write a plain https address",
      }),
    );
  }
  return diagnostics;
}

function patternAddresses(value: JsonObject): Pointer[] {
  const patterns = fieldAt(value, "/custom_provider/auth_patterns");
  const list: readonly JsonValue[] = isList(patterns) ? patterns : [];
  return list.flatMap((pattern, index) =>
    isJsonObject(pattern) && isJsonObject(pattern["oauth_config"])
      ? PATTERN_ADDRESSES.map((name) =>
          pointerOf([
            "custom_provider",
            "auth_patterns",
            index,
            "oauth_config",
            name,
          ]),
        )
      : [],
  );
}

function checkSpellings({
  name,
  value,
  stack,
}: CheckedConnection): Diagnostic[] {
  return SPELLINGS.filter(([older, newer]) => {
    const values = [fieldAt(value, older), fieldAt(value, newer)];
    return (
      values.every((one) => typeof one === "string") && values[0] !== values[1]
    );
  }).map(([older, newer]) =>
    report(originOf(stack, older), {
      code: "CFG025",
      message: `${quoted(older.slice(10))} and ${quoted(newer.slice(10))} of ${quoted(name)} differ`,
      why: "they are two spellings of one setting",
      fix: `keep ${newer.slice(10)} and remove the other`,
    }),
  );
}

function checkIgnore({ name, value, stack }: CheckedConnection): Diagnostic[] {
  const ignored = fieldAt(value, "/lifecycle/ignore");
  const list: readonly JsonValue[] = isList(ignored) ? ignored : [];
  return list.flatMap((pointer, index) =>
    typeof pointer !== "string" || IGNORABLE.has(pointer)
      ? []
      : [
          report(originOf(stack, pointerOf(["lifecycle", "ignore", index])), {
            code: "CFG027",
            message: `lifecycle.ignore of ${quoted(name)} names ${quoted(pointer)}, which is no field that is sent to the API${didYouMean(nearest(pointer, IGNORABLE))}`,
            why: "an entry that names no field would ignore nothing",
            fix: "write the pointer of a whole field, such as /settings/timeout",
          }),
        ],
  );
}

/** Lists of fields for overlays and for comparing: an entry that names none would allow or declare nothing. */
const FIELD_LISTS: readonly Pointer[] = [
  "/lifecycle/overlays/only",
  "/lifecycle/varies",
];

function checkFieldLists({
  name,
  value,
  stack,
}: CheckedConnection): Diagnostic[] {
  return FIELD_LISTS.flatMap((at) => {
    const entries = getAt(value, at);
    const list: readonly JsonValue[] = isList(entries) ? entries : [];
    return list.flatMap((entry, index) =>
      typeof entry !== "string" || isFieldOrPart(fieldPointerOf(entry))
        ? []
        : [
            report(originOf(stack, `${at}/${String(index)}`), {
              code: "CFG033",
              message: `${fieldNameOf(at)} of ${quoted(name)} names ${quoted(entry)}, which is no field${didYouMean(nearestField(entry))}`,
              why: "an entry that names no field allows or declares nothing",
              fix: "write a field such as settings.timeout, or a group such as settings",
            }),
          ],
    );
  });
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
