import type { Capabilities } from "../../domain/capability.ts";
import { hostOf } from "../../domain/address.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { VERSION } from "../../domain/generated/version.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { AssembleInput } from "../../engine/diff/input.ts";
import { planConnections } from "../../engine/plan/plan.ts";
import { simulate, type World } from "../../engine/plan/simulate.ts";
import { planNotice } from "../plan/notices.ts";
import type { Side } from "./side.ts";

/** No driver is asked, so the steps are those of an API that can do everything by itself. */
const ANY_PLATFORM: Capabilities = {
  createTakesSettings: false,
  stateAfterCreate: "active",
  hasToggle: true,
  hasCustomProviders: true,
  countsAccounts: false,
  refusesTakenNames: true,
  pageSize: 30,
};

/** Which documents the second side is, for the head of its plan. */
export interface SideOrigin {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly subject?: string | null;
}

/**
 * The plan from one side to the other, made by the one planner: the first is taken for applied and
 * live. `null` for an environment that was not there. Accounts are not known, and what only today
 * decides (a freeze, a limit on accounts) plays no part.
 */
export function planSides(
  before: Side | null,
  after: Side,
  { origin, now }: { readonly origin: SideOrigin; readonly now: string },
): Plan {
  const empty: World = {
    live: [],
    inventory: null,
    capabilities: ANY_PLATFORM,
    secrets: new Map(),
    recorded: {},
  };
  const world = before === null ? empty : worldOf(before, empty, now);
  return planConnections({
    ...inputOf(after, world, now),
    source: { ...origin, documentsDigest: after.documentsDigest },
    notices: newNotices(before?.diagnostics ?? [], after.diagnostics),
  });
}

function worldOf(side: Side, empty: World, now: string): World {
  const plan = planConnections(inputOf(side, empty, now));
  return simulate(plan, {
    ...empty,
    secrets: side.secrets,
    recorded: side.recorded,
  });
}

function inputOf(side: Side, world: World, now: string): AssembleInput {
  const { rules, connections, local, secrets, recorded, policies } = side;
  const { live, inventory, capabilities } = world;
  return {
    rules: judged(rules),
    desired: connections,
    live,
    listed: live,
    inventory,
    secrets,
    capabilities,
    local,
    recorded,
    policies,
    accounts: new Map(),
    now,
    toolVersion: VERSION,
    target: {
      driver: rules.driver,
      apiHost: hostOf(rules.target) ?? "embedded",
    },
    source: {
      commit: null,
      dirty: null,
      documentsDigest: side.documentsDigest,
    },
    approvals: [],
  };
}

/** Without the rules that only the platform, or the moment of an apply, can answer. */
function judged(rules: EnvironmentRules): EnvironmentRules {
  return {
    ...rules,
    freeze: [],
    limits: { ...rules.limits, maxAffectedAccounts: null },
  };
}

/** What was so before is no matter of the difference. */
function newNotices(
  before: readonly Diagnostic[],
  after: readonly Diagnostic[],
) {
  const known = new Set(before.map(({ code, message }) => code + message));
  return after
    .filter(({ code, message }) => !known.has(code + message))
    .map((diagnostic) => planNotice(diagnostic, () => true));
}
