import { ConflictError } from "../../domain/problem/error.ts";
import type {
  PlanChange,
  PlanSecretChange,
} from "../../domain/generated/plan.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  parseSecretRef,
  secretRefText,
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
 * @throws UserError from the store; ConflictError PLN221 where another value is stored by now.
 */
export async function resolveSecrets(
  changes: readonly PlanChange[],
  store: SecretStore,
): Promise<ResolvedSecrets> {
  const resolved = new Map<string, ReadonlyMap<Pointer, Secret>>();
  for (const change of changes) {
    if (!change.steps.includes("configure")) continue;
    const secrets = new Map<Pointer, Secret>();
    for (const secret of change.secrets) {
      const ref = refOf(secret.reference, change);
      await assertStored(secret, { ref, connection: change.key }, store);
      secrets.set(secret.path, await store.resolve(ref));
    }
    resolved.set(change.key, secrets);
  }
  return resolved;
}

/** @throws ConflictError PLN221 where another text is stored than the one that was planned. */
async function assertStored(
  { path, ciphertext }: PlanSecretChange,
  { ref, connection }: { readonly ref: SecretRef; readonly connection: string },
  store: SecretStore,
): Promise<void> {
  if (ciphertext === undefined) return;
  const { cipherDigest } = await store.describe(ref, {
    connection,
    pointer: path,
  });
  if (cipherDigest === ciphertext) return;
  throw new ConflictError(
    "PLN221",
    `another value is stored as ${secretRefText(ref)} than the plan was made with`,
    {
      why: "a plan sends the stored values it was reviewed with, which it names by the digest of their encrypted text",
      fix: "check out what the plan was made from, or plan again",
      notDone: "nothing was changed",
    },
  );
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
