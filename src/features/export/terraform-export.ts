import type { JsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * A connection to export: the request that configures it, and what is known of it on the platform.
 */
export interface TerraformConnection {
  readonly key: string;
  readonly body: JsonObject;
  readonly secrets: readonly { readonly at: Pointer; readonly ref: string }[];
  readonly isProviderKeyKnown: boolean;
  readonly provider: string;
  /** Declared fields that the request has no place for. */
  readonly left: readonly string[];
  /** `null`: not known, so there is nothing to import. */
  readonly remoteId: string | null;
}

/** What an export is made from. */
export interface TerraformExport {
  readonly environment: string;
  /** Address of the API; `null` when the environment has none of its own. */
  readonly url: string | null;
  /**
   * `restapi`: the provider Mastercard/restapi. `builtin`: a record in `terraform_data`, which
   * sends nothing.
   */
  readonly provider: "restapi" | "builtin";
  readonly connections: readonly TerraformConnection[];
}

/** First line of each file: a later export writes only over files that begin with it. */
export const EXPORT_MARK = "tieline export terraform";

/** Names of the files an export may have. */
export const EXPORT_FILES: readonly string[] = [
  "providers.tf",
  "variables.tf",
  "main.tf",
  "imports.tf",
  "README.md",
];
