import type {
  PlanChange,
  PlanLiveRef,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import { isCustomProviderField, ruleFor } from "../diff/field-rules.ts";
import { risk } from "./risk.ts";
import { quoteNames } from "./wording.ts";

/** What the relations of changes are found in. */
export interface RelationInput {
  readonly desired: readonly {
    readonly key: string;
    readonly provider: string;
  }[];
  readonly live: readonly LiveConnection[];
  readonly orphans: readonly PlanLiveRef[];
  readonly accounts: ReadonlyMap<string, number | "unknown">;
}

/** Share of fields that have to be equal for two connections to look like one under two names. */
const ALIKE = 0.6;
const LEAST_FIELDS = 2;
/**
 * Pairs that are looked at of one provider; of more only those with one client are taken for the
 * same.
 */
const MOST_PAIRS = 10_000;

/**
 * What changes mean beside each other and beside connections that stay, by the name of the change:
 * a name that looks like the successor of another one, and a custom provider that others use.
 */
export function relationRisks(
  changes: readonly PlanChange[],
  input: RelationInput,
): ReadonlyMap<string, readonly PlanRisk[]> {
  const risks = new Map<string, PlanRisk[]>();
  const say = (key: string, said: PlanRisk): void => {
    risks.set(key, [...(risks.get(key) ?? []), said]);
  };
  for (const { from, to, isKept } of lookalikes(changes, input)) {
    const cure = `"previous_ids: [${from}]" in its document keeps the connection and its accounts.`;
    const beside = isKept ? ", which stays beside it" : "";
    say(
      to,
      risk(
        "connection.looks-renamed",
        "high",
        `Looks like a rename of ${quoteNames([from])}${beside}: ${cure}`,
        { accounts: input.accounts.get(from) ?? "unknown" },
      ),
    );
    if (!isKept)
      say(
        from,
        risk(
          "connection.looks-renamed",
          "high",
          `Looks like a rename to ${quoteNames([to])}: a delete and a create lose what a rename keeps.`,
        ),
      );
  }
  for (const [change, others] of providerUsers(changes, input.desired))
    say(
      change,
      risk(
        "provider.shared",
        "warning",
        `The custom provider is also used by ${quoteNames(others)}.`,
        { accounts: sumOf(others, input.accounts) },
      ),
    );
  return risks;
}

/**
 * Connections whose accounts the relations of changes are told with, though nothing is planned for
 * them.
 */
export function relatedKeys(
  {
    changes,
    orphans,
  }: {
    readonly changes: readonly PlanChange[];
    readonly orphans: readonly PlanLiveRef[];
  },
  desired: RelationInput["desired"],
): readonly string[] {
  const created = new Set(
    changes.flatMap(({ action, provider }) =>
      action === "create" ? [provider] : [],
    ),
  );
  return [
    ...new Set([
      ...[...providerUsers(changes, desired).values()].flat(),
      ...orphans
        .filter(({ provider }) => created.has(provider))
        .map(({ key }) => key),
    ]),
  ].sort(compareText);
}

/**
 * Connections that feel a change of their custom provider made for another one, by the name of that
 * one; sorted.
 */
export function providerUsers(
  changes: readonly PlanChange[],
  desired: RelationInput["desired"],
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { key, provider } of desired) {
    const keys = users.get(provider);
    if (keys === undefined) users.set(provider, [key]);
    else keys.push(key);
  }
  const found = new Map<string, readonly string[]>();
  const movers = changes.filter(
    ({ action, fields }) =>
      action !== "create" &&
      fields.some(
        ({ path, effect }) => effect === "write" && isCustomProviderField(path),
      ),
  );
  // Whoever stands in the plan with the same change is told there.
  const moving = new Set(movers.map(({ key }) => key));
  for (const { key, provider } of movers) {
    const others = (users.get(provider) ?? [])
      .filter((other) => !moving.has(other))
      .sort(compareText);
    if (others.length > 0) found.set(key, others);
  }
  return found;
}

function sumOf(
  keys: readonly string[],
  accounts: RelationInput["accounts"],
): number | "unknown" {
  let sum = 0;
  for (const key of keys) {
    const count = accounts.get(key) ?? "unknown";
    if (count === "unknown") return "unknown";
    sum += count;
  }
  return sum;
}

/** What goes or is left behind, and what comes in its likeness. */
interface Lookalike {
  readonly from: string;
  readonly to: string;
  /** True for an owned connection that nobody declares and that stays. */
  readonly isKept: boolean;
}

function lookalikes(
  changes: readonly PlanChange[],
  { live, orphans }: RelationInput,
): readonly Lookalike[] {
  const created = changes.filter(({ action }) => action === "create");
  if (created.length === 0) return [];
  const gone = new Map([
    ...changes
      .filter(({ action }) => action === "delete")
      .map(({ key }) => [key, false] as const),
    ...orphans.map(({ key }) => [key, true] as const),
  ]);
  const candidates = live.filter(({ key }) => gone.has(key));
  const clients = new Map(
    candidates.flatMap((old) =>
      clientOf(old.provider, old.authType, old.fields).map(
        (client) => [client, old] as const,
      ),
    ),
  );
  const comparesAll = created.length * candidates.length <= MOST_PAIRS;
  const taken = new Set<string>();
  return [...created]
    .sort((a, b) => compareText(a.key, b.key))
    .flatMap(({ key, provider, auth_type: authType, desired }) => {
      const fields = desired?.fields ?? {};
      const [client = ""] = clientOf(provider, authType, fields);
      const old =
        clients.get(client) ??
        (comparesAll
          ? mostAlike(
              fields,
              candidates.filter(
                (each) =>
                  each.provider === provider &&
                  each.authType === authType &&
                  !taken.has(each.key),
              ),
            )
          : undefined);
      if (old === undefined || taken.has(old.key)) return [];
      taken.add(old.key);
      return [{ from: old.key, to: key, isKept: gone.get(old.key) === true }];
    });
}

/** What names one application at a provider; none where the connection has no client of its own. */
function clientOf(
  provider: string,
  authType: string,
  fields: FieldValues,
): readonly string[] {
  const ids = Object.entries(fields).filter(
    ([path, value]) =>
      typeof value === "string" && ruleFor(path).risk === "client",
  );
  return ids.length === 0
    ? []
    : [canonicalJson([provider, authType, Object.fromEntries(ids)])];
}

function mostAlike(
  fields: FieldValues,
  candidates: readonly LiveConnection[],
): LiveConnection | undefined {
  const [best] = candidates
    .map((old) => ({ old, likeness: likeness(fields, old.fields) }))
    .filter(({ likeness: share }) => share >= ALIKE)
    .sort(
      (a, b) => b.likeness - a.likeness || compareText(a.old.key, b.old.key),
    );
  return best?.old;
}

/** The share of declared fields that are equal. */
function likeness(declared: FieldValues, live: FieldValues): number {
  // Provider and auth type are equal already.
  const paths = Object.keys(declared).filter(
    (path) => !ruleFor(path).isImmutable,
  );
  if (paths.length < LEAST_FIELDS) return 0;
  const equal = paths.filter((path) => isSame(declared[path], live[path]));
  return equal.length / paths.length;
}

function isSame(a: FieldValues[string] | undefined, b: typeof a): boolean {
  return (
    a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b)
  );
}
