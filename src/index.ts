/**
 * The library surface of tieline: what the command line can do with a configuration. Everything
 * else is internal and may change in any release. Nothing here prints, writes a file that nobody
 * asked for, reads a clock by itself, or touches a network that an environment did not name.
 *
 * @example
 * ```ts
 * import { openConfiguration } from "tieline";
 *
 * const configuration = openConfiguration("./my-connections");
 * const environment = await configuration.open("dev");
 * try {
 *   const { plan } = await environment.plan();
 *   const result = await environment.apply(plan);
 *   console.log(result.outcomes);
 * } finally {
 *   await environment.close();
 * }
 * ```
 */
export { openConfiguration } from "./library/open-configuration.ts";
export type {
  ConfigurationHandle,
  EnvironmentHandle,
  LibraryApplyOptions,
  LibraryImportOptions,
  LibraryLintOptions,
  LibraryOptions,
  LibraryPromotionLimits,
  LibraryTerraformOptions,
} from "./library/surface.ts";
export type { ImportResult } from "./features/import/import-live.ts";
export type { LintReport } from "./features/lint/lint.ts";
export type { PreparedPromotion } from "./features/promote/prepare-promotion.ts";
export type { FileChange } from "./domain/source-file.ts";
export type { RunResult } from "./features/apply/apply.ts";
export type { Desired, Validation } from "./environment/documents/documents.ts";
export type { PlanResult } from "./features/plan/plan.ts";
export type { DesiredConnection, FieldValues } from "./domain/connection.ts";
export type { Diagnostic, Severity } from "./domain/problem/diagnostic.ts";
export type { DriftReport } from "./domain/drift.ts";
export type { EnvironmentRules, GuardOverride } from "./domain/environment.ts";
export {
  AppError,
  ConflictError,
  InternalError,
  InterruptedError,
  InvalidDocumentsError,
  RefusedError,
  RemoteError,
  TransientError,
  UserError,
} from "./domain/problem/error.ts";
export type { RunEvent } from "./domain/state/event.ts";
export type { ConnectionDocument } from "./domain/generated/connection.ts";
export type { EnvironmentDocument } from "./domain/generated/environment.ts";
export type { Plan, PlanChange, PlanFinding } from "./domain/generated/plan.ts";
export type { Receipt } from "./domain/state/ledger.ts";
export type { SourceLocation } from "./domain/problem/location.ts";
export type { Outcome } from "./domain/state/outcome.ts";
