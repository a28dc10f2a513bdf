import type { LifecycleState } from "../../domain/lifecycle.ts";

/** What a check found. `unknown` is an honest answer: it cannot be told from here. */
export interface CheckResult {
  /** Stable name of the check, such as `redirect_uri`. */
  readonly check: string;
  readonly result: "ok" | "bad" | "unknown";
  /** One sentence for people; never holds a secret. */
  readonly message: string;
  /** What to do about it; there is one for everything bad. */
  readonly fix?: string;
  /** Codes of what was found, where it has some: others recognise it by them. */
  readonly codes?: readonly string[];
}

/** What was found about one connection. */
export interface ConnectionTest {
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  /** `null` when the connection is not there. */
  readonly lifecycle: LifecycleState | null;
  readonly results: readonly CheckResult[];
}

/** What `tieline test` found. Holds no secret. */
export interface TestReport {
  readonly environment: string;
  readonly apiHost: string;
  /** About the API as a whole. */
  readonly api: readonly CheckResult[];
  /** Sorted by key. */
  readonly connections: readonly ConnectionTest[];
}

/** What `tieline doctor` found. Holds no secret. */
export interface DoctorReport {
  /** About this machine and the configuration. */
  readonly general: readonly CheckResult[];
  /** One for each environment looked at, sorted by name. */
  readonly environments: readonly {
    readonly name: string;
    readonly results: readonly CheckResult[];
  }[];
}

/** True when something is bad; what is unknown does not count. */
export function isAnyBad(results: readonly CheckResult[]): boolean {
  return results.some(({ result }) => result === "bad");
}
