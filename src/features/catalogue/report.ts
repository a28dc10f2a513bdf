import type {
  CatalogueDetails,
  CatalogueEntry,
  CatalogueSource,
} from "../../domain/catalogue/catalogue.ts";
import type { Requirements } from "../../domain/catalogue/requirements.ts";
import type { ScopeTier, UNCLASSIFIED } from "../../domain/catalogue/scope-tiers.ts";

/** Everything the catalogue knows, as the commands that show it read it. */
export interface Catalogue {
  readonly source: CatalogueSource;
  readonly entries: readonly CatalogueEntry[];
  readonly details: readonly CatalogueDetails[];
}

/** One provider in a list. */
export interface CatalogueRow {
  readonly slug: string;
  readonly name: string;
  readonly authTypes: readonly string[];
  readonly categories: readonly string[];
  readonly isMcp: boolean;
  readonly isDcr: boolean;
  readonly toolCount: number;
}

/** Providers that were listed or found, in the order to show them. */
export interface CatalogueList {
  readonly source: CatalogueSource;
  readonly rows: readonly CatalogueRow[];
  /** Providers of the whole catalogue. */
  readonly totalCount: number;
}

/** Providers that were searched for, best first. */
export interface CatalogueSearch extends CatalogueList {
  readonly words: readonly string[];
  /** True when no provider fits every word, so that those fitting some are shown. */
  readonly isPartial: boolean;
}

/** A scope of a provider with what is known of it. */
export interface CardScope {
  readonly scope: string;
  readonly tier: ScopeTier | typeof UNCLASSIFIED;
  /** `null` where nobody has said what it means. */
  readonly meaning: string | null;
  readonly source: string | null;
  /** True when the vendor's own page of the connector names it. */
  readonly isVendors: boolean;
}

/** Everything about one provider. */
export interface ProviderCard {
  readonly source: CatalogueSource;
  readonly row: CatalogueRow;
  readonly providerKey: string;
  readonly details: CatalogueDetails;
  /** Per auth type what a new connection needs. */
  readonly requirements: readonly Requirements[];
  readonly scopes: readonly CardScope[];
}
