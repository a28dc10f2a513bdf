import type { Capabilities } from "../../domain/capability.ts";
import type { FieldRule } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * The field that `enable` and `disable` set where the API has such calls ({@link
 * Capabilities.hasToggle}).
 */
export const STATE_POINTER: Pointer = "/state";
/** Pointer of the member `provider` of a connection. */
export const PROVIDER_POINTER: Pointer = "/provider";
/** Pointer of the member `authType` of a connection. */
export const AUTH_TYPE_POINTER: Pointer = "/auth_type";
const CUSTOM_PROVIDER_GROUP: Pointer = "/custom_provider/";

/**
 * The rule of a field. A pointer the schema does not know (an inventory written by another version)
 * gets a plain scalar rule: it is compared as a whole, and nothing hangs on it.
 */
export function ruleFor(pointer: Pointer): FieldRule {
  return knownField(pointer) ?? { ...PLAIN_RULE, pointer };
}

/** True for a field that the schema knows. */
export function isKnownField(pointer: Pointer): boolean {
  return knownField(pointer) !== undefined;
}

const PLAIN_RULE: Omit<FieldRule, "pointer"> = {
  semantics: "scalar",
  isSecret: false,
  isImmutable: false,
  isReadOnly: false,
  isLocal: false,
  isRecorded: false,
  isAboutFile: false,
  isPlatforms: false,
  isDestination: false,
  risk: null,
  shape: {},
  description: "",
};

/**
 * Which step of a driver carries a field: `identity` none (it is fixed at creation), `recorded`
 * none (we keep it), `toggle` the enable and disable calls, `provider` those of the custom
 * provider, `setting` the configure call.
 */
export type FieldGroup =
  "identity" | "recorded" | "toggle" | "provider" | "setting";

/** Sorts a field into the step that carries it, given what the API can do. */
export function fieldGroup(
  pointer: Pointer,
  capabilities: Capabilities,
): FieldGroup {
  if (pointer === PROVIDER_POINTER || pointer === AUTH_TYPE_POINTER)
    return "identity";
  if (ruleFor(pointer).isRecorded) return "recorded";
  if (capabilities.hasToggle && pointer === STATE_POINTER) return "toggle";
  if (capabilities.hasCustomProviders && isCustomProviderField(pointer))
    return "provider";
  return "setting";
}

/** True for a field of the custom provider a connection declares or uses. */
export function isCustomProviderField(pointer: Pointer): boolean {
  return pointer.startsWith(CUSTOM_PROVIDER_GROUP);
}

/**
 * True for a field that the planner compares at all: secrets, server-made and local ones have ways
 * of their own or none.
 */
export function isCompared(pointer: Pointer): boolean {
  const rule = ruleFor(pointer);
  return !rule.isSecret && !rule.isReadOnly && !rule.isLocal;
}
