import type {
  DesiredConnection,
  FieldValues,
  LiveConnection,
} from "../../src/domain/connection.ts";
import type { Capabilities } from "../../src/domain/capability.ts";
import type { EnvironmentRules } from "../../src/domain/environment.ts";
import { DEFAULT_LIMITS } from "../../src/domain/generated/limits.ts";
import type { Plan, PlanChange } from "../../src/domain/generated/plan.ts";
import type {
  Inventory,
  InventoryEntry,
  RecordedRules,
} from "../../src/domain/state/inventory.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { setAt } from "../../src/domain/field/pointer.ts";
import { parseSecretRef } from "../../src/domain/secret/secret.ts";
import { recordRules } from "../../src/engine/rules/record-rules.ts";
import { planConnections } from "../../src/engine/plan/plan.ts";
import { reconcileSettings } from "../../src/documents/layers/reconcile-settings.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";

/** An environment that prunes, is not production and limits little. */
export function someRules(
  overrides: Partial<EnvironmentRules> = {},
): EnvironmentRules {
  return {
    name: "dev",
    target: "embedded:",
    driver: "scalekit",
    isProduction: false,
    variables: {},
    secretFiles: [],
    secretRecipients: null,
    demoKeyFile: null,
    state: { backend: "file" },
    reconcile: reconcileSettings(),
    unrepresentable: "error",
    prunes: true,
    limits: DEFAULT_LIMITS,
    scopeCeiling: null,
    overrides: [],
    adoption: "plan",
    guardLevels: {},
    freeze: [],
    policies: [],
    signing: { isRequired: false, keys: [] },
    approvals: null,
    declared: {
      document: { environment: "dev", target: "embedded:" },
      placeOf: () => ({
        file: "environments/dev/environment.yaml",
        line: 1,
        column: 1,
      }),
    },
    location: {
      file: "environments/dev/environment.yaml",
      line: 1,
      column: 1,
    },
    ...overrides,
  };
}

/** Capabilities of the vendor's API. */
export const VENDOR_CAPABILITIES: Capabilities = {
  createTakesSettings: false,
  stateAfterCreate: "inactive",
  hasToggle: true,
  hasCustomProviders: true,
  countsAccounts: true,
  refusesTakenNames: true,
  pageSize: 30,
};

export interface DesiredParts {
  readonly key?: string;
  readonly provider?: string;
  readonly authType?: string;
  readonly fields?: FieldValues;
  readonly expected?: FieldValues;
  /** Reference text by pointer. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly lifecycle?: JsonObject;
  /** Values that are never sent, beside `lifecycle`. */
  readonly local?: FieldValues;
}

/** A declared connection; its document and origins follow from its parts. */
export function aDesired(parts: DesiredParts = {}): DesiredConnection {
  const key = parts.key ?? "mail";
  const provider = parts.provider ?? "gmail";
  const authType = parts.authType ?? "oauth2";
  const fields: FieldValues = {
    "/provider": provider,
    "/auth_type": authType,
    ...parts.fields,
  };
  const expected = parts.expected ?? {};
  const secrets = new Map(
    Object.entries(parts.secrets ?? {}).flatMap(([pointer, text]) => {
      const ref = parseSecretRef(text);
      return ref === undefined ? [] : [[pointer, ref] as const];
    }),
  );
  const file = `connections/${key}.yaml`;
  const pointers = [
    ...Object.keys(fields),
    ...Object.keys(expected),
    ...secrets.keys(),
  ];
  let document: JsonObject = {
    connection_id: key,
    lifecycle: parts.lifecycle ?? {},
  };
  for (const [pointer, value] of Object.entries({ ...fields, ...parts.local }))
    document = setAt(document, pointer, value);
  return {
    key,
    provider,
    authType,
    document,
    fields,
    expected,
    secrets,
    origins: new Map(
      pointers.map((pointer, index) => [
        pointer,
        { file, line: index + 2, column: 3, layer: "base" as const },
      ]),
    ),
    location: { file, line: 1, column: 1 },
    isProtected: fields["/lifecycle/protected"] === true,
  };
}

/** A live connection whose observed form follows from its fields. */
export function aLive(parts: Partial<LiveConnection> = {}): LiveConnection {
  const key = parts.key ?? "mail";
  const fields = parts.fields ?? {};
  return {
    key,
    remoteId: `id-${key}`,
    provider: "gmail",
    authType: "oauth2",
    status: "COMPLETED",
    isEnabled: true,
    fields,
    computed: {},
    observed: { fields },
    ...parts,
  };
}

/** An inventory entry that owns the live connection of the same name. */
export function anEntry(parts: Partial<InventoryEntry> = {}): InventoryEntry {
  const key = parts.key ?? "mail";
  return {
    key,
    remoteId: `id-${key}`,
    provider: "gmail",
    authType: "oauth2",
    lastApplied: {
      "/provider": parts.provider ?? "gmail",
      "/auth_type": parts.authType ?? "oauth2",
    },
    secrets: {},
    isProtected: false,
    phase: "applied",
    appliedAt: "2026-01-01T00:00:00.000Z",
    planDigest: `sha256:${"0".repeat(64)}`,
    ...parts,
  };
}

/** An entry whose last applied fields are the kind and these. */
export function anAppliedEntry(
  fields: FieldValues,
  parts: Partial<InventoryEntry> = {},
): InventoryEntry {
  const entry = anEntry(parts);
  return { ...entry, lastApplied: { ...entry.lastApplied, ...fields } };
}

export function anInventory(entries: readonly InventoryEntry[]): Inventory {
  return {
    formatVersion: "1.0",
    environment: "dev",
    apiHost: "embedded",
    stateId: "state",
    serial: 7,
    entries,
  };
}

/** Planning input; what is live is listed too unless it says otherwise. */
export function someInput(parts: Partial<AssembleInput> = {}): AssembleInput {
  return {
    rules: someRules(),
    desired: [],
    live: [],
    listed: parts.listed ?? parts.live ?? [],
    inventory: null,
    secrets: new Map(),
    capabilities: VENDOR_CAPABILITIES,
    local: new Map(),
    accounts: new Map(),
    now: "2026-03-01T12:00:00.000Z",
    toolVersion: "0.1.0",
    target: { driver: "scalekit", apiHost: "embedded" },
    source: {
      commit: null,
      dirty: null,
      documentsDigest: `sha256:${"1".repeat(64)}`,
    },
    approvals: [],
    recorded: recordedOf(parts.rules ?? someRules()),
    ...parts,
  };
}

/**
 * The rules of an environment without files of secrets and without anything that stays local as a
 * whole.
 */
export function recordedOf(rules: EnvironmentRules): RecordedRules {
  return recordRules(rules.declared, {
    openers: new Map(),
    localConnections: new Map(),
  });
}

/** The plan of an input that differs from {@link someInput} in these parts. */
export function planOf(parts: Partial<AssembleInput> = {}): Plan {
  return planConnections(someInput(parts));
}

/** The only change of a plan. */
export function onlyChange(plan: Plan): PlanChange {
  const [change, ...others] = plan.changes;
  if (change === undefined || others.length > 0)
    throw new TypeError(`expected one change, got ${plan.changes.length}`);
  return change;
}
