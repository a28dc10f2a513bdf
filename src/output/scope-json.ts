import type { JsonObject } from "../domain/json.ts";
import type { PlanScopeChange } from "../domain/generated/plan.ts";

export function scopesJson(scopes: readonly PlanScopeChange[]): JsonObject[] {
  return scopes.map(({ path, scope, change, tier, meaning }) => ({
    path,
    scope,
    change,
    tier,
    ...(meaning === undefined ? {} : { meaning }),
  }));
}
