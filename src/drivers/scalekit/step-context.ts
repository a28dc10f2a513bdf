import type { ApiClient } from "../api-client.ts";
import type { ProviderDirectory } from "./provider-directory.ts";
import type { ScalekitReader } from "./reader.ts";
import type { ProviderNames } from "./vocabulary.ts";

/** What carrying out a step works with. */
export interface StepContext {
  readonly api: ApiClient;
  readonly reader: ScalekitReader;
  readonly directory: ProviderDirectory;
  readonly names: ProviderNames;
  /**
   * Handles of connections and marks of providers made by this driver: a fresh object may take a
   * moment to become readable.
   */
  readonly created: Set<string>;
}
