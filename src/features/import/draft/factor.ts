import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import type { Pointer } from "../../../domain/field/pointer.ts";
import { isEqualValue } from "../../../engine/diff/equal.ts";
import { documentOf, placed, type Candidate } from "../candidate.ts";

/**
 * One connection of several environments as a shared document and what each environment has beyond
 * it.
 */
export interface Factored {
  readonly base: JsonObject;
  /** By environment; those that need none are left out. */
  readonly overlays: ReadonlyMap<string, JsonObject>;
}

/** Declared as a whole: half a provider in the shared document would be no declaration. */
const WHOLE_GROUP = "/custom_provider/";

/**
 * Puts what all environments agree on into one document, and the rest into overlays. Laid over each
 * other they give each environment exactly its own again, as nothing but additions is needed.
 * @returns `undefined` when the environments have different kinds of connection under the name, so
 * that nothing is shared.
 */
export function factor(
  candidates: ReadonlyMap<string, Candidate>,
): Factored | undefined {
  const all = [...candidates.values()];
  const [first] = all;
  if (first === undefined) return undefined;
  const isOneKind = all.every(
    ({ provider, authType }) =>
      provider === first.provider && authType === first.authType,
  );
  if (!isOneKind) return undefined;
  const agreed = new Set(
    FIELD_RULES.filter(({ pointer, semantics }) =>
      all.every((each) =>
        isEqualValue(
          semantics,
          valueAt(each, pointer),
          valueAt(first, pointer),
        ),
      ),
    ).map(({ pointer }) => pointer),
  );
  const isShared = (pointer: Pointer): boolean =>
    agreed.has(pointer) &&
    (!pointer.startsWith(WHOLE_GROUP) ||
      [...GROUP_FIELDS].every((each) => agreed.has(each)));
  const overlays = new Map<string, JsonObject>();
  for (const [environment, candidate] of candidates) {
    const own = placed(
      { connection_id: first.key },
      picked(candidate.fields, (pointer) => !isShared(pointer)),
      picked(candidate.secrets, (pointer) => !isShared(pointer)),
    );
    if (Object.keys(own).length > 1) overlays.set(environment, own);
  }
  const base = documentOf({
    ...first,
    fields: picked(first.fields, isShared),
    secrets: picked(first.secrets, isShared),
  });
  return { base, overlays };
}

const GROUP_FIELDS: readonly Pointer[] = FIELD_RULES.map(
  ({ pointer }) => pointer,
).filter((pointer) => pointer.startsWith(WHOLE_GROUP));

function valueAt(
  candidate: Candidate,
  pointer: Pointer,
): JsonValue | undefined {
  return candidate.fields[pointer] ?? candidate.secrets[pointer];
}

function picked<T extends JsonValue>(
  values: Readonly<Record<Pointer, T>>,
  isWanted: (pointer: Pointer) => boolean,
): Record<Pointer, T> {
  return Object.fromEntries(
    Object.entries(values).filter(([pointer]) => isWanted(pointer)),
  );
}
