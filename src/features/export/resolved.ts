import { orderValue } from "../../documents/format/format-order.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { Desired } from "../../environment/documents/documents.ts";

/**
 * The resolved configuration of an environment, for applications: everything declared, local fields
 * too, secrets as references.
 */
export interface RenderedEnvironment {
  readonly environment: string;
  readonly documents_digest: string;
  readonly connections: Readonly<Record<string, JsonObject>>;
}

/**
 * Resolved documents by name, their fields in the order of the schema: which file a field came from
 * does not show. Holds no secret: each secret field shows its reference.
 */
export function renderedEnvironment(desired: Desired): RenderedEnvironment {
  return {
    environment: desired.rules.name,
    documents_digest: desired.documentsDigest,
    connections: Object.fromEntries(
      desired.connections.map(({ key, document }) => {
        const ordered = orderValue(document, "connection");
        return [key, isJsonObject(ordered) ? ordered : document];
      }),
    ),
  };
}
