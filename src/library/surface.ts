import type { ProcessEnv } from "../domain/environment-access.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { RunEvent } from "../domain/state/event.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type {
  Desired,
  Validation,
} from "../environment/documents/documents.ts";
import type { RunResult } from "../features/apply/apply.ts";
import type { Comparison } from "../features/compare/report.ts";
import type { ConsentReport } from "../features/consent/report.ts";
import type { Explanation } from "../features/explain/report.ts";
import type { PlanResult } from "../features/plan/plan.ts";
import type { StatusReport } from "../features/status/report.ts";
import type { ImportResult } from "../features/import/import-live.ts";
import type { ExportKind } from "../features/import/export/export-file.ts";
import type { LintReport } from "../features/lint/lint.ts";
import type { LintLevel } from "../features/lint/rule.ts";
import type { PreparedPromotion } from "../features/promote/prepare-promotion.ts";
import type { TerraformResult } from "../features/export/environment-terraform.ts";
import type { RenderedForm } from "../features/export/rendered-text.ts";
import type { FileChange } from "../domain/source-file.ts";

/** How the library is used. Every member has a default. */
export interface LibraryOptions {
  /** Environment variables for credentials, keys and references. Default: those of the process. */
  readonly env?: ProcessEnv;
  /** Takes progress. Default: nobody. */
  readonly onEvent?: (event: RunEvent) => void;
  /**
   * Ends waits and requests. An apply that is cut short says `unknown` where it must; prefer
   * `shouldStop` for that.
   */
  readonly signal?: AbortSignal;
  /** Replaces the target of the environment. */
  readonly target?: string;
}

/** A configuration folder. */
export interface ConfigurationHandle {
  /** Names of its environments, sorted. */
  environments(): Promise<readonly string[]>;
  /** Resolves one environment. @throws InvalidDocumentsError with every problem. */
  load(environment: string): Promise<Desired>;
  /** Checks the named environments, or everything. Problems are returned, not thrown. */
  validate(...environments: string[]): Promise<Validation>;
  /**
   * Where each value of a connection was written, what it hides, and what the API will receive.
   * @throws UserError CLI040.
   */
  explain(
    environment: string,
    connection: string,
    field?: string,
  ): Promise<Explanation>;
  /**
   * What is valid and still not good. Problems are returned, not thrown; `edits` do away with some
   * of them.
   */
  lint(options?: LibraryLintOptions): Promise<LintReport>;
  /** How the documents of two environments differ. */
  compare(from: string, to: string): Promise<Comparison>;
  /**
   * The edits after which `to` asks for what `from` does, and what would be wrong with it then.
   * Writes nothing: see `write`.
   * @throws InvalidDocumentsError where it would not resolve any more; UserError CLI040, CLI072.
   */
  promote(
    from: string,
    to: string,
    limits?: LibraryPromotionLimits,
  ): Promise<PreparedPromotion>;
  /**
   * The documents that say what is live in these environments. Reads their API, and writes nothing:
   * see `write`.
   */
  import(
    environments: readonly string[],
    options?: LibraryImportOptions,
  ): Promise<ImportResult>;
  /**
   * The documents for what another service lists: the answer of its list call as text. Writes
   * nothing: see `write`. @throws UserError CLI064.
   */
  importFrom(
    service: ExportKind,
    text: string,
    options?: Pick<LibraryImportOptions, "share"> & {
      /** Whose documents they become. Default: shared ones. */
      readonly environment?: string;
    },
  ): Promise<ImportResult>;
  /**
   * Writes files that an import or a promotion proposed: all of them, or none where one is not as
   * it was.
   */
  write(changes: readonly FileChange[]): Promise<void>;
  /** The resolved documents of an environment for an application, secrets as references. */
  render(environment: string, form?: RenderedForm): Promise<string>;
  /** The connections of an environment as files of Terraform configuration. */
  exportTerraform(
    environment: string,
    options?: LibraryTerraformOptions,
  ): Promise<TerraformResult>;
  /**
   * Resolves an environment and connects to its API; close it afterwards. @throws
   * InvalidDocumentsError, UserError.
   */
  open(environment: string): Promise<EnvironmentHandle>;
}

/** How documents are linted. */
export interface LibraryLintOptions {
  /** Environments to look at. Default: all. */
  readonly environments?: readonly string[];
  /** Levels by code of a rule, instead of the rules' own. */
  readonly levels?: Readonly<Record<string, LintLevel>>;
  /** Codes of the only rules to ask. Default: all. */
  readonly only?: readonly string[];
}

/** What is carried over. Default: everything that is not meant to differ. */
export interface LibraryPromotionLimits {
  readonly connections?: readonly string[];
  /** As people write fields: `scopes`, `settings.timeout`. */
  readonly fields?: readonly string[];
}

/** How live connections become documents. */
export interface LibraryImportOptions {
  /** Default: every live one. */
  readonly connections?: readonly string[];
  /** Write fields that documents leave out too, and the platform's own defaults. */
  readonly managesAll?: boolean;
  /** Put what the documents of all environments have in common into shared ones. */
  readonly share?: boolean;
}

/** What is exported for Terraform, and how. */
export interface LibraryTerraformOptions {
  /** Default: every one. */
  readonly connections?: readonly string[];
  /** Default: restapi. */
  readonly provider?: "restapi" | "builtin";
}

/** An environment, connected. */
export interface EnvironmentHandle {
  readonly desired: Desired;
  /** What an apply would do. Writes nothing to the API. @throws as `planEnvironment` does. */
  plan(approvals?: readonly GuardOverride[]): Promise<PlanResult>;
  /**
   * A plan that only takes what is declared and live into ownership; every such connection where
   * none is named. @throws UserError CLI040.
   */
  adopt(...connections: string[]): Promise<PlanResult>;
  /** A plan that only lets go of connections. @throws UserError CLI040. */
  forget(...connections: string[]): Promise<PlanResult>;
  /**
   * Carries out a plan. A change that fails is an outcome; only what stops the run before its first
   * write is thrown. A plan that this handle did not make is held against the schema, the state,
   * the rules and the checkout as one from a file is; name the digest that was reviewed as
   * `expect`, or give its approvals again.
   */
  apply(plan: Plan, options?: LibraryApplyOptions): Promise<RunResult>;
  /** What moved on the platform since the last apply. */
  drift(): Promise<DriftReport>;
  /** What is declared, owned and live, and what the last run left open. */
  status(): Promise<StatusReport>;
  /** Whose accounts have not consented to what is asked for now. */
  consent(): Promise<ConsentReport>;
  /** Closes sockets and the embedded API. */
  close(): Promise<void>;
}

/** How a plan is applied. */
export interface LibraryApplyOptions {
  /** True once nothing new is to be started. */
  readonly shouldStop?: () => boolean;
  /** Digest or intent digest that was reviewed. */
  readonly expect?: string;
  /** Permissions for this run, for a plan that this handle did not make. */
  readonly approvals?: readonly GuardOverride[];
}
