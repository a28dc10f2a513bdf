import type { PlanSecretChange } from "../../domain/generated/plan.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  secretRefText,
  type SecretDescription,
  type SecretRecord,
  type SecretRef,
} from "../../domain/secret/secret.ts";
import { compareText } from "../../util/compare-text.ts";
import { planLocation, takesPart, type Standing } from "./field-diff.ts";
import type { DeclaredPair } from "./pair.ts";
import { recordUnder, secretState, type SecretMemory } from "./secret-state.ts";

/**
 * Every secret field of one connection with its state, sorted by path. Holds references and keyed
 * fingerprints, never a value.
 */
export function diffSecrets(
  pair: DeclaredPair,
  standing: Standing,
  descriptions: ReadonlyMap<Pointer, SecretDescription>,
): PlanSecretChange[] {
  return [...pair.desired.secrets]
    .filter(([path]) => takesPart(pair, standing)(path))
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, ref]) =>
      secretChange(pair, {
        path,
        ref,
        standing,
        description: descriptions.get(path),
      }),
    );
}

function secretChange(
  pair: DeclaredPair,
  place: {
    readonly path: Pointer;
    readonly ref: SecretRef;
    readonly standing: Standing;
    readonly description: SecretDescription | undefined;
  },
): PlanSecretChange {
  const { path, ref, standing, description } = place;
  const record = pair.entry?.secrets[path];
  const memory = secretMemory(pair, record, standing);
  const location = pair.desired.origins.get(path);
  const before = typeof memory === "string" ? undefined : memory.fingerprint;
  const after = description?.fingerprint;
  return {
    path,
    state: secretState(memory, description),
    reference: secretRefText(ref),
    ...(description?.cipherDigest === undefined
      ? {}
      : { ciphertext: description.cipherDigest }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(location === undefined ? {} : { location: planLocation(location) }),
  };
}

/**
 * On something we just adopt, a secret we never wrote may already be the right one: that is not
 * known, so it is not called a change.
 */
function secretMemory(
  pair: DeclaredPair,
  record: SecretRecord | undefined,
  standing: Standing,
): SecretMemory {
  if (standing === "fresh") return "none";
  if (pair.entry === null) return "foreign";
  return record === undefined
    ? "none"
    : recordUnder(record, pair.entry.key, pair.desired.key);
}
