import type { Capabilities } from "../../domain/capability.ts";
import type { FieldValues } from "../../domain/connection.ts";
import type {
  PlanFieldChange,
  PlanSecretChange,
  PlanStep,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { fieldGroup, STATE_POINTER, type FieldGroup } from "./field-rules.ts";

/** What a new connection asks for. */
export interface CreateContent {
  readonly fields: FieldValues;
  readonly secrets: readonly PlanSecretChange[];
}

/** Acts that make a connection from nothing. A step is there only when it has something to do. */
export function createSteps(
  content: CreateContent,
  capabilities: Capabilities,
): PlanStep[] {
  const groups = groupsOf(Object.keys(content.fields), capabilities);
  const hasSettings = groups.has("setting") || content.secrets.length > 0;
  return [
    ...stepIf("create_provider", groups.has("provider")),
    "create",
    ...stepIf("configure", hasSettings && !capabilities.createTakesSettings),
    ...toggleAfterCreate(content.fields, capabilities),
    "record",
  ];
}

/**
 * Acts that bring a standing connection to what is asked for; `sendsName` when it also gets a new
 * name.
 */
export function updateSteps(
  content: {
    readonly fields: readonly PlanFieldChange[];
    readonly secrets: readonly PlanSecretChange[];
    readonly sendsName: boolean;
  },
  capabilities: Capabilities,
): PlanStep[] {
  const written = content.fields.filter((field) => field.effect === "write");
  const paths = written.map((field) => field.path);
  const groups = groupsOf(paths, capabilities);
  const sendsSecrets = content.secrets.some((s) => s.state !== "unchanged");
  const toggled = written.find(
    (field) => fieldGroup(field.path, capabilities) === "toggle",
  );
  return [
    ...stepIf("update_provider", groups.has("provider")),
    ...stepIf(
      "configure",
      groups.has("setting") || sendsSecrets || content.sendsName,
    ),
    ...(toggled === undefined ? [] : [toggleStep(toggled.after)]),
    "record",
  ];
}

function groupsOf(
  pointers: readonly string[],
  capabilities: Capabilities,
): ReadonlySet<FieldGroup> {
  return new Set(pointers.map((pointer) => fieldGroup(pointer, capabilities)));
}

function stepIf(step: PlanStep, isNeeded: boolean): PlanStep[] {
  return isNeeded ? [step] : [];
}

function toggleAfterCreate(
  fields: FieldValues,
  capabilities: Capabilities,
): PlanStep[] {
  const state = fields[STATE_POINTER];
  const isSettled =
    state === undefined || state === capabilities.stateAfterCreate;
  return capabilities.hasToggle && !isSettled ? [toggleStep(state)] : [];
}

/**
 * Anything but `active` is off for an API that knows two states; a driver's audit reports the ones
 * it cannot tell apart.
 */
function toggleStep(state: JsonValue | undefined): PlanStep {
  return state === "active" ? "enable" : "disable";
}
