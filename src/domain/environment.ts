import type { Pointer } from "./field/pointer.ts";
import type { EnvironmentDocument } from "./generated/environment.ts";
import type { EnvironmentLimits } from "./generated/limits.ts";
import type { JsonObject, JsonPrimitive } from "./json.ts";
import type { SourceLocation } from "./problem/location.ts";
import type { ReconcileSettings } from "./reconcile/settings.ts";
import type { StateSettings } from "./state/state.ts";

/**
 * Permission by name: lets one guard pass for one connection, or for the plan as a whole when
 * `connection` is absent.
 */
export interface GuardOverride {
  /** Code of a guard, or `policy/<id>`. */
  readonly guard: string;
  readonly connection?: string;
  readonly reason: string;
  /** Last day it holds, `YYYY-MM-DD` in UTC. */
  readonly until?: string;
  readonly location?: SourceLocation;
}

/** How much a guard's findings weigh in an environment. */
export type GuardLevel = "off" | "warn" | "refuse";

/**
 * Guards that no environment can lower as a whole: a lost folder, a protected connection, a
 * replacement, someone else's connection.
 */
export const MANDATORY_GUARDS: readonly string[] = [
  "OWN001",
  "PLN103",
  "PLN104",
  "PLN106",
];

/** A time in which nothing is applied: one stretch, or a part of every week. */
export type FreezeWindow =
  | {
      readonly kind: "once";
      /** ISO 8601 UTC; `until` is not included. */
      readonly from: string;
      readonly until: string;
      readonly reason: string;
    }
  | {
      readonly kind: "weekly";
      /** 0 is Sunday, in UTC. */
      readonly days: readonly number[];
      /** Minutes after midnight; `until` is not included. */
      readonly fromMinute: number;
      readonly untilMinute: number;
      readonly reason: string;
    };

/** A rule of the team in CEL, as it is written. */
export interface PolicyRule {
  readonly id: string;
  readonly severity: "refuse" | "warn";
  /** `null`: always. */
  readonly when: string | null;
  readonly rule: string;
  readonly message: string;
  readonly fix: string | null;
  readonly location: SourceLocation;
}

/** Whose signatures on plans count, and whether apply asks for one. */
export interface SigningRules {
  readonly isRequired: boolean;
  /** Raw public ed25519 keys in base64. */
  readonly keys: readonly string[];
}

/** Who must have approved what is applied. */
export interface ApprovalRules {
  /** People who must have approved the newest commit; its author is none of them. */
  readonly count: number;
  /** Users, teams and `codeowners`, as they are written; `null`: whoever may write. */
  readonly by: readonly string[] | null;
}

/**
 * The document of an environment as it is written, to be held against the one of the last apply.
 */
export interface DeclaredRules {
  readonly document: JsonObject;
  /** Where something stands; the start of the file for what is not written. */
  readonly placeOf: (pointer: Pointer) => SourceLocation;
}

/**
 * An environment with every default applied: what planning and opening an environment work with.
 */
export interface EnvironmentRules {
  readonly name: string;
  /** `embedded:` or an origin without a trailing slash. */
  readonly target: string;
  readonly driver: NonNullable<EnvironmentDocument["driver"]>;
  readonly isProduction: boolean;
  readonly variables: Readonly<Record<string, Exclude<JsonPrimitive, null>>>;
  /** Relative to the workspace. */
  readonly secretFiles: readonly string[];
  /** Who may open them; `null`: whoever the rules for such files name. */
  readonly secretRecipients: readonly string[] | null;
  /** Relative to the workspace; `null` when there is none. */
  readonly demoKeyFile: string | null;
  readonly state: StateSettings;
  readonly reconcile: ReconcileSettings;
  readonly unrepresentable: "error" | "local";
  readonly prunes: boolean;
  readonly limits: EnvironmentLimits;
  /** `null`: any scope. */
  readonly scopeCeiling: readonly string[] | null;
  readonly overrides: readonly GuardOverride[];
  /** Whether a plan may adopt by itself, or only the command `adopt` does. */
  readonly adoption: "plan" | "refuse";
  /** By code of the guard; a guard that is not named keeps its own levels. */
  readonly guardLevels: Readonly<Record<string, GuardLevel>>;
  readonly freeze: readonly FreezeWindow[];
  readonly policies: readonly PolicyRule[];
  readonly signing: SigningRules;
  /** `null`: nobody is asked. */
  readonly approvals: ApprovalRules | null;
  readonly declared: DeclaredRules;
  readonly location: SourceLocation;
}
