import type { Pointer } from "../../domain/field/pointer.ts";
import type { FileFate } from "../../domain/source-file.ts";

/** A document that an import wrote or would write. */
export interface ImportedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly fate: FileFate;
  /** Connections it was written for, sorted. */
  readonly connections: readonly string[];
}

/** A live connection that got no document. */
export interface SkippedConnection {
  /** `null` where it is no environment's. */
  readonly environment: string | null;
  /** As the platform or the export spells it: hostile text until it is escaped. */
  readonly name: string;
  readonly why: string;
  readonly fix?: string;
}

/** Something of a connection that its document does not say. */
export interface ImportNote {
  readonly environment: string | null;
  readonly connection: string;
  /** `""` is the whole connection. */
  readonly pointer: Pointer;
  readonly message: string;
}

/** A secret the platform keeps and no document names. */
export interface UnmanagedSecret {
  readonly environment: string | null;
  readonly connection: string;
  readonly pointer: Pointer;
}

/** Connections of an environment by what the next plan has to say about them. */
export interface ImportedEnvironment {
  readonly name: string;
  /** Declared, live, and not owned yet: `tieline adopt` takes them. Sorted. */
  readonly adoptable: readonly string[];
  /**
   * Of those, the ones whose documents name secrets. No API shows a secret, so adopting them sends
   * it once. Sorted.
   */
  readonly sendsSecrets: readonly string[];
  /** Declared and not on the platform: a plan would create them. Sorted. */
  readonly missing: readonly string[];
  /** Live connections whose documents said already what the platform says. */
  readonly unchangedCount: number;
  /**
   * New documents that leave the provider's endpoints out, because the platform fills them in by
   * itself. Sorted.
   */
  readonly leftToPlatform: readonly string[];
}

/** What an import did, or with `isDryRun` would do. Holds no secret. */
export interface ImportReport {
  /**
   * Where it came from: `live`, the kind of export, or `documents` where those there are were only
   * shared.
   */
  readonly source: "live" | "documents" | "composio" | "nango";
  readonly isDryRun: boolean;
  readonly environments: readonly ImportedEnvironment[];
  readonly files: readonly ImportedFile[];
  readonly skipped: readonly SkippedConnection[];
  readonly notes: readonly ImportNote[];
  readonly secrets: readonly UnmanagedSecret[];
  /**
   * What the source itself lacks, such as further pages of an export: sentences without a full
   * stop, with a stranger's words in them.
   */
  readonly gaps: readonly string[];
}
