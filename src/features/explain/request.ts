import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { WirePreview } from "../../domain/field/wire-place.ts";
import type { DocumentSource } from "../../ports/document-source.ts";

/** What is to be explained. */
export interface ExplainRequest {
  readonly environment: string;
  readonly connection: string;
  /** A field or group: `scopes`, `settings.timeout`, `/settings/timeout`, `settings`. */
  readonly field?: string | undefined;
}

/** What explaining takes from outside. */
export interface ExplainContext {
  readonly source: DocumentSource;
  readonly env: ProcessEnv;
  /** What each driver's API receives. */
  readonly previewOf: (driver: EnvironmentRules["driver"]) => WirePreview;
}
