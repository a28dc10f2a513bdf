import type { Plan } from "../../domain/generated/plan.ts";
import type { Orders } from "../../domain/reconcile/orders.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import type {
  EnvironmentStatus,
  RunRecord,
} from "../../domain/reconcile/status.ts";
import type { Right } from "./options.ts";

/** Which page of each long list is shown, from 1. */
export interface ShownPages {
  readonly drift: number;
  readonly accounts: number;
  readonly runs: number;
}

/** Makes the address of another page of one list; the others stay where they are. */
export type PageAddress = (list: keyof ShownPages, page: number) => string;

/** What people can ask for. */
export const ORDER_KINDS = [
  "suspend",
  "resume",
  "reconcile",
  "approve",
] as const;

/** One of {@link ORDER_KINDS}. */
export type OrderKind = (typeof ORDER_KINDS)[number];

/** What somebody who may give orders needs in a form. */
export interface OrderForms {
  /** Who it is, as records will say. */
  readonly by: string;
  readonly rights: readonly Right[];
  /** Proves that a form comes from here, for who looks at it, for this environment. */
  readonly token: string;
}

/** What the page of an environment shows. */
export interface EnvironmentPage {
  readonly status: EnvironmentStatus;
  readonly orders: Orders;
  /** The plan that waits; `null` when none does, or when it cannot be had. */
  readonly pending: Plan | null;
  /** Of the page of runs that is shown, newest first. */
  readonly runs: readonly RunRecord[];
  readonly hasMoreRuns: boolean;
  readonly settings: ReconcileSettings | null;
  /** `null` for those who only read. */
  readonly forms: OrderForms | null;
  /** Why an order was not carried out. */
  readonly refusal: string | null;
  readonly pages: ShownPages;
  /** Milliseconds since 1970. */
  readonly now: number;
}
