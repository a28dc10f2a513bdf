import { isJsonObject } from "../../domain/json.ts";
import type { Scrubber } from "../../domain/secret/scrubber.ts";

/**
 * Makes the access token of a reply known to the scrubber: it is a secret that no file holds, and a
 * server may repeat the header of a later request in an error.
 */
export function registerToken(body: unknown, scrubber: Scrubber): void {
  const token = isJsonObject(body) ? body["access_token"] : undefined;
  if (typeof token === "string") scrubber.register(token, "access token");
}
