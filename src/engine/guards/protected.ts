import { isRemoval, locationOf, type Guard } from "./guard.ts";

/** Refuses to delete or replace a protected connection. What the inventory remembers counts, so dropping the line that protects does not help. */
export const protectedGuard: Guard = {
  code: "PLN103",
  check({ changes, input }) {
    const isProtected = new Set([
      ...(input.inventory?.entries ?? [])
        .filter((entry) => entry.isProtected)
        .map((entry) => entry.key),
      ...input.desired
        .filter((desired) => desired.isProtected)
        .map((desired) => desired.key),
    ]);
    return changes
      .filter((change) => isRemoval(change) && isProtected.has(change.key))
      .map((change) => ({
        code: "PLN103",
        level: "refuse",
        key: change.key,
        message: `"${change.key}" is protected and would be ${change.action === "delete" ? "deleted" : "replaced"}`,
        fix: "declare it again with lifecycle.protected: false and apply that first; then remove it in a second change",
        ...locationOf(change),
      }));
  },
};
