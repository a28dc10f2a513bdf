import type { PlanNotice } from "../../domain/generated/plan.ts";
import { planLocation } from "../diff/field-diff.ts";
import { ruleFor } from "../diff/field-rules.ts";
import type { DiffInput } from "../diff/input.ts";

/**
 * Owned connections that are off on the platform while no document says whether they should be: an
 * apply switches a new one on, so somebody switched it off by hand, and nothing else of a plan
 * would tell.
 */
export function switchedOff({
  desired,
  live,
  inventory,
  capabilities,
}: Pick<
  DiffInput,
  "desired" | "live" | "inventory" | "capabilities"
>): PlanNotice[] {
  if (!capabilities.hasToggle) return [];
  const applied = new Set(
    (inventory?.entries ?? []).flatMap(({ key, phase }) =>
      phase === "applied" ? [key] : [],
    ),
  );
  const off = new Set(
    live.flatMap(({ key, isEnabled }) => (isEnabled ? [] : [key])),
  );
  return desired
    .filter(({ key }) => applied.has(key) && off.has(key))
    .filter(
      ({ fields }) =>
        !Object.keys(fields).some((path) => ruleFor(path).risk === "state"),
    )
    .map(({ key, location }) => ({
      code: "PLN120",
      level: "warning",
      key,
      message: `"${key}" is switched off on the platform, and no document says whether it should be`,
      fix: "find out who switched it off; declare state: active to have it switched on, or state: inactive to keep it off",
      location: planLocation(location),
    }));
}
