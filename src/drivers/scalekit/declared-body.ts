import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { Secret, type SecretRef } from "../../domain/secret/secret.ts";
import { capabilityOf } from "./capabilities.ts";
import { encodeConfigure } from "./codec.ts";
import { createProviderNames, wireTypeOf } from "./vocabulary.ts";

/**
 * What the API would be sent for a connection, for tools that send it themselves. Holds no secret.
 */
export interface DeclaredBody {
  readonly body: JsonObject;
  /** Where in the body secrets belong; something else stands there. */
  readonly secrets: readonly {
    readonly at: Pointer;
    readonly ref: SecretRef;
  }[];
  /** The server names custom providers itself, so their key is not known offline. */
  readonly isProviderKeyKnown: boolean;
  /** Declared fields that this request has no place for. */
  readonly left: readonly Pointer[];
}

/** Sent with every request, whatever the type. */
const IDENTITY: ReadonlySet<Pointer> = new Set(["/provider", "/auth_type"]);

/**
 * The body of the request that makes a connection what its document says, without asking the API;
 * `undefined` when the API has no type for it.
 */
export function declaredBody(
  connection: DesiredConnection,
  catalogue: readonly CatalogueEntry[],
): DeclaredBody | undefined {
  const entry = createProviderNames(catalogue).entry(connection.provider);
  const type = wireTypeOf(connection.authType) ?? patternType(connection);
  if (type === undefined) return undefined;
  const wire = {
    id: "",
    keyId: connection.key,
    providerKey: entry?.provider_key ?? connection.provider.toUpperCase(),
    type,
    status: "",
    isEnabled: false,
    raw: {},
  };
  // The codec wants secrets to encode; these stand for references, and none is ever opened.
  const references = new Map<Secret, SecretRef>();
  const secrets = new Map<Pointer, Secret>();
  for (const [pointer, ref] of connection.secrets) {
    const stand = new Secret("");
    references.set(stand, ref);
    secrets.set(pointer, stand);
  }
  const { fields } = connection;
  const encoded = encodeConfigure(wire, connection.key, { fields, secrets });
  const places = new Set(capabilityOf(type).fields.map((each) => each.pointer));
  const left = [...Object.keys(fields), ...connection.secrets.keys()]
    .filter((pointer) => !places.has(pointer) && !IDENTITY.has(pointer))
    .sort();
  return {
    body: encoded.body,
    secrets: encoded.secrets.flatMap(({ at, secret }) => {
      const ref = references.get(secret);
      return ref === undefined ? [] : [{ at, ref }];
    }),
    isProviderKeyKnown: entry !== undefined,
    left,
  };
}

function patternType({ fields }: DesiredConnection): string | undefined {
  const patterns = fields["/custom_provider/auth_patterns"];
  const first: unknown = Array.isArray(patterns) ? patterns[0] : undefined;
  if (!isJsonObject(first)) return undefined;
  const type = first["type"];
  return typeof type === "string" ? type : undefined;
}
