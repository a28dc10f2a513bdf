import { FIELD_RULES } from "../domain/generated/fields.ts";
import { pointerOf, segmentsOf } from "../domain/field/pointer.ts";
import { parseSecretRef } from "../domain/secret/secret.ts";
import type { MayBeReadable } from "./sops/file/readable.ts";

/** A value in a connection document that carries its own `sops:` block. */
export interface OwnSecret {
  /** Relative to the workspace. */
  readonly file: string;
  /** Keys of the field from the root of the document. */
  readonly keys: readonly string[];
}

// Where connection documents are. A plan file made elsewhere must not open anything else with the
// keys of whoever applies it.
const DOCUMENT =
  /^(?:connections|environments\/[^/]+\/connections)\/.+\.(?:yaml|yml|json)$/u;
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  FIELD_RULES.filter(({ isSecret }) => isSecret).map(({ pointer }) => pointer),
);

/**
 * Takes a path such as `connections/crm.yaml#/credentials/api_key` apart; `undefined` for anything
 * but a secret field of a connection document.
 */
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

/**
 * What of a file is no secret: in a connection document everything but the secret fields, and
 * references there; in a file of secrets nothing.
 * @param file - absolute, or relative to the workspace.
 */
export function noSecretsOf(file: string): MayBeReadable {
  const path = file.replaceAll("\\", "/");
  const at = path.search(
    /(?:^|\/)(?:connections|environments\/[^/]+\/connections)\/[^/]+(?:\/[^/]+)*$/u,
  );
  if (at < 0) return () => false;
  return (keys, leaf) =>
    !SECRET_FIELDS.has(pointerOf(keys)) ||
    (leaf.kind === "str" && parseSecretRef(leaf.text) !== undefined);
}
