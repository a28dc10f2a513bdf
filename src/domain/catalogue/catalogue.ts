import type { Pointer } from "../field/pointer.ts";

/**
 * One connector of the vendor's catalogue, reduced to what tieline decides on. Member names are
 * those of `catalogue/providers.json`. An optional member that is absent means "not documented",
 * never "no".
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
  /**
   * The wire's ConnectionType (`OAUTH`), or `null` where the documentation does not let us tell.
   */
  readonly connection_type: string | null;
  /** True when the OAuth client is registered dynamically by the platform. */
  readonly dcr: boolean;
  readonly is_mcp: boolean;
  /** Documented scopes; empty means "not documented", never "none". */
  readonly scopes: readonly string[];
  /** The fields of a connection that its set-up page asks for, as pointers of a document. */
  readonly field_pointers?: readonly Pointer[];
  /** What each connected account brings by itself, in the vendor's words: `API Key`. */
  readonly account_labels?: readonly string[];
  /**
   * `default`: a new connection uses the platform's shared client until an own one is set.
   * `own_option`: an own client is offered as a choice.
   */
  readonly platform_credentials?: "default" | "own_option";
  /** True where the set-up page says that scopes cannot be chosen on the connection. */
  readonly scopes_not_configurable?: true;
}

/** A field as the vendor's set-up page names it. */
export interface DocumentedField {
  readonly label: string;
  readonly secret: boolean;
  /** Where a document keeps it; absent where the API has no documented place for it. */
  readonly pointer?: Pointer;
}

/** What the catalogue knows of a connector that only people look at; checks do not load it. */
export interface CatalogueDetails {
  readonly slug: string;
  /** The vendor's own words for how it authenticates: `OAuth 2.1/DCR`. */
  readonly auth_type_raw: string;
  readonly categories: readonly string[];
  readonly tool_count: number;
  readonly connection_fields: readonly DocumentedField[];
  readonly account_fields: readonly DocumentedField[];
  /** Names under which code hands an account's credentials to the platform. */
  readonly account_credential_keys: readonly string[];
  /** Scopes that descriptions of single tools mention. */
  readonly scopes_in_tool_descriptions: readonly string[];
  readonly setup_documented: boolean;
  /** Hand-made corrections of the vendor's documentation, each with its reason. */
  readonly corrections: readonly string[];
}

/** Where the catalogue comes from. */
export interface CatalogueSource {
  readonly repository: string;
  readonly commit: string;
  /** Day of that commit, ISO 8601. */
  readonly date: string;
}
