import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { knownField } from "../../domain/field/fields.ts";
import { partsOf } from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { UNCLASSIFIED } from "../../domain/catalogue/scope-tiers.ts";
import {
  documentedScopes,
  scopeMeaning,
} from "../../domain/catalogue/scopes.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";
import { nearest } from "../../util/nearest.ts";

const MAX_NAMED_SCOPES = 5;

/** Shorter names differ in a letter or two without being meant for each other. */
const MIN_FAR_LENGTH = 8;

/**
 * Scopes that nobody documents, wherever a connection asks for scopes. One that is nearly a
 * documented one is most likely a slip, which users would meet as `invalid_scope`: a warning. Any
 * other may be right, because no list of ours claims to be whole: a note.
 */
export function auditScopes(
  connection: DesiredConnection,
  entry: CatalogueEntry,
): AuditFinding[] {
  const known = knownScopes(entry);
  if (known.size === 0) return [];
  return scopeFields(connection).flatMap(([pointer, scopes]) => {
    const unknown = scopes.filter(
      (scope) =>
        !known.has(scope) && scopeMeaning(entry.slug, scope) === UNCLASSIFIED,
    );
    const slips = unknown.flatMap((scope) => {
      const meant = documentedNear(scope, known);
      return meant === undefined ? [] : [{ scope, meant }];
    });
    const slipped = new Set(slips.map(({ scope }) => scope));
    const others = unknown.filter((scope) => !slipped.has(scope));
    return [
      ...misspelt(connection, entry, pointer, slips),
      ...undocumented(connection, entry, pointer, others),
    ];
  });
}

// A thousand connections ask about a few entries of a catalogue that does not change.
const KNOWN = new WeakMap<CatalogueEntry, ReadonlySet<string>>();

function knownScopes(entry: CatalogueEntry): ReadonlySet<string> {
  const found =
    KNOWN.get(entry) ??
    new Set([
      ...entry.scopes,
      ...documentedScopes(entry.slug).map(({ scope }) => scope),
    ]);
  KNOWN.set(entry, found);
  return found;
}

/**
 * Fields that hold scopes, by what the schema says of their parts. A custom provider has no entry
 * and comes not here.
 */
function scopeFields({
  fields,
}: DesiredConnection): (readonly [Pointer, readonly string[]])[] {
  return Object.entries(fields).flatMap(([pointer, value]) => {
    const rule = knownField(pointer);
    const scopes = partsOf({ pointer, shape: rule?.shape }, value).flatMap(
      ({ shape, value: scope }) =>
        shape?.text === "scope" && typeof scope === "string" ? [scope] : [],
    );
    return scopes.length === 0 ? [] : [[pointer, scopes] as const];
  });
}

/**
 * The documented scope somebody may have meant; what may stand before every scope of a provider is
 * left as it was written.
 */
function documentedNear(
  scope: string,
  known: ReadonlySet<string>,
): string | undefined {
  const most = scope.length < MIN_FAR_LENGTH ? 1 : 2;
  const whole = nearest(scope, known, most);
  if (whole !== undefined) return whole;
  const bare = scope.slice(scope.lastIndexOf("/") + 1);
  const near = bare === scope ? undefined : nearest(bare, known, most);
  return near === undefined
    ? undefined
    : `${scope.slice(0, scope.length - bare.length)}${near}`;
}

function misspelt(
  { key }: DesiredConnection,
  entry: CatalogueEntry,
  pointer: Pointer,
  slips: readonly { readonly scope: string; readonly meant: string }[],
): AuditFinding[] {
  return firstOf(slips).map(({ scope, meant }) => ({
    code: "DRV036",
    key,
    pointer,
    kind: "warning",
    message: `"${key}" asks for "${scope}", which is not documented for ${entry.display_name}; did you mean "${meant}"?`,
    why: "a provider refuses a scope it does not know, or grants less than was asked for",
    fix: `write "${meant}", unless the provider really has the other`,
  }));
}

function undocumented(
  { key }: DesiredConnection,
  entry: CatalogueEntry,
  pointer: Pointer,
  unknown: readonly string[],
): AuditFinding[] {
  if (unknown.length === 0) return [];
  const named = firstOf(unknown)
    .map((scope) => `"${scope}"`)
    .join(", ");
  const rest = unknown.length - MAX_NAMED_SCOPES;
  const more = rest > 0 ? ` and ${String(rest)} more` : "";
  return [
    {
      code: "DRV036",
      key,
      pointer,
      kind: "note",
      message: `"${key}" asks for scopes that are not documented for ${entry.display_name}: ${named}${more}`,
      why: "the catalogue's scopes come from the documentation, which is not complete",
      fix: "check the spelling; the scopes must equal those of the OAuth client",
    },
  ];
}

function firstOf<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, MAX_NAMED_SCOPES);
}
