import type { CatalogueEntry } from "../../../domain/catalogue/catalogue.ts";
import type { LiveConnection } from "../../../domain/connection.ts";
import { UserError } from "../../../domain/problem/error.ts";
import { FIELD_RULES } from "../../../domain/generated/fields.ts";
import type { InventoryEntry } from "../../../domain/state/inventory.ts";
import { segmentsOf, type Pointer } from "../../../domain/field/pointer.ts";
import {
  parseSecretRef,
  type SecretRef,
} from "../../../domain/secret/secret.ts";

/** Throws an AppError for a reference that leads nowhere. */
export type CheckReference = (ref: SecretRef) => Promise<void>;

const SECRET_POINTERS: readonly Pointer[] = FIELD_RULES.filter(
  (rule) => rule.isSecret,
).map(({ pointer }) => pointer);
/** A reference that leads nowhere; every other code means that something is wrong with the file. */
const NOWHERE: ReadonlySet<string> = new Set(["SEC001", "SEC014"]);

/** The reference a new document has for a secret field. */
export function referenceFor(key: string, pointer: Pointer): string {
  return `secret://${key}/${segmentsOf(pointer).at(-1) ?? ""}`;
}

/**
 * References for those secrets of a connection that the environment's files of secrets have under
 * the usual path. Of a connection we own, only those we wrote: a new reference would be a change to
 * apply, and an import asks for none.
 */
export async function secretReferences(
  key: string,
  owned: InventoryEntry | undefined,
  check: CheckReference,
): Promise<Record<Pointer, string>> {
  const found: Record<Pointer, string> = {};
  for (const pointer of SECRET_POINTERS) {
    if (owned !== undefined && owned.secrets[pointer] === undefined) continue;
    const text = referenceFor(key, pointer);
    const ref = parseSecretRef(text);
    if (ref !== undefined && (await leadsSomewhere(ref, check)))
      found[pointer] = text;
  }
  return found;
}

async function leadsSomewhere(
  ref: SecretRef,
  check: CheckReference,
): Promise<boolean> {
  try {
    await check(ref);
    return true;
  } catch (error) {
    if (error instanceof UserError && NOWHERE.has(error.code)) return false;
    throw error;
  }
}

const CLIENT_SECRET: Pointer = "/credentials/client_secret";
const DEVELOPER_TOKEN: Pointer = "/credentials/developer_token";
/** The secret that a connection of each kind lives by. */
const MAIN_SECRET: ReadonlyMap<string, Pointer> = new Map([
  ["oauth2", CLIENT_SECRET],
  ["oauth2_client_credentials", CLIENT_SECRET],
  ["oauth1", CLIENT_SECRET],
  ["smart_fhir", CLIENT_SECRET],
  ["custom", CLIENT_SECRET],
  ["service_account", "/credentials/service_account_json"],
]);

/**
 * The secrets the platform most likely keeps for this connection: with a client of its own goes a
 * secret, which no API shows.
 */
export function likelySecrets(
  live: Pick<LiveConnection, "provider" | "authType" | "fields">,
  entry: CatalogueEntry | undefined,
): readonly Pointer[] {
  const pointer = MAIN_SECRET.get(live.authType);
  if (pointer === undefined) return [];
  if (pointer !== CLIENT_SECRET) return [pointer];
  const hasOwnClient = live.fields["/credentials/client_id"] !== undefined;
  const isPublic =
    live.fields["/settings/token_endpoint_auth_method"] === "none";
  if (!hasOwnClient || isPublic || entry?.dcr === true) return [];
  return live.provider === "google_ads"
    ? [pointer, DEVELOPER_TOKEN]
    : [pointer];
}
