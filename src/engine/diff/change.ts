import type { Capabilities } from "../../domain/capability.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type {
  PlanAction,
  PlanChange,
  PlanDesired,
  PlanFieldChange,
  PlanSecretChange,
  PlanStep,
} from "../../domain/generated/plan.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { SecretDescription } from "../../domain/secret/secret.ts";
import { compareText } from "../../util/compare-text.ts";
import {
  diffFields,
  hasImmutableWrite,
  planLocation,
  takesPart,
  type Standing,
} from "./field-diff.ts";
import { isCompared, ruleFor } from "./field-rules.ts";
import { diffLocal, isSameLocal, localValues } from "./local-fields.ts";
import { orderedValue } from "./normalize.ts";
import { fieldOperations } from "./operations.ts";
import type { DeclaredPair, UndeclaredPair } from "./pair.ts";
import { diffSecrets } from "./secret-diff.ts";
import { createSteps, updateSteps } from "./steps.ts";

/** What building a change needs besides the pair. */
export interface ChangeContext {
  readonly capabilities: Capabilities;
  readonly descriptions: ReadonlyMap<Pointer, SecretDescription>;
  /** Fingerprint of each live object by its name. */
  readonly fingerprints: ReadonlyMap<string, string>;
}

/** What one declared connection would be given. */
interface Content {
  readonly fields: PlanFieldChange[];
  readonly secrets: PlanSecretChange[];
  readonly planned: () => PlanDesired;
}

/**
 * The change a declared connection needs, or `null` when it is owned and nothing differs. Without
 * risks and impact.
 */
export function declaredChange(
  pair: DeclaredPair,
  context: ChangeContext,
): PlanChange | null {
  const standingFields = pair.live === null ? [] : diffFields(pair, "standing");
  const action = actionFor(pair, standingFields);
  const isFresh = action === "create" || action === "replace";
  const standing = isFresh ? "fresh" : "standing";
  const secrets = diffSecrets(pair, standing, context.descriptions);
  const sent = isFresh ? diffFields(pair, "fresh") : standingFields;
  const local = localValues(pair.desired, pair.local);
  // Most connections are equal in everything, and then nobody asks for it.
  let made: PlanDesired | undefined;
  const planned = (): PlanDesired =>
    (made ??= plannedDesired(pair, { standing, secrets, local }));
  const content: Content = {
    fields: isSameLocal(pair.entry, local)
      ? sent
      : withLocal(sent, pair, planned()),
    secrets,
    planned,
  };
  if (action !== "update")
    return buildChange(pair, { action, content, context });
  const isWrite =
    content.fields.some((field) => field.effect === "write") ||
    content.secrets.some((secret) => secret.state !== "unchanged");
  if (isWrite) return buildChange(pair, { action, content, context });
  const isOpen =
    content.fields.length > 0 ||
    pair.entry?.phase === "pending" ||
    pair.entry?.isProtected !== pair.desired.isProtected;
  if (!isOpen) return null;
  return buildChange(pair, { action: "noop", content, context });
}

/** The differences with those of values that are never sent, sorted by path. */
function withLocal(
  sent: readonly PlanFieldChange[],
  { entry, desired }: DeclaredPair,
  planned: PlanDesired,
): PlanFieldChange[] {
  const shown = new Set(sent.map(({ path }) => path));
  const local = diffLocal(entry, planned, (path) => shown.has(path)).map(
    (field): PlanFieldChange => {
      const location = desired.origins.get(field.path);
      return location === undefined
        ? field
        : { ...field, location: planLocation(location) };
    },
  );
  return local.length === 0
    ? [...sent]
    : [...sent, ...local].sort((a, b) => compareText(a.path, b.path));
}

function actionFor(
  pair: DeclaredPair,
  fields: readonly PlanFieldChange[],
): Exclude<PlanAction, "noop" | "delete" | "forget"> {
  if (pair.live === null) return "create";
  if (pair.entry === null) return "adopt";
  if (pair.previousKey !== undefined) return "rename";
  return hasImmutableWrite(fields) ? "replace" : "update";
}

function buildChange(
  pair: DeclaredPair,
  made: {
    readonly action: PlanAction;
    readonly content: Content;
    readonly context: ChangeContext;
  },
): PlanChange {
  const { desired, previousKey } = pair;
  const { action, content } = made;
  const planned = content.planned();
  return {
    action,
    key: pair.key,
    ...(previousKey === undefined ? {} : { previous_key: previousKey }),
    provider: desired.provider,
    auth_type: desired.authType,
    ...liveReference(pair.live, made.context),
    fields: content.fields,
    operations: fieldOperations(content.fields),
    secrets: content.secrets,
    desired: planned,
    steps: stepsFor(action, content, {
      desired: planned.fields,
      capabilities: made.context.capabilities,
    }),
    is_protected: desired.isProtected,
    location: planLocation(desired.location),
    risks: [],
    impact: null,
  };
}

function stepsFor(
  action: PlanAction,
  content: Content,
  made: { readonly desired: FieldValues; readonly capabilities: Capabilities },
): PlanStep[] {
  const { secrets } = content;
  const fresh = { fields: made.desired, secrets };
  if (action === "create") return createSteps(fresh, made.capabilities);
  if (action === "replace")
    return ["delete", ...createSteps(fresh, made.capabilities)];
  return updateSteps(
    { fields: content.fields, secrets, sendsName: action === "rename" },
    made.capabilities,
  );
}

/**
 * What is sent and remembered, except on a standing connection what is ignored; what is never sent
 * stands apart.
 */
function plannedDesired(
  pair: DeclaredPair,
  known: {
    readonly standing: Standing;
    readonly secrets: readonly PlanSecretChange[];
    readonly local: FieldValues;
  },
): PlanDesired {
  const { standing, secrets, local } = known;
  const isIncluded = takesPart(pair, standing);
  const fields = Object.entries(pair.desired.fields)
    .filter(([pointer]) => isCompared(pointer) && isIncluded(pointer))
    .sort(([a], [b]) => compareText(a, b))
    .map(([pointer, value]): [Pointer, JsonValue] => [
      pointer,
      orderedValue(ruleFor(pointer).semantics, value),
    ]);
  return {
    fields: Object.fromEntries(fields),
    secrets: Object.fromEntries(secrets.map((s) => [s.path, s.reference])),
    ...(Object.keys(local).length === 0 ? {} : { local }),
  };
}

function liveReference(
  live: LiveConnection | null,
  context: ChangeContext,
): Pick<PlanChange, "remote_id" | "precondition"> {
  return {
    remote_id: live?.remoteId ?? null,
    precondition: {
      fingerprint:
        live === null ? null : (context.fingerprints.get(live.key) ?? null),
    },
  };
}

/**
 * The change for a connection we own and nobody declares: it is deleted, or forgotten when it is
 * gone.
 */
export function undeclaredChange(
  pair: UndeclaredPair,
  context: ChangeContext,
): PlanChange {
  const { entry, live, stranger } = pair;
  if (live === null) return forgetChange(entry, stranger, context);
  return {
    ...bareChange(live, live, context),
    action: "delete",
    steps: ["delete", "record"],
  };
}

/** Lets go of a connection: it leaves the inventory, and nothing is written to the platform. */
export function forgetChange(
  entry: InventoryEntry,
  live: LiveConnection | null,
  context: ChangeContext,
): PlanChange {
  return {
    ...bareChange(entry, live, context),
    action: "forget",
    steps: ["record"],
  };
}

function bareChange(
  has: Pick<InventoryEntry, "key" | "provider" | "authType">,
  live: LiveConnection | null,
  context: ChangeContext,
): Omit<PlanChange, "action" | "steps"> {
  return {
    key: has.key,
    provider: has.provider,
    auth_type: has.authType,
    ...liveReference(live, context),
    fields: [],
    operations: [],
    secrets: [],
    desired: null,
    is_protected: false,
    location: null,
    risks: [],
    impact: null,
  };
}
