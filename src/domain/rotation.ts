import type { Pointer } from "./field/pointer.ts";

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
