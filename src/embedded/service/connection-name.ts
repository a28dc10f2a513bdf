import { invalidArgument } from "../wire/status.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Checks a name someone wants to give a connection.
 * @param ownId - the connection that may have the name already.
 * @throws StatusError INVALID_ARGUMENT with RESTRICTED_CONNECTION_NAME or DUPLICATE_IDENTIFIER.
 * @remarks Source: vendor SDK reference text: a taken name is 400, not 409. Names are compared
 * exactly.
 */
export function assertNameIsFree(
  context: ServiceContext,
  keyId: string,
  ownId?: string,
): void {
  if (context.switches.reservedNames.includes(keyId)) {
    throw invalidArgument("name is reserved", "RESTRICTED_CONNECTION_NAME");
  }
  const holder = context.store.findByName(keyId);
  if (holder !== undefined && holder.id !== ownId) {
    throw invalidArgument("name is taken", "DUPLICATE_IDENTIFIER");
  }
}

/**
 * The name of a connection nobody named: the provider in lower case, with a random suffix when that
 * is taken.
 */
export function defaultName(
  context: ServiceContext,
  providerKey: string,
): string {
  const base = providerKey.toLowerCase();
  let name = base;
  while (isUnavailable(context, name)) {
    const suffix = Math.floor(context.random() * 36 ** 6).toString(36);
    name = `${base}-${suffix.padStart(6, "0")}`;
  }
  return name;
}

function isUnavailable(context: ServiceContext, name: string): boolean {
  return (
    context.switches.reservedNames.includes(name) ||
    context.store.findByName(name) !== undefined
  );
}
