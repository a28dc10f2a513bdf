import type { Capabilities } from "../../domain/capability.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type {
  Plan,
  PlanChange,
  PlanStep,
} from "../../domain/generated/plan.ts";
import type { Inventory, RecordedRules } from "../../domain/state/inventory.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import { fieldGroup, ruleFor, STATE_POINTER } from "../diff/field-rules.ts";
import {
  narrowInventory,
  widenInventory,
  type AppliedFacts,
} from "../inventory.ts";
import { normalizeValue } from "../diff/normalize.ts";

/** A platform and what we remember of it. */
export interface World {
  readonly live: readonly LiveConnection[];
  readonly inventory: Inventory | null;
  readonly capabilities: Capabilities;
  readonly secrets: AppliedFacts["secrets"];
  /** The rules the plan was made under. */
  readonly recorded: RecordedRules;
}

/**
 * What applying a plan would leave behind, on an API that does what it is told and leaves zero
 * values out of its answers. With `maxSteps` the run is cut off after that many steps, as by a
 * crash: the inventory is the announced one.
 */
export function simulate(
  plan: Plan,
  world: World,
  maxSteps = Number.POSITIVE_INFINITY,
): World {
  const before = world.inventory ?? emptyInventory(plan);
  const at = plan.created_at;
  const widened = widenInventory(before, plan, at);
  const live = new Map(world.live.map((each) => [each.key, each]));
  const acts = plan.changes.flatMap((change) =>
    change.steps.map((step) => ({ change, step })),
  );
  for (const { change, step } of acts.slice(0, maxSteps))
    simulateStep(step, change, { live, plan, world });
  const isCut = maxSteps < acts.length;
  const outcomes = plan.changes.map((change) => appliedOutcome(change, live));
  return {
    ...world,
    live: [...live.values()],
    inventory: isCut
      ? widened
      : narrowInventory(widened, plan, outcomes, {
          at,
          secrets: world.secrets,
          rules: world.recorded,
          before,
        }),
  };
}

function emptyInventory(plan: Plan): Inventory {
  return {
    formatVersion: "1.0",
    environment: plan.environment,
    apiHost: plan.target.api_host,
    stateId: null,
    serial: 0,
    entries: [],
  };
}

interface Scene {
  /** The only thing steps change. */
  readonly live: Map<string, LiveConnection>;
  readonly plan: Plan;
  readonly world: World;
}

function simulateStep(step: PlanStep, change: PlanChange, scene: Scene): void {
  switch (step) {
    case "delete":
      scene.live.delete(change.key);
      return;
    case "create":
      scene.live.set(change.key, createdConnection(change, scene));
      return;
    case "update_provider":
      updateProvider(change, scene);
      return;
    case "configure":
      configure(change, scene);
      return;
    case "enable":
    case "disable":
      setFields(change.key, scene, {
        [STATE_POINTER]: step === "enable" ? "active" : "inactive",
      });
      return;
    // Providers live with the connections that use them here, and recording is narrowing at the
    // end.
    case "create_provider":
    case "delete_provider":
    case "record":
      return;
  }
}

function createdConnection(change: PlanChange, scene: Scene): LiveConnection {
  const { capabilities } = scene.world;
  const sibling = [...scene.live.values()].find(
    (live) => live.provider === change.provider,
  );
  const providerFields = fieldsOf(
    sibling?.fields ?? change.desired?.fields ?? {},
    "provider",
    capabilities,
  );
  const settings = capabilities.createTakesSettings
    ? fieldsOf(change.desired?.fields ?? {}, "setting", capabilities)
    : {};
  const state = capabilities.hasToggle
    ? { [STATE_POINTER]: capabilities.stateAfterCreate }
    : {};
  return withFields(
    {
      key: change.key,
      remoteId: `${change.key}:${scene.plan.digest.slice(7, 19)}`,
      provider: change.provider,
      authType: change.auth_type,
      status: "",
      isEnabled: true,
      fields: {},
      computed: {},
      observed: {},
    },
    { ...providerFields, ...settings, ...state },
  );
}

function updateProvider(change: PlanChange, scene: Scene): void {
  const fields = fieldsOf(
    change.desired?.fields ?? {},
    "provider",
    scene.world.capabilities,
  );
  for (const live of [...scene.live.values()])
    if (live.provider === change.provider) setFields(live.key, scene, fields);
}

function configure(change: PlanChange, scene: Scene): void {
  const from = change.previous_key ?? change.key;
  const live = scene.live.get(from);
  if (live === undefined) return;
  scene.live.delete(from);
  scene.live.set(change.key, { ...live, key: change.key });
  setFields(
    change.key,
    scene,
    fieldsOf(change.desired?.fields ?? {}, "setting", scene.world.capabilities),
  );
}

function fieldsOf(
  fields: FieldValues,
  group: "setting" | "provider",
  capabilities: Capabilities,
): FieldValues {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([pointer]) => fieldGroup(pointer, capabilities) === group,
    ),
  );
}

function setFields(key: string, scene: Scene, fields: FieldValues): void {
  const live = scene.live.get(key);
  if (live !== undefined) scene.live.set(key, withFields(live, fields));
}

function withFields(live: LiveConnection, fields: FieldValues): LiveConnection {
  const shown = Object.fromEntries(
    Object.entries({ ...live.fields, ...fields }).filter(
      ([pointer, value]) =>
        normalizeValue(ruleFor(pointer).semantics, value) !== undefined,
    ),
  );
  return { ...live, fields: shown, observed: { fields: shown } };
}

function appliedOutcome(
  change: PlanChange,
  live: ReadonlyMap<string, LiveConnection>,
): Outcome {
  return {
    key: change.key,
    action: change.action,
    status: "applied",
    remoteId: live.get(change.key)?.remoteId ?? null,
    steps: [],
  };
}
