import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type {
  PlanChange,
  PlanFieldChange,
  PlanRule,
} from "../../domain/generated/plan.ts";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import { causeNames } from "../meaning/causes.ts";
import { destinationMoves } from "../meaning/destination.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { scopesOnlyIn } from "../meaning/scopes.ts";
import type { CelObject, CelValue, ValueSize } from "../../domain/policy.ts";

/** The resolved document of a connection; secret fields show their references. */
export function connectionScope(desired: DesiredConnection): CelObject {
  const document = celOf({ ...desired.document, connection_id: desired.key });
  return isCelObject(document) ? document : {};
}

/** What the environment says about itself. */
export function environmentScope(rules: EnvironmentRules): CelObject {
  return {
    name: rules.name,
    target: rules.target,
    driver: rules.driver,
    production: rules.isProduction,
    prune: rules.prunes,
    variables: rules.variables,
  };
}

/** The plan as a whole: how many of what, and the names per action. */
export function planScope(
  changes: readonly PlanChange[],
  rules: readonly PlanRule[] = [],
): CelObject {
  const actions = [
    "create",
    "update",
    "replace",
    "delete",
    "adopt",
    "forget",
    "rename",
    "noop",
  ] as const;
  return {
    size: BigInt(changes.length),
    accounts: BigInt(accountsOf(changes)),
    rules: rules.map(ruleScope),
    loosened: rules
      .filter(({ direction }) => direction === "loosened")
      .map(({ rule, name }) => (name === undefined ? rule : `${rule} ${name}`)),
    ...Object.fromEntries(
      actions.map((action) => [
        action,
        changes
          .filter((change) => change.action === action)
          .map((change) => change.key),
      ]),
    ),
  };
}

/** Connected accounts of all changes, as far as they were counted. */
function accountsOf(changes: readonly PlanChange[]): number {
  let sum = 0;
  for (const { impact } of changes) {
    const count = impact?.connected_accounts;
    if (typeof count === "number") sum += count;
  }
  return sum;
}

function ruleScope({
  rule,
  name = "",
  direction,
  before,
  after,
}: PlanRule): CelObject {
  return {
    rule,
    name,
    direction,
    before: celOf(before ?? null),
    after: celOf(after ?? null),
  };
}

/** One change: what it does and what that means. */
export function changeScope(change: PlanChange): CelObject {
  const written = change.fields.filter((field) => field.effect === "write");
  const accounts = change.impact?.connected_accounts ?? null;
  return {
    action: change.action,
    key: change.key,
    previous_key: change.previous_key ?? "",
    provider: change.provider,
    auth_type: change.auth_type,
    protected: change.is_protected,
    paths: written.map((field) => field.path),
    fields: written.map(fieldScope),
    scopes_added: scopesOf(written, "after", "before"),
    scopes_removed: scopesOf(written, "before", "after"),
    hosts: hostsOf(change),
    secrets_changed: change.secrets
      .filter((secret) => secret.state !== "unchanged")
      .map((secret) => secret.path),
    destinations: destinationMoves(change.fields).map(
      ({ pointer, kind, host = "", from, to }) => ({
        path: pointer,
        kind,
        host,
        from,
        to,
      }),
    ),
    scopes: (change.scopes ?? []).map(
      ({ path, scope, change: way, tier, meaning = "" }) => ({
        path,
        scope,
        change: way,
        tier,
        meaning,
      }),
    ),
    tiers_added: tiersOf(change, "gained"),
    tiers_removed: tiersOf(change, "lost"),
    causes: [...causeNames(change)],
    risks: change.risks.map((risk) => risk.code),
    levels: change.risks.map((risk) => risk.level),
    // "unknown" is a text: a rule that compares it with a number fails, and a rule that fails
    // refuses.
    accounts: celOf(accounts),
  };
}

/** Tiers of scopes that come or go, each once. */
function tiersOf(
  { scopes = [] }: PlanChange,
  way: "gained" | "lost",
): string[] {
  return [
    ...new Set(
      scopes.filter(({ change }) => change === way).map(({ tier }) => tier),
    ),
  ];
}

/** Hosts that credentials or users would newly go to, each once. */
function hostsOf({ fields }: PlanChange): string[] {
  const hosts = destinationMoves(fields)
    .filter(({ kind }) => kind === "host" || kind === "set")
    .flatMap(({ host }) => host ?? []);
  return [...new Set(hosts)];
}

function fieldScope(field: PlanFieldChange): CelObject {
  return {
    path: field.path,
    class: field.class,
    before: celOf(field.before ?? null),
    after: celOf(field.after ?? null),
  };
}

function scopesOf(
  fields: readonly PlanFieldChange[],
  here: "before" | "after",
  there: "before" | "after",
): string[] {
  return fields
    .filter((field) => ruleFor(field.path).risk === "scope")
    .flatMap((field) => scopesOnlyIn(field[here], field[there]));
}

/** JSON as CEL has it: whole numbers become `int`. */
export function celOf(value: JsonValue): CelValue {
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celOf);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, celOf(member)]),
  );
}

/** How long a value is, all that is in it included. */
export function sizeOf(value: CelValue | undefined): ValueSize {
  const size = { members: 1, text: 1 };
  measure(value, size);
  return size;
}

function measure(
  value: CelValue | undefined,
  size: { members: number; text: number },
): void {
  if (typeof value === "string") {
    size.text = Math.max(size.text, Math.ceil(value.length / 64));
    return;
  }
  if (isList(value)) {
    size.members = Math.max(size.members, value.length);
    for (const member of value) measure(member, size);
    return;
  }
  if (!isCelObject(value)) return;
  const members = Object.entries(value);
  size.members = Math.max(size.members, members.length);
  for (const [name, member] of members) {
    measure(name, size);
    measure(member, size);
  }
}

function isList(value: CelValue | undefined): value is readonly CelValue[] {
  return Array.isArray(value);
}

function isCelObject(value: unknown): value is CelObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date)
  );
}
