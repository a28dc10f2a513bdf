import { SCOPES_TEXT } from "../generated/scopes.ts";
import { SCOPE_TIERS, type ScopeTier, UNCLASSIFIED } from "./scope-tiers.ts";

/** What a documented scope lets an application do. */
export interface ScopeMeaning {
  readonly tier: ScopeTier;
  /** One clause in our words, such as `send mail as the user`. */
  readonly meaning: string;
  /** The provider's page that the tier follows from. */
  readonly source: string;
}

/** A scope of a provider with its meaning. */
export interface DocumentedScope extends ScopeMeaning {
  readonly scope: string;
}

type ScopeTable = ReadonlyMap<string, DocumentedScope>;

interface Family {
  /** Text that this provider lets stand before each of its scopes; empty when there is none. */
  readonly prefix: string;
  readonly scopes: ScopeTable;
}

/**
 * What a scope means at a provider (its slug), in exactly the spelling the provider documents.
 * @remarks Source: `catalogue/scopes/`, each scope with the page of the provider.
 */
export function scopeMeaning(
  provider: string,
  scope: string,
): ScopeMeaning | typeof UNCLASSIFIED {
  const family = families().get(provider);
  if (family === undefined) return UNCLASSIFIED;
  const { prefix, scopes } = family;
  const bare =
    prefix !== "" && scope.startsWith(prefix)
      ? scope.slice(prefix.length)
      : scope;
  return scopes.get(bare) ?? UNCLASSIFIED;
}

/**
 * Every documented scope of a provider, in the order of its file; empty means "not documented
 * here", never "none".
 */
export function documentedScopes(provider: string): readonly DocumentedScope[] {
  return [...(families().get(provider)?.scopes.values() ?? [])];
}

/** Slugs of the providers with documented scopes, sorted. */
export function providersWithScopes(): readonly string[] {
  return [...families().keys()].sort();
}

interface PackedScopes {
  readonly sources: readonly string[];
  readonly providers: Readonly<Record<string, number>>;
  readonly families: readonly {
    readonly prefix: string;
    readonly rows: readonly (readonly [string, number, string, number])[];
  }[];
}

let loaded: ReadonlyMap<string, Family> | undefined;

/** Parsed when somebody first asks: most runs never do. */
function families(): ReadonlyMap<string, Family> {
  loaded ??= unpack();
  return loaded;
}

function unpack(): ReadonlyMap<string, Family> {
  // Written by scripts/scopes.mjs in exactly this shape; a test reads all of it.
  const packed = JSON.parse(SCOPES_TEXT) as PackedScopes;
  const made = packed.families.map(({ prefix, rows }): Family => {
    const scopes = rows.map(([scope, tier, meaning, source]) => ({
      scope,
      tier: SCOPE_TIERS[tier] ?? "sensitive",
      meaning,
      source: packed.sources[source] ?? "",
    }));
    return { prefix, scopes: new Map(scopes.map((row) => [row.scope, row])) };
  });
  return new Map(
    Object.entries(packed.providers).flatMap(([slug, index]) => {
      const family = made[index];
      return family === undefined ? [] : [[slug, family] as const];
    }),
  );
}
