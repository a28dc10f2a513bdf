import { ConflictError } from "../../domain/problem/error.ts";
import type { PlanChange } from "../../domain/generated/plan.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  parseSecretRef,
  type Secret,
  type SecretDescription,
  type SecretRef,
} from "../../domain/secret/secret.ts";
import type { SecretStore } from "../../ports/secret-store.ts";

/** The secrets of each change that sends some, by connection. */
export type ResolvedSecrets = ReadonlyMap<string, ReadonlyMap<Pointer, Secret>>;

/** What is known of each secret of each change, by connection. */
export type SecretDescriptions = ReadonlyMap<
  string,
  ReadonlyMap<Pointer, SecretDescription>
>;

/**
 * Resolves every secret of a plan before its first write: a run that lacks one must not start.
 * @throws UserError from the store.
 */
export async function resolveSecrets(
  changes: readonly PlanChange[],
  store: SecretStore,
): Promise<ResolvedSecrets> {
  const resolved = new Map<string, ReadonlyMap<Pointer, Secret>>();
  for (const change of changes) {
    if (!change.steps.includes("configure")) continue;
    const secrets = new Map<Pointer, Secret>();
    for (const { path, reference } of change.secrets)
      secrets.set(path, await store.resolve(refOf(reference, change)));
    resolved.set(change.key, secrets);
  }
  return resolved;
}

/** What the inventory is to remember of the secrets of a plan: fingerprints, never values. */
export async function describePlanSecrets(
  changes: readonly PlanChange[],
  store: SecretStore,
): Promise<SecretDescriptions> {
  const described = new Map<string, ReadonlyMap<Pointer, SecretDescription>>();
  for (const change of changes) {
    const secrets = new Map<Pointer, SecretDescription>();
    for (const { path, reference } of change.secrets) {
      const place = { connection: change.key, pointer: path };
      secrets.set(path, await store.describe(refOf(reference, change), place));
    }
    described.set(change.key, secrets);
  }
  return described;
}

function refOf(reference: string, change: PlanChange): SecretRef {
  const ref = parseSecretRef(reference);
  if (ref !== undefined) return ref;
  throw new ConflictError(
    "PLN201",
    `the plan of "${change.key}" names a secret by something that is not a reference`,
    { fix: "plan again", notDone: "nothing was changed" },
  );
}
