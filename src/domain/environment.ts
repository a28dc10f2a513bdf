import type { JsonPrimitive } from "./json.ts";
import type { SourceLocation } from "./location.ts";

/** Permission by name: lets one guard pass for one connection, or for the plan as a whole when `connection` is absent. */
export interface GuardOverride {
  readonly guard: string;
  readonly connection?: string;
  readonly reason: string;
  /** Last day it holds, `YYYY-MM-DD` in UTC. */
  readonly until?: string;
  readonly location?: SourceLocation;
}

/** Limits of one environment with every default applied. Sources of the defaults: schemas/environment.schema.json. */
export interface EnvironmentLimits {
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly timeoutMs: number;
  readonly maxDeletes: number;
  /** 0 to 1. */
  readonly maxChangeRatio: number;
  /** `null`: no limit. */
  readonly maxAffectedAccounts: number | null;
  /** `null`: plans do not expire. */
  readonly planExpiresAfterMs: number | null;
}

/** An environment with every default applied: what planning and the composition root work with. */
export interface EnvironmentRules {
  readonly name: string;
  /** `embedded:` or an origin without a trailing slash. */
  readonly target: string;
  readonly driver: "scalekit" | "agent-auth";
  readonly isProduction: boolean;
  readonly variables: Readonly<Record<string, Exclude<JsonPrimitive, null>>>;
  /** Relative to the workspace. */
  readonly secretFiles: readonly string[];
  /** Relative to the workspace; `null` when there is none. */
  readonly demoKeyFile: string | null;
  readonly unrepresentable: "error" | "local";
  readonly prunes: boolean;
  readonly limits: EnvironmentLimits;
  /** `null`: any scope. */
  readonly scopeCeiling: readonly string[] | null;
  readonly overrides: readonly GuardOverride[];
  readonly location: SourceLocation;
}
