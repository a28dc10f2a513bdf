import type { Checkout } from "../../src/ports/checkout.ts";
import { applyPlan, type RunResult } from "../../src/features/apply/apply.ts";
import type { Desired } from "../../src/environment/documents/documents.ts";
import {
  planEnvironment,
  type PlanContext,
} from "../../src/features/plan/plan.ts";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import type {
  EnvironmentRules,
  GuardOverride,
} from "../../src/domain/environment.ts";
import { UserError } from "../../src/domain/problem/error.ts";
import type { RunEvent } from "../../src/domain/state/event.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { Secret, secretRefText } from "../../src/domain/secret/secret.ts";
import {
  createMemoryDriver,
  type MemoryHandle,
} from "../../src/drivers/memory/index.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import type { SecretStore } from "../../src/ports/secret-store.ts";
import type { StateStore } from "../../src/ports/state-store.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { createFakeClock, type FakeClock } from "./clock.ts";
import { someRules } from "./engine-builders.ts";

/**
 * A whole environment in memory: driver, state, secrets and clock, with the two use cases bound to
 * them.
 */
export interface TestEnvironment {
  readonly driver: ConnectionsWriter;
  readonly handle: MemoryHandle;
  readonly state: StateStore;
  readonly clock: FakeClock;
  readonly events: readonly RunEvent[];
  /** Values by reference text; change them to rotate a secret. */
  readonly values: Map<string, string>;
  plan(
    desired: readonly DesiredConnection[],
    options?: Partial<PlanContext>,
  ): Promise<Plan>;
  apply(plan: Plan, options?: ApplyOptions): Promise<RunResult>;
}

export interface ApplyOptions {
  readonly shouldStop?: () => boolean;
  readonly api?: ConnectionsWriter;
  readonly secrets?: SecretStore;
  readonly toolVersion?: string;
  readonly concurrency?: number;
  /** Takes known secrets out of a text. */
  readonly scrub?: (text: string) => string;
  readonly expect?: string;
  readonly stopsOnError?: boolean;
  readonly approvals?: readonly GuardOverride[];
  readonly rules?: EnvironmentRules;
  readonly checkout?: Checkout;
}

/** A folder that is in no repository. */
export const NO_CHECKOUT: Checkout = {
  commit: null,
  compare: () => Promise.resolve({ kind: "unknown" }),
};

/** Makes one. Every secret has a value unless a test removes it. */
export function aTestEnvironment(
  rules: EnvironmentRules = someRules(),
  state: StateStore = createMemoryState(),
): TestEnvironment {
  const { driver, handle } = createMemoryDriver();
  const clock = createFakeClock();
  const values = new Map<string, string>();
  const secrets = secretsOver(values);
  const events: RunEvent[] = [];
  const sink = { emit: (event: RunEvent) => void events.push(event) };
  const signal = new AbortController().signal;
  return {
    driver,
    handle,
    state,
    clock,
    events,
    values,
    plan: async (connections, options = {}) => {
      const desired: Desired = {
        rules,
        connections,
        documentsDigest: `sha256:${"1".repeat(64)}`,
        diagnostics: [],
      };
      const provenance = { commit: null, dirty: null };
      const context = {
        api: driver,
        state,
        secrets,
        clock,
        sink,
        signal,
        toolVersion: "0.1.0",
        provenance,
        approvals: [],
        ...options,
      };
      clock.advance(1000);
      return (await planEnvironment(desired, context)).plan;
    },
    apply: (plan, options = {}) =>
      applyPlan(plan, {
        api: options.api ?? driver,
        state,
        secrets: options.secrets ?? secrets,
        clock,
        sink,
        signal,
        shouldStop: options.shouldStop ?? (() => false),
        holder: {
          actor: "alex",
          host: "here",
          pid: 1,
          runId: `run-${String(clock.now())}`,
        },
        concurrency: options.concurrency ?? 4,
        rules: options.rules ?? rules,
        checkout: options.checkout ?? NO_CHECKOUT,
        approvals: options.approvals ?? [],
        ...(options.expect === undefined ? {} : { expect: options.expect }),
        stopsOnError: options.stopsOnError ?? false,
        toolVersion: options.toolVersion ?? "0.1.0",
        scrub: options.scrub ?? ((text) => text),
      }),
  };
}

function secretsOver(values: ReadonlyMap<string, string>): SecretStore {
  const valueOf = (text: string): string => {
    const value = values.get(text) ?? `value of ${text}`;
    if (value === "") throw new UserError("SEC090", `no value for ${text}`);
    return value;
  };
  return {
    describe: (ref, place) => {
      const text = `${place.connection}${place.pointer}${valueOf(secretRefText(ref))}`;
      const mac = Buffer.from(text)
        .toString("base64url")
        .slice(-22)
        .padStart(22, "A");
      return Promise.resolve({ ref, fingerprint: `v1.AAAAAAAA.${mac}` });
    },
    resolve: (ref) => Promise.resolve(new Secret(valueOf(secretRefText(ref)))),
    checkFiles: () => Promise.resolve({ diagnostics: [], openers: new Map() }),
  };
}
