import type { PlanChange, PlanStep } from "../domain/generated/plan.ts";
import type { LiveConnection } from "../domain/connection.ts";
import { isCustomProviderField, ruleFor } from "./field-rules.ts";
import type { DiffInput } from "./input.ts";

/**
 * Adds `delete_provider` where a custom provider loses its last connection: to the last delete or replace that leaves it, in the
 * order of the plan, so that the provider goes after everything that used it. Returns the changes in the order given.
 */
export function removeUnusedProviders(
  ordered: readonly PlanChange[],
  input: DiffInput,
): PlanChange[] {
  const live = new Map(input.live.map((each) => [each.key, each]));
  const leavers = new Map<string, PlanChange[]>();
  for (const change of ordered) {
    const provider = providerLeft(change, live.get(change.key));
    if (provider !== undefined) addTo(leavers, provider, change);
  }
  if (leavers.size === 0) return [...ordered];
  const users = providerUsers(input);
  const last = new Set(
    [...leavers].flatMap(([provider, changes]) => {
      const leaving = new Set(changes.map((change) => change.key));
      const stays = users.get(provider)?.some((key) => !leaving.has(key));
      return stays === true ? [] : changes.slice(-1);
    }),
  );
  return ordered.map((change) =>
    last.has(change) ? withProviderRemoval(change) : change,
  );
}

/** Names by provider: declared connections, even those yet to be created, and live ones. */
function providerUsers(
  input: DiffInput,
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const each of [...input.desired, ...input.listed, ...input.live])
    addTo(users, each.provider, each.key);
  return users;
}

function addTo<T>(groups: Map<string, T[]>, name: string, item: T): void {
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

function withProviderRemoval(change: PlanChange): PlanChange {
  const steps = change.steps.flatMap((step): PlanStep[] =>
    step === "delete" ? [step, "delete_provider"] : [step],
  );
  return { ...change, steps };
}
