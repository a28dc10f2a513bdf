import type { PlanChange, PlanStep } from "../../domain/generated/plan.ts";
import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type {
  AnnouncedProvider,
  InventoryEntry,
} from "../../domain/state/inventory.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { compareText } from "../../util/compare-text.ts";
import { isEqualValue } from "./equal.ts";
import { isCustomProviderField, ruleFor } from "./field-rules.ts";
import type { DiffInput } from "./input.ts";
import { orderChanges } from "./order.ts";

/** A change after which a custom provider may be without a connection. */
interface Leaver {
  readonly change: PlanChange;
  /**
   * What the provider is, as far as it is known: the live fields, or the digest that was announced.
   */
  readonly known:
    | { readonly kind: "live"; readonly fields: FieldValues }
    | { readonly kind: "announced"; readonly digest: string | null };
}

/**
 * Adds `delete_provider` where a custom provider loses its last connection: to the last delete or
 * replace that leaves it, in the order of the plan, so that the provider goes after everything that
 * used it. A provider that a cut-off run left behind goes with a change of a connection that was
 * announced with it. One that is declared anew as something else goes as well, before it is made.
 * Returns the changes in the order of the plan.
 */
export function removeUnusedProviders(
  ordered: readonly PlanChange[],
  input: DiffInput,
): PlanChange[] {
  const leavers = findLeavers(ordered, input);
  // One that cannot be read may use the provider.
  const isHidden = input.listed.some(({ problem }) => problem !== undefined);
  if (leavers.size === 0 || isHidden) return [...ordered];
  const users = liveUsers(input);
  const removals = new Map<PlanChange, string[]>();
  for (const [provider, leaving] of leavers) {
    const keys = new Set(leaving.map(({ change }) => change.key));
    const stays = users.get(provider)?.some((key) => !keys.has(key)) === true;
    if (stays || isWanted(provider, leaving, { ordered, input })) continue;
    const carrier =
      leaving.findLast(({ known }) => known.kind === "live") ?? leaving[0];
    if (carrier !== undefined) addTo(removals, carrier.change, provider);
  }
  return orderChanges(
    ordered.map((change) => {
      const removed = removals.get(change);
      return removed === undefined
        ? change
        : withProviderRemoval(change, removed.sort(compareText));
    }),
  );
}

/**
 * Whether a connection that is yet to be made, or is declared without saying what its provider is,
 * wants the provider as it is.
 */
function isWanted(
  provider: string,
  leaving: readonly Leaver[],
  {
    ordered,
    input,
  }: { readonly ordered: readonly PlanChange[]; readonly input: DiffInput },
): boolean {
  const rebuilders = new Set(
    leaving
      .filter(({ known }) => known.kind === "live")
      .map(({ change }) => change.key),
  );
  const makers = new Map(
    ordered
      .filter(({ steps }) => steps.includes("create_provider"))
      .map((change) => [change.key, change.desired?.fields ?? {}]),
  );
  return input.desired
    .filter((each) => each.provider === provider && !rebuilders.has(each.key))
    .some(({ key }) => {
      const declared = makers.get(key);
      if (declared === undefined) return true;
      return leaving.every(({ known }) =>
        known.kind === "live"
          ? isAsDeclared(known.fields, declared)
          : known.digest === customProviderDigest(declared),
      );
    });
}

function isAsDeclared(live: FieldValues, declared: FieldValues): boolean {
  return Object.entries(declared).every(
    ([pointer, value]) =>
      !isCustomProviderField(pointer) ||
      isEqualValue(ruleFor(pointer).semantics, value, live[pointer]),
  );
}

/** Digest of what a connection declares about its custom provider. */
export function customProviderDigest(fields: FieldValues): string {
  const own = Object.entries(fields).filter(([pointer]) =>
    isCustomProviderField(pointer),
  );
  return sha256(canonicalJson(Object.fromEntries(own)));
}

function findLeavers(
  ordered: readonly PlanChange[],
  input: DiffInput,
): ReadonlyMap<string, readonly Leaver[]> {
  const live = new Map(input.live.map((each) => [each.key, each]));
  const entries = new Map(
    (input.inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const leavers = new Map<string, Leaver[]>();
  for (const change of ordered) {
    const left = live.get(change.key);
    const provider = providerLeft(change, left);
    if (provider !== undefined)
      addTo(leavers, provider, {
        change,
        known: { kind: "live", fields: left?.fields ?? {} },
      });
    const isAsked = input.forget?.has(change.key) === true;
    for (const { name, digest } of isAsked ? [] : leftOver(change, entries))
      addTo(leavers, name, { change, known: { kind: "announced", digest } });
  }
  return leavers;
}

/** Names of live connections by provider. */
function liveUsers(input: DiffInput): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const each of [...input.listed, ...input.live])
    addTo(users, each.provider, each.key);
  return users;
}

function addTo<K, V>(groups: Map<K, V[]>, name: K, item: V): void {
  const group = groups.get(name);
  if (group === undefined) groups.set(name, [item]);
  else group.push(item);
}

/** The custom provider a change moves away from; `undefined` when it moves from none. */
function providerLeft(
  change: PlanChange,
  live: LiveConnection | undefined,
): string | undefined {
  if (live === undefined || !change.steps.includes("delete")) return undefined;
  const pointers = Object.keys(live.fields);
  if (!pointers.some(isCustomProviderField)) return undefined;
  if (change.action === "delete" || change.provider !== live.provider)
    return live.provider;
  const isRebuilt = change.fields.some(
    (field) =>
      field.effect === "write" &&
      isCustomProviderField(field.path) &&
      ruleFor(field.path).isImmutable,
  );
  return isRebuilt ? live.provider : undefined;
}

/**
 * Providers that the announcement of a cut-off run made or was to remove, where its connection is
 * not there to tell.
 */
function leftOver(
  change: PlanChange,
  entries: ReadonlyMap<string, InventoryEntry>,
): readonly AnnouncedProvider[] {
  if (change.action !== "create" && change.action !== "forget") return [];
  const entry = entries.get(change.key);
  return entry?.phase === "pending" ? (entry.announced?.providers ?? []) : [];
}

function withProviderRemoval(
  change: PlanChange,
  removed: string[],
): PlanChange {
  const removals = removed.map((): PlanStep => "delete_provider");
  const steps = change.steps.includes("delete")
    ? change.steps.flatMap((step) =>
        step === "delete" ? [step, ...removals] : [step],
      )
    : [...removals, ...change.steps];
  return { ...change, removed_providers: removed, steps };
}
