import type { Pointer } from "./field/pointer.ts";

const DAYS_PER_UNIT: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30 };

/**
 * Days of a period as documents write it, such as `90d`; `undefined` for any other text. @remarks
 * Source: `rotation.every` of schemas/connection.schema.json.
 */
export function periodDays(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([dwm])$/u.exec(text) ?? [];
  const perUnit = DAYS_PER_UNIT[unit ?? ""];
  return perUnit === undefined ? undefined : Number(count) * perUnit;
}

/** When one secret of a connection is to be renewed. */
export interface RotationDue {
  readonly connection: string;
  readonly pointer: Pointer;
  /** As the document writes it: `90d`. */
  readonly every: string;
  /** ISO 8601 UTC. */
  readonly appliedAt: string;
  readonly dueAt: string;
  readonly isOverdue: boolean;
}
