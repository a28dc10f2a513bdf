/**
 * One connector of the vendor's catalogue, reduced to what tieline decides on. Member names are those of `catalogue/providers.json`.
 * @remarks Source: the vendor's connector documentation; the date stands in the catalogue itself.
 */
export interface CatalogueEntry {
  /** Lower-case name used in documents: `gmail`. */
  readonly slug: string;
  /** The vendor's identifier of the connector: `GMAIL`. */
  readonly provider_key: string;
  readonly display_name: string;
  /** Normalised ways to authenticate, in our vocabulary: `oauth2`, `api_key`. */
  readonly auth_types: readonly string[];
  /** The wire's ConnectionType (`OAUTH`), or `null` where the documentation does not let us tell. */
  readonly connection_type: string | null;
  /** True when the OAuth client is registered dynamically by the platform. */
  readonly dcr: boolean;
  readonly is_mcp: boolean;
  /** Documented scopes; empty means "not documented", never "none". */
  readonly scopes: readonly string[];
}
