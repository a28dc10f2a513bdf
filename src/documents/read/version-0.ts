import { FIELD_RULES } from "../../domain/generated/fields.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import type { DocumentKind } from "./document.ts";
import { PATCH_MEMBER } from "./json-patch.ts";
import { membersAt, snakeCase, VENDOR_NAMES } from "./members.ts";

/**
 * Version 0: connections as the vendor's page shows them and as people pasted them, with its words
 * for fields and secrets written out.
 * @remarks Source: the vendor's page "Connections" (JSON samples and lists of settings), and the
 * field names of its API.
 */
const OLD_NAMES: Readonly<Record<string, string>> = VENDOR_NAMES;

const OLD_ENVIRONMENT_NAMES: Readonly<Record<string, string>> = {
  name: "environment",
  env: "environment",
  url: "target",
  env_url: "target",
  vars: "variables",
};

/** Groups whose fields people wrote at the top. */
const GROUPS: readonly string[] = ["credentials", "settings", "rate_limiting"];

/** Where secrets stand, as references since version 1. */
export const SECRETS: readonly Pointer[] = FIELD_RULES.filter(
  (rule) => rule.isSecret,
).map((rule) => rule.pointer);

/**
 * The name a member has since version 1, where that is another one; `at` is the schema's path of
 * the mapping.
 */
export function newName(
  kind: DocumentKind,
  at: string,
  name: string,
): string | undefined {
  const declared = membersAt(kind, at);
  if (declared.length === 0 || declared.includes(name)) return undefined;
  return candidates(kind, name).find((each) => declared.includes(each));
}

/** The group a top member belongs to since version 1, with its name there. */
export function newPlace(
  kind: DocumentKind,
  name: string,
): { readonly group: string; readonly name: string } | undefined {
  if (kind === "environment" || membersAt(kind, "#").includes(name))
    return undefined;
  for (const group of GROUPS) {
    const declared = membersAt(kind, `#/properties/${group}`);
    const found = candidates(kind, name).find((each) =>
      declared.includes(each),
    );
    if (found !== undefined) return { group, name: found };
  }
  return undefined;
}

/** Whether a document is written as version 0 was. */
export function isVersion0(value: JsonObject, kind: DocumentKind): boolean {
  if (Object.hasOwn(value, PATCH_MEMBER)) return false;
  const isOld = (name: string): boolean =>
    newName(kind, "#", name) !== undefined ||
    newPlace(kind, name) !== undefined;
  const isOldIn = ([name, child]: readonly [string, unknown]): boolean =>
    isJsonObject(child) &&
    Object.keys(child).some(
      (each) => newName(kind, `#/properties/${name}`, each) !== undefined,
    );
  return (
    Object.keys(value).some(isOld) ||
    Object.entries(value).some(isOldIn) ||
    typeof value["scopes"] === "string" ||
    (kind === "template" &&
      Object.hasOwn(value, "provider") &&
      !Object.hasOwn(value, "template")) ||
    (kind === "connection" &&
      SECRETS.some((pointer) => isLiteral(getAt(value, pointer))))
  );
}

/** Whether a secret field holds a secret itself. */
export function isLiteral(value: unknown): value is string | number {
  if (typeof value === "number") return true;
  return (
    typeof value === "string" && !/^(?:(?:secret|env):\/\/|ENC\[)/u.test(value)
  );
}

function candidates(kind: DocumentKind, name: string): readonly string[] {
  const snake = snakeCase(name);
  const table = kind === "environment" ? OLD_ENVIRONMENT_NAMES : OLD_NAMES;
  const other = Object.hasOwn(table, snake) ? table[snake] : undefined;
  return other === undefined ? [snake] : [snake, other];
}
