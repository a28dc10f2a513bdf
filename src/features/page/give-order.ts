import {
  isSuspended,
  type Orders,
  type Suspension,
} from "../../domain/reconcile/orders.ts";
import type {
  EnvironmentStatus,
  RunRecord,
  TickResult,
} from "../../domain/reconcile/status.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import type { OrderKind } from "./environment-page.ts";
import { ReplyError } from "./exchange.ts";

/** Something that somebody asks for. */
export type Order =
  | {
      readonly kind: "suspend";
      readonly why: string;
      /** ISO 8601 UTC; `null`: until somebody resumes. */
      readonly until: string | null;
    }
  | {
      readonly kind: "resume";
      /** When the suspension that is meant was made; `null`: whichever holds. */
      readonly suspendedAt: string | null;
    }
  | { readonly kind: "reconcile" }
  | { readonly kind: "approve"; readonly digest: string };

/** For what, by whom, when. */
export interface OrderPlace {
  readonly environment: string;
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What became of an order. */
export interface OrderOutcome {
  readonly kind: OrderKind;
  /** False where it was so already: then nothing is recorded. */
  readonly isNew: boolean;
  readonly orders: Orders;
  /** What was done, in a sentence. */
  readonly sentence: string;
}

/**
 * Carries out an order: stored as one act, then recorded with who gave it. Giving it again changes
 * nothing.
 * @throws ReplyError for what does not fit how the environment is now.
 */
export async function giveOrder(
  store: ReconcileStore,
  order: Order,
  place: OrderPlace,
): Promise<OrderOutcome> {
  const status = await store.readStatus(place.environment);
  if (status === null)
    throw new ReplyError(404, "there is no such environment");
  if (order.kind === "approve")
    await assertPending(store, status, order.digest);
  // A store may give back a copy: only the change itself knows whether it changed anything.
  const done: { isNew: boolean } = { isNew: false };
  const orders = await store.changeOrders(place.environment, (found) => {
    const after = changed(found, order, place);
    done.isNew = after !== found;
    return after;
  });
  const { isNew } = done;
  const sentence = sentenceOf(order, place.by);
  if (isNew) await record(store, status, { order, place, sentence });
  return { kind: order.kind, isNew, orders, sentence };
}

/**
 * Nobody approves what is not there to be read: not an older plan, not one that nobody made.
 */
async function assertPending(
  store: ReconcileStore,
  { environment, pending }: EnvironmentStatus,
  digest: string,
): Promise<void> {
  if (pending?.intentDigest !== digest)
    throw new ReplyError(
      409,
      "that is not the plan that waits: it changed, or was carried out; look at it again",
    );
  if (!pending.isApprovable)
    throw new ReplyError(
      409,
      "an approval is not what this plan waits for; its page says what is",
    );
  const plan = await store.readPending(environment);
  if (plan?.intent_digest !== digest)
    throw new ReplyError(
      409,
      "the plan with this digest is not stored, so nobody can have read it; the next tick makes it anew",
    );
}

function changed(
  orders: Orders,
  order: Order,
  { by, now }: OrderPlace,
): Orders {
  const at = new Date(now).toISOString();
  switch (order.kind) {
    case "suspend":
      return suspended(
        orders,
        { by, why: order.why, until: order.until, at },
        now,
      );
    case "resume":
      return resumed(orders, order.suspendedAt);
    case "reconcile":
      return orders.reconcileNow === null
        ? { ...orders, reconcileNow: { by, at } }
        : orders;
    case "approve": {
      const isGiven = orders.approvals.some(
        (approval) =>
          approval.intentDigest === order.digest && approval.by === by,
      );
      const approval = { intentDigest: order.digest, by, at };
      return isGiven
        ? orders
        : { ...orders, approvals: [...orders.approvals, approval] };
    }
  }
}

/** Nobody's suspension is replaced by another one: its reason would be lost. */
function suspended(orders: Orders, wanted: Suspension, now: number): Orders {
  const { suspension } = orders;
  if (suspension === null || !isSuspended(orders, now))
    return { ...orders, suspension: wanted };
  const { by, why, until } = suspension;
  if (by === wanted.by && why === wanted.why && isNear(until, wanted.until))
    return orders;
  throw new ReplyError(
    409,
    "it is suspended already; look who did it, and resume it first",
  );
}

const NEAR_MS = 60_000;

/** The same form sent twice gives times that differ by a moment. */
function isNear(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(Date.parse(a) - Date.parse(b)) < NEAR_MS;
}

function resumed(orders: Orders, suspendedAt: string | null): Orders {
  const { suspension } = orders;
  if (suspension === null) return orders;
  if (suspendedAt !== null && suspension.at !== suspendedAt)
    throw new ReplyError(
      409,
      "it was suspended anew since; look who did it, and why",
    );
  return { ...orders, suspension: null };
}

function sentenceOf(order: Order, by: string): string {
  switch (order.kind) {
    case "suspend": {
      const end =
        order.until === null ? "until resumed" : `until ${order.until}`;
      return `${by} suspended it, ${end}: ${order.why}`;
    }
    case "resume":
      return `${by} resumed it`;
    case "reconcile":
      return `${by} asked for a tick`;
    case "approve":
      return `${by} approved the plan ${order.digest}`;
  }
}

/** A line of the environment's history. Nothing was looked at for it, so it says what was known. */
async function record(
  store: ReconcileStore,
  status: EnvironmentStatus,
  what: {
    readonly order: Order;
    readonly place: OrderPlace;
    readonly sentence: string;
  },
): Promise<void> {
  const { order, place, sentence } = what;
  const at = new Date(place.now).toISOString();
  const run: RunRecord = {
    environment: place.environment,
    reason: "order",
    result: resultOf(status, order),
    startedAt: at,
    finishedAt: at,
    requestCount: 0,
    commit: status.commit,
    planDigest: order.kind === "approve" ? order.digest : null,
    summary: null,
    approvedBy: null,
    messages: [sentence],
  };
  await store.appendRun(run);
}

function resultOf(status: EnvironmentStatus, { kind }: Order): TickResult {
  if (kind === "suspend") return "suspended";
  return status.sync === "unknown" ? "failed" : status.sync;
}
