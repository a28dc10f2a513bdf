import { fingerprint } from "../../engine/diff/fingerprint.ts";
import { isOwnedObject } from "../../engine/diff/pairing.ts";
import { findLiveContradiction } from "../../engine/proof/live.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { ApplyContext } from "./apply-context.ts";
import type { ProviderWrites } from "./provider-writes.ts";

/** What a change is held against just before it is carried out. */
export interface PreconditionContext extends Pick<
  ApplyContext,
  "api" | "signal"
> {
  readonly providerWrites: ProviderWrites;
  /** What our own inventory held of each connection when the run began. */
  readonly owned: ReadonlyMap<string, InventoryEntry>;
}

/**
 * Reads the object again and compares it with what the plan was computed from; what this run itself
 * did to a shared provider does not count. @returns What was read, `null` where nothing is there or
 * nothing will be written.
 * @throws ConflictError PLN207 when it moved; PLN201 when it is not ours, or the plan does not say
 * what it shows.
 */
export async function assertPrecondition(
  change: PlanChange,
  context: PreconditionContext,
): Promise<LiveConnection | null> {
  if (!isLookedAt(change, context)) return null;
  if (isRefusedWhereTaken(change, context)) return null;
  const expected = change.precondition.fingerprint;
  const live =
    expected === null
      ? await context.api.find(change.key, context.signal)
      : await readLive(change, change.remote_id, context);
  const undone = live === null ? null : context.providerWrites.undone(live);
  const found = undone === null ? null : fingerprint(undone);
  if (found === expected) {
    if (live !== null)
      assertAsPlanned(change, live, { ...context, isShared: undone !== live });
    return live;
  }
  const what =
    expected === null
      ? NAME_IS_TAKEN
      : live === null
        ? "it is gone"
        : "it is not what the plan was computed from";
  throw staleChange(change, what);
}

/** What is different where a connection should be made and one of its name is there. */
export const NAME_IS_TAKEN = "a connection of this name exists now";

/** @returns The error for a change whose object is not what the plan saw. */
export function staleChange(
  { key }: PlanChange,
  what: string,
  cause?: unknown,
): ConflictError {
  return new ConflictError(
    "PLN207",
    `stale: "${key}" changed on the platform after the plan was made: ${what}`,
    {
      ...(cause === undefined ? {} : { cause }),
      fix: "plan again and review the difference",
      notDone: `nothing was written to "${key}"`,
    },
  );
}

/**
 * True where the very first request of a change makes a connection, under a name that the plan saw
 * free, and the API itself refuses a taken one: a look before it would prove no more than that
 * answer. A provider that is made first would be left behind, so there somebody looks.
 */
function isRefusedWhereTaken(
  { precondition, steps }: PlanChange,
  { api }: PreconditionContext,
): boolean {
  return (
    precondition.fingerprint === null &&
    steps[0] === "create" &&
    api.capabilities.refusesTakenNames
  );
}

/**
 * What is only recorded needs no look, unless that would take something over, or forget a
 * protection.
 */
function isLookedAt(
  change: PlanChange,
  { owned }: PreconditionContext,
): boolean {
  if (change.steps.some((step) => step !== "record")) return true;
  if (change.action === "adopt") return true;
  const entry = owned.get(change.key);
  return (
    change.action === "forget" &&
    entry?.isProtected === true &&
    change.remote_id !== entry.remoteId
  );
}

/**
 * The object is the one the plan was computed from; now it must be ours, and the plan must have
 * said of it what it is.
 */
function assertAsPlanned(
  change: PlanChange,
  live: LiveConnection,
  {
    owned,
    isShared,
  }: Pick<PreconditionContext, "owned"> & { readonly isShared: boolean },
): void {
  if (change.action === "forget") return;
  const name = change.previous_key ?? change.key;
  const entry = owned.get(name);
  const isOurs =
    change.action === "adopt" ||
    (entry !== undefined && isOwnedObject(entry, live));
  if (!isOurs || live.key !== name)
    throw new ConflictError(
      "PLN201",
      `"${name}" on the platform is not the connection that is owned here`,
      {
        why: `the inventory owns ${entry?.remoteId ?? "none of this name"}; the plan names ${live.remoteId}`,
        fix: "plan again and review the difference",
        notDone: `nothing was written to "${name}"`,
      },
    );
  const found = findLiveContradiction(change, live, isShared);
  if (found === undefined) return;
  throw new ConflictError(
    "PLN201",
    `the plan does not say what "${name}" is on the platform`,
    {
      why: `${found.pointer} ${found.why}`,
      fix: "plan again and review the difference",
      notDone: `nothing was written to "${name}"`,
    },
  );
}

/** The connection a change is about, under the handle or else the name it has now. */
export async function readLive(
  change: PlanChange,
  remoteId: string | null,
  context: PreconditionContext,
): Promise<LiveConnection | null> {
  if (remoteId === null)
    return context.api.find(change.previous_key ?? change.key, context.signal);
  const listed: ListedConnection = {
    key: change.previous_key ?? change.key,
    remoteId,
    provider: change.provider,
    authType: change.auth_type,
    status: "",
    isEnabled: true,
  };
  return context.api.get(listed, context.signal);
}
