import type { LiveConnection } from "../../domain/connection.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { isEqualValue } from "../diff/equal.ts";
import { isCustomProviderField, ruleFor } from "../diff/field-rules.ts";
import { comparableLive, orderedValue } from "../diff/normalize.ts";
import { unless, unlessEqual, type Contradiction } from "./contradiction.ts";

/**
 * The first part of a change that does not say what the live object shows, just before it is
 * written: a value that is not the one it claims to replace, or a field it would write and does not
 * show. The object is known to be the one the plan was computed from.
 * @param isShared - true where this run wrote the connection's custom provider already, through
 * another connection.
 */
export function findLiveContradiction(
  change: PlanChange,
  live: LiveConnection,
  isShared: boolean,
): Contradiction | undefined {
  const shown = comparableLive(live);
  const isChecked = (path: Pointer): boolean =>
    !ruleFor(path).isRecorded && !(isShared && isCustomProviderField(path));
  const listed = new Set(
    change.fields
      .filter(({ effect }) => effect !== "local")
      .map(({ path }) => path),
  );
  const slot = (path: Pointer) =>
    Object.hasOwn(shown, path) ? shown[path] : undefined;
  const [first] = [
    ...unless(
      change.action === "replace" ||
        (live.provider === change.provider &&
          live.authType === change.auth_type),
      "/provider",
      "is not that of the live connection",
    ),
    ...change.fields.flatMap(({ path, before, semantics }, index) => {
      const value = slot(path);
      if (!isChecked(path) || !listed.has(path)) return [];
      return unlessEqual(
        `/fields/${String(index)}/before`,
        before,
        value === undefined ? undefined : orderedValue(semantics, value),
        "is not what is live",
      );
    }),
    ...Object.entries(change.desired?.fields ?? {})
      .filter(([path]) => !listed.has(path) && isChecked(path))
      .flatMap(([path, value]) =>
        unless(
          isEqualValue(ruleFor(path).semantics, value, slot(path)),
          `/desired/fields${pointerOf([path])}`,
          "differs from what is live and is not among the differences",
        ),
      ),
  ];
  return first;
}
