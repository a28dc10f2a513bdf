import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import { fieldPointerOf } from "../../documents/read/field-names.ts";
import { PATCH_MEMBER } from "../../documents/read/json-patch.ts";
import { isEqualValue } from "../../engine/diff/equal.ts";
import type {
  ComparedField,
  ComparedValue,
  Comparison,
  LonelyConnection,
} from "./report.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { FieldRule } from "../../domain/field/field.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import { meantBy, nearest } from "../../util/nearest.ts";
import {
  invalidDocuments,
  resolveDocuments,
  type ResolvedDocuments,
} from "../../environment/documents/documents.ts";

/** Field of a connection that lists what is meant to differ between environments. */
const VARIES: Pointer = "/lifecycle/varies";

/** Two environments as they were resolved, without an error. */
export interface ResolvedPair {
  readonly left: Side;
  readonly right: Side;
}

/** One environment of a comparison. */
export interface Side {
  readonly name: string;
  readonly documents: ResolvedDocuments;
}

/**
 * Resolves two environments. @throws InvalidDocumentsError with the problems of both, UserError
 * CLI001 when they are one.
 */
export async function resolvePair(
  source: DocumentSource,
  [left, right]: readonly [string, string],
  env: ProcessEnv,
): Promise<ResolvedPair> {
  if (left === right)
    throw new UserError("CLI001", `"${left}" is compared with itself`, {
      why: "an environment never differs from itself",
      fix: "name two environments, such as: tieline compare staging prod",
      notDone: "nothing was compared",
    });
  const [a, b] = [
    await resolveDocuments(source, left, env),
    await resolveDocuments(source, right, env),
  ];
  const diagnostics = [...a.diagnostics, ...b.diagnostics];
  if (hasErrors(diagnostics)) throw invalidDocuments(diagnostics);
  return {
    left: { name: left, documents: a },
    right: { name: right, documents: b },
  };
}

/**
 * What two environments ask for differently, field by field, in the words of the schema: sets
 * without order, addresses by their canonical text. Fields that are meant to differ are in it and
 * marked. `keys` narrows it to some connections.
 * @throws UserError CLI040 for a key that neither has.
 */
export function compareEnvironments(
  { left, right }: ResolvedPair,
  keys: readonly string[] = [],
): Comparison {
  const lefts = byKey(left.documents.connections);
  const rights = byKey(right.documents.connections);
  const known = new Set([...lefts.keys(), ...rights.keys()]);
  assertKnown(keys, known);
  const wanted = keys.length === 0 ? known : new Set(keys);
  const names = [...wanted].sort(compareText);
  return {
    left: left.name,
    right: right.name,
    both: names.flatMap((key) => {
      const a = lefts.get(key);
      const b = rights.get(key);
      if (a === undefined || b === undefined) return [];
      const raw = {
        left: left.documents.authored.get(key),
        right: right.documents.authored.get(key),
      };
      return [{ key, fields: differencesOf(a, b, raw) }];
    }),
    onlyLeft: names.flatMap((key) => lonely(lefts.get(key), rights)),
    onlyRight: names.flatMap((key) => lonely(rights.get(key), lefts)),
  };
}

function byKey(
  connections: readonly DesiredConnection[],
): ReadonlyMap<string, DesiredConnection> {
  return new Map(connections.map((each) => [each.key, each]));
}

function assertKnown(
  keys: readonly string[],
  known: ReadonlySet<string>,
): void {
  const stranger = keys.find((key) => !known.has(key));
  if (stranger === undefined) return;
  const near = nearest(stranger, known);
  throw new UserError(
    "CLI040",
    `neither environment has a connection "${stranger}"${meantBy(near)}`,
    {
      why: "a connection is known by its connection_id",
      fix:
        near === undefined
          ? "leave the name out to take all of them"
          : `use "${near}"`,
      notDone: "nothing was written",
    },
  );
}

function lonely(
  connection: DesiredConnection | undefined,
  others: ReadonlyMap<string, DesiredConnection>,
): LonelyConnection[] {
  if (connection === undefined || others.has(connection.key)) return [];
  const { key, provider, location } = connection;
  return [{ key, provider, location }];
}

interface RawPair {
  readonly left: AuthoredConnection | undefined;
  readonly right: AuthoredConnection | undefined;
}

function differencesOf(
  left: DesiredConnection,
  right: DesiredConnection,
  raw: RawPair,
): ComparedField[] {
  const varying = [...variesOf(left.document), ...variesOf(right.document)];
  return FIELD_RULES.flatMap((rule): ComparedField[] => {
    const { pointer: path, semantics } = rule;
    const a = getAt(left.document, path);
    const b = getAt(right.document, path);
    if (isSame(rule, a, b)) return [];
    return [
      {
        path,
        semantics,
        left: comparedValue(a, left, path),
        right: comparedValue(b, right, path),
        declared: declarationOf(path, varying, raw),
      },
    ];
  }).sort((a, b) => compareText(a.path, b.path));
}

function declarationOf(
  path: Pointer,
  varying: readonly string[],
  raw: RawPair,
): ComparedField["declared"] {
  if (varying.some((at) => path === at || path.startsWith(`${at}/`)))
    return "varies";
  if (isSameText(path, raw)) return "variable";
  return raw.right !== undefined && isOverridden(path, raw.right)
    ? "override"
    : null;
}

/** Whether the environment's own overlay says something about the field, be it that it goes. */
function isOverridden(path: Pointer, { layers }: AuthoredConnection): boolean {
  // Without a shared document below it, the environment's file is the connection itself and
  // overrides nothing.
  if (!layers.some(({ layer }) => layer === "base")) return false;
  return layers
    .filter(({ layer }) => layer === "overlay")
    .some(({ document }) => {
      const operations = document.value[PATCH_MEMBER];
      return operations === undefined
        ? getAt(document.value, path) !== undefined
        : isJsonList(operations) &&
            operations.some((operation) => reaches(operation, path));
    });
}

/** Whether a patch operation writes the field, something in it, or something around it. */
function reaches(operation: JsonValue, path: Pointer): boolean {
  const at = isJsonObject(operation) ? operation["path"] : undefined;
  return (
    typeof at === "string" &&
    (at === path || at.startsWith(`${path}/`) || path.startsWith(`${at}/`))
  );
}

/**
 * Absent, null and a value are three things; two values are the same when they mean the same to the
 * API.
 */
function isSame(
  { semantics }: FieldRule,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === null || b === null) return a === b;
  return isEqualValue(semantics, a, b);
}

/** Whether both write the same, so that only what fills it differs. */
function isSameText(path: Pointer, { left, right }: RawPair): boolean {
  const a = left && getAt(left.raw, path);
  const b = right && getAt(right.raw, path);
  return (
    a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b)
  );
}

/** The fields a connection says are meant to differ between environments. */
export function variesOf(document: JsonObject): readonly Pointer[] {
  const list = getAt(document, VARIES);
  return Array.isArray(list)
    ? list.filter((item) => typeof item === "string").map(fieldPointerOf)
    : [];
}

function comparedValue(
  value: JsonValue | undefined,
  { origins }: DesiredConnection,
  path: Pointer,
): ComparedValue {
  const location = origins.get(path);
  return {
    ...(value === undefined ? {} : { value }),
    ...(value === undefined || location === undefined ? {} : { location }),
  };
}
