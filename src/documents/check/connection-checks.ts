import { isJsonList } from "../../domain/json.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import { getAt, pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { nearest } from "../../util/nearest.ts";
import type { CheckedConnection } from "./checked-connection.ts";
import { fieldAt } from "../read/field-pointers.ts";
import {
  fieldNameOf,
  fieldPointerOf,
  isFieldOrPart,
  nearestField,
} from "../read/field-names.ts";
import { checkParts } from "./part-checks.ts";
import { didYouMean, report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { originOf } from "../read/stack.ts";

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
    ...checkParts(connection),
    ...checkSpellings(connection),
    ...checkIgnore(connection),
    ...checkFieldLists(connection),
  ];
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
  const list: readonly JsonValue[] = isJsonList(ignored) ? ignored : [];
  return wrongItems(
    list,
    (pointer) => typeof pointer === "string" && !IGNORABLE.has(pointer),
  ).flatMap(({ item: pointer, index }) =>
    typeof pointer !== "string"
      ? []
      : [
          report(originOf(stack, pointerOf(["lifecycle", "ignore", index])), {
            code: "CFG027",
            message: `lifecycle.ignore of ${quoted(name)} names ${quoted(pointer)}, which is not a field that is sent to the API${didYouMean(nearest(pointer, IGNORABLE))}`,
            why: "an entry that names no field would ignore nothing",
            fix: "write the pointer of a whole field, such as /settings/timeout",
          }),
        ],
  );
}

/**
 * Lists of fields for overlays and for comparing: an entry that names none would allow or declare
 * nothing.
 */
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
    const list: readonly JsonValue[] = isJsonList(entries) ? entries : [];
    return wrongItems(
      list,
      (entry) =>
        typeof entry === "string" && !isFieldOrPart(fieldPointerOf(entry)),
    ).flatMap(({ item: entry, index }) =>
      typeof entry !== "string"
        ? []
        : [
            report(originOf(stack, `${at}/${String(index)}`), {
              code: "CFG027",
              message: `${fieldNameOf(at)} of ${quoted(name)} names ${quoted(entry)}, which is not a field${didYouMean(nearestField(entry))}`,
              why: "an entry that names no field allows or declares nothing",
              fix: "write a field such as settings.timeout, or a group such as settings",
            }),
          ],
    );
  });
}

/** Items of one list that are told; more of one kind would bury what else is wrong. */
const MAX_WRONG_ITEMS = 20;

function wrongItems(
  list: readonly JsonValue[],
  isWrong: (item: JsonValue) => boolean,
): readonly { readonly item: JsonValue; readonly index: number }[] {
  return list
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => isWrong(item))
    .slice(0, MAX_WRONG_ITEMS);
}
