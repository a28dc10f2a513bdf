import type { PlanChange } from "../domain/generated/plan.ts";
import type { Pointer } from "../domain/pointer.ts";
import { parseSecretRef, type Secret } from "../domain/secret.ts";
import { UserError } from "../domain/error.ts";
import type { SecretStore } from "../ports/secret-store.ts";

/** The secrets of each change that sends some, by connection. */
export type ResolvedSecrets = ReadonlyMap<string, ReadonlyMap<Pointer, Secret>>;

/** Resolves every secret of a plan before its first write: a run that lacks one must not start. @throws UserError from the store. */
export async function resolveSecrets(
  changes: readonly PlanChange[],
  store: SecretStore,
): Promise<ResolvedSecrets> {
  const resolved = new Map<string, ReadonlyMap<Pointer, Secret>>();
  for (const change of changes) {
    if (!change.steps.includes("configure")) continue;
    const secrets = new Map<Pointer, Secret>();
    for (const { path, reference } of change.secrets) {
      const ref = parseSecretRef(reference);
      if (ref === undefined) {
        throw new UserError(
          "PLN201",
          `the plan names "${reference}" for ${path} of "${change.key}", which is no reference`,
          { fix: "plan again", notDone: "nothing was changed" },
        );
      }
      secrets.set(path, await store.resolve(ref));
    }
    resolved.set(change.key, secrets);
  }
  return resolved;
}
