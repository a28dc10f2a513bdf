import type { Capabilities } from "../../domain/capability.ts";
import type {
  PlanChange,
  PlanSecretChange,
  PlanStep,
} from "../../domain/generated/plan.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { hasImmutableWrite } from "../diff/field-diff.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { fieldOperations } from "../diff/operations.ts";
import { isRelation } from "../meaning/risk-kinds.ts";
import { changeRisks } from "../meaning/risks.ts";
import { scopeChangesOf } from "../meaning/scopes.ts";
import {
  recordUnder,
  secretState,
  type SecretMemory,
} from "../diff/secret-state.ts";
import { createSteps, updateSteps } from "../diff/steps.ts";
import { unless, unlessEqual, type Contradiction } from "./contradiction.ts";
import {
  fieldContradictions,
  isSortedOnce,
  type RememberedChange,
} from "./fields.ts";

/** A change with everything its parts can be derived from. */
export interface ProvableChange extends RememberedChange {
  /** What the inventory holds under the name the connection has now, ours or not. */
  readonly stored: InventoryEntry | undefined;
  readonly capabilities: Capabilities;
}

/** What of a change does not follow from its other parts and our own inventory. */
export function changeContradictions(
  provable: ProvableChange,
): Contradiction[] {
  const { change, at } = provable;
  return [
    ...shapeContradictions(change, at),
    ...fieldContradictions(provable),
    ...secretContradictions(provable),
    ...unlessEqual(
      `${at}/operations`,
      change.operations,
      fieldOperations(change.fields),
      "are not the differences that are shown",
    ),
    ...stepContradictions(provable),
    ...meaningContradictions(provable),
  ];
}

/** What the kind of a change says about its parts. */
function shapeContradictions(change: PlanChange, at: Pointer): Contradiction[] {
  const { action, desired, fields } = change;
  const { fingerprint } = change.precondition;
  const isKept = action !== "delete" && action !== "forget";
  const mayBeAbsent = action === "create" || action === "forget";
  const isAbsent = fingerprint === null && change.remote_id === null;
  return [
    ...unless(
      (desired !== null) === isKept,
      `${at}/desired`,
      `does not fit the action ${action}`,
    ),
    ...unless(
      (change.location !== null) === isKept,
      `${at}/location`,
      `does not fit the action ${action}`,
    ),
    ...unless(
      isAbsent
        ? mayBeAbsent
        : action !== "create" &&
            fingerprint !== null &&
            change.remote_id !== null,
      `${at}/precondition/fingerprint`,
      `does not fit the action ${action}`,
    ),
    ...unless(
      (change.previous_key !== undefined) === (action === "rename") &&
        change.previous_key !== change.key,
      `${at}/previous_key`,
      `does not fit the action ${action}`,
    ),
    ...unless(
      isKept || fields.length + change.secrets.length === 0,
      `${at}/fields`,
      `does not fit the action ${action}`,
    ),
    ...unless(
      change.is_protected === (desired?.fields[PROTECTED_POINTER] === true) ||
        // Protected by documents whose field for it is not taken over.
        (change.is_protected &&
          desired !== null &&
          !Object.hasOwn(desired.fields, PROTECTED_POINTER)),
      `${at}/is_protected`,
      "is not what the change would leave",
    ),
    ...writeContradictions(change, at),
  ];
}

const PROTECTED_POINTER: Pointer = "/lifecycle/protected";

/** Which action it is follows from what is written. */
function writeContradictions(change: PlanChange, at: Pointer): Contradiction[] {
  const { action, fields, secrets } = change;
  const isImmutable = hasImmutableWrite(fields);
  const isWrite =
    fields.some(({ effect }) => effect === "write") ||
    secrets.some(({ state }) => state !== "unchanged");
  const fits: Readonly<Record<PlanChange["action"], boolean>> = {
    create: true,
    replace: isImmutable,
    update: isWrite && !isImmutable,
    noop: !isWrite,
    adopt: !isImmutable,
    rename: !isImmutable,
    delete: true,
    forget: true,
  };
  return unless(fits[action], `${at}/action`, "does not fit what is written");
}

function secretContradictions({
  change,
  at,
  entry,
}: ProvableChange): Contradiction[] {
  const { secrets, desired } = change;
  return [
    ...unless(
      isSortedOnce(secrets.map(({ path }) => path)),
      `${at}/secrets`,
      "does not list each secret once, in order",
    ),
    ...unlessEqual(
      `${at}/desired/secrets`,
      desired?.secrets,
      desired === null
        ? undefined
        : Object.fromEntries(secrets.map((s) => [s.path, s.reference])),
      "are not the secrets that are shown",
    ),
    ...secrets.flatMap((secret, index) => {
      const pointer = `${at}/secrets/${String(index)}`;
      const memory = memoryOf(change, entry, secret.path);
      return [
        ...unless(
          ruleFor(secret.path).isSecret,
          `${pointer}/path`,
          "names a field that holds no secret",
        ),
        ...beforeContradictions(secret, memory, pointer),
        ...unless(
          statesOf(secret, memory).includes(secret.state),
          `${pointer}/state`,
          "does not follow from the fingerprints",
        ),
      ];
    }),
  ];
}

function memoryOf(
  { action, key }: PlanChange,
  entry: InventoryEntry | null,
  path: Pointer,
): SecretMemory {
  if (action === "create" || action === "replace") return "none";
  if (entry === null) return "foreign";
  const record = Object.hasOwn(entry.secrets, path)
    ? entry.secrets[path]
    : undefined;
  return record === undefined ? "none" : recordUnder(record, entry.key, key);
}

/** A secret that was asked to be sent again is as if it had never been. */
function statesOf(
  { before, after, ciphertext }: PlanSecretChange,
  memory: SecretMemory,
): readonly PlanSecretChange["state"][] {
  if (typeof memory === "string") return [secretState(memory, undefined)];
  const told = secretState(memory, {
    ref: { kind: "secret", path: "" },
    ...(after === undefined ? {} : { fingerprint: after }),
    ...(ciphertext === undefined ? {} : { cipherDigest: ciphertext }),
  });
  const isAsked = before === undefined ? (["changed"] as const) : [];
  return [told, ...isAsked];
}

function beforeContradictions(
  { before, state }: PlanSecretChange,
  memory: SecretMemory,
  pointer: Pointer,
): Contradiction[] {
  const remembered =
    typeof memory === "string" ? undefined : memory.fingerprint;
  const isAsked = before === undefined && state === "changed";
  return isAsked
    ? []
    : unlessEqual(
        `${pointer}/before`,
        before,
        remembered,
        "is not what the inventory remembers",
      );
}

function stepContradictions({
  change,
  at,
  capabilities,
}: ProvableChange): Contradiction[] {
  const removed = change.removed_providers ?? [];
  return [
    ...unlessEqual(
      `${at}/steps`,
      change.steps,
      stepsOf(change, capabilities),
      "are not what the differences need",
    ),
    ...unless(
      isSortedOnce(removed),
      `${at}/removed_providers`,
      "does not list each provider once, in order",
    ),
    ...unless(
      removed.length === 0 || REMOVERS.includes(change.action),
      `${at}/removed_providers`,
      `does not fit the action ${change.action}`,
    ),
  ];
}

const REMOVERS: readonly string[] = ["create", "replace", "delete", "forget"];

function stepsOf(change: PlanChange, capabilities: Capabilities): PlanStep[] {
  const { action, desired, fields, secrets } = change;
  const removals = (change.removed_providers ?? []).map(
    (): PlanStep => "delete_provider",
  );
  const made = createSteps(
    { fields: desired?.fields ?? {}, secrets },
    capabilities,
  );
  switch (action) {
    case "create":
      return [...removals, ...made];
    case "replace":
      return ["delete", ...removals, ...made];
    case "delete":
      return ["delete", ...removals, "record"];
    case "forget":
      return [...removals, "record"];
    case "update":
    case "adopt":
    case "rename":
    case "noop":
      return updateSteps(
        { fields, secrets, sendsName: action === "rename" },
        capabilities,
      );
  }
}

/** The sentences about a change, derived again: nobody else's words are shown. */
function meaningContradictions({
  change,
  at,
  stored,
}: ProvableChange): Contradiction[] {
  const scopes = scopeChangesOf(change);
  const isKept = change.desired !== null;
  const risks = changeRisks(change, {
    isRecreated: change.action === "create" && stored?.phase === "applied",
    isUnprotected:
      isKept && stored?.isProtected === true && !change.is_protected,
  });
  return [
    ...unlessEqual(
      `${at}/scopes`,
      change.scopes,
      scopes.length === 0 ? undefined : scopes,
      "are not the scopes of the differences",
    ),
    ...unlessEqual(
      `${at}/risks`,
      // What changes mean beside what stays cannot be derived from a plan alone; it lets nothing
      // pass.
      change.risks.filter(({ code }) => !isRelation(code)),
      risks,
      "are not what the change means",
    ),
    ...unless(
      change.impact !== null ||
        (change.action !== "delete" && change.action !== "replace"),
      `${at}/impact`,
      `does not fit the action ${change.action}`,
    ),
  ];
}
