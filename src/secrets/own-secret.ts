import { segmentsOf } from "../domain/pointer.ts";
import { FIELD_RULES } from "../domain/generated/fields.ts";

/** A value in a connection document that carries its own `sops:` block. */
export interface OwnSecret {
  /** Relative to the workspace. */
  readonly file: string;
  /** Keys of the field from the root of the document. */
  readonly keys: readonly string[];
}

// Where connection documents are. A plan file made elsewhere must not open anything else with the keys of whoever applies it.
const DOCUMENT =
  /^(?:connections|environments\/[^/]+\/connections)\/.+\.(?:yaml|yml|json)$/u;
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  FIELD_RULES.filter(({ isSecret }) => isSecret).map(({ pointer }) => pointer),
);

/** Takes a path such as `connections/crm.yaml#/credentials/api_key` apart; `undefined` for anything but a secret field of a connection document. */
export function ownSecretOf(path: string): OwnSecret | undefined {
  const at = path.lastIndexOf("#");
  if (at < 0) return undefined;
  const file = path.slice(0, at);
  const pointer = path.slice(at + 1);
  const isSafe =
    DOCUMENT.test(file) &&
    !file.includes("\\") &&
    file.split("/").every((name) => name !== "" && !/^\.\.?$/u.test(name));
  return isSafe && SECRET_FIELDS.has(pointer)
    ? { file, keys: segmentsOf(pointer) }
    : undefined;
}
