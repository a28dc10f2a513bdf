import type { DesiredConnection } from "../../domain/connection.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { AppError } from "../../domain/problem/error.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type {
  SecretDescription,
  SecretRef,
} from "../../domain/secret/secret.ts";
import type { SecretPlace, SecretStore } from "../../ports/secret-store.ts";

/**
 * What is known of every secret that takes part in a plan, and what is wrong with the references.
 */
export interface SecretState {
  readonly descriptions: ReadonlyMap<
    string,
    ReadonlyMap<Pointer, SecretDescription>
  >;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Describes every secret that would be sent; ones that stay local are left out. Works without a
 * key. All bad references are reported, located.
 */
export async function describeSecrets(
  store: SecretStore,
  connections: readonly DesiredConnection[],
  local: ReadonlyMap<string, ReadonlySet<Pointer>>,
): Promise<SecretState> {
  const descriptions = new Map<string, Map<Pointer, SecretDescription>>();
  const diagnostics = await visitSecrets(
    connections,
    local,
    async (ref, { connection, pointer }) => {
      const known =
        descriptions.get(connection) ?? new Map<Pointer, SecretDescription>();
      known.set(pointer, await store.describe(ref, { connection, pointer }));
      descriptions.set(connection, known);
    },
  );
  return { descriptions, diagnostics };
}

/**
 * Visits every secret that would be sent. What a visit throws about the input is returned, located
 * at the reference.
 */
export async function visitSecrets(
  connections: readonly DesiredConnection[],
  local: ReadonlyMap<string, ReadonlySet<Pointer>>,
  visit: (ref: SecretRef, place: SecretPlace) => Promise<void>,
): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  for (const connection of connections) {
    const kept = local.get(connection.key);
    if (kept?.has("") === true) continue;
    for (const [pointer, ref] of connection.secrets) {
      if (kept?.has(pointer) === true) continue;
      try {
        await visit(ref, { connection: connection.key, pointer });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        diagnostics.push(located(error, connection, pointer));
      }
    }
  }
  return diagnostics;
}

/**
 * Without what was said already: what is wrong with a file is found by every reference into it,
 * too.
 */
export function unsaid(
  diagnostics: readonly Diagnostic[],
  said: readonly Diagnostic[],
): readonly Diagnostic[] {
  const messages = new Set(said.map(({ message }) => message));
  return diagnostics.filter(({ message }) => !messages.has(message));
}

function located(
  error: AppError,
  connection: DesiredConnection,
  pointer: Pointer,
): Diagnostic {
  return {
    code: error.code,
    severity: "error",
    message: error.message,
    location: connection.origins.get(pointer) ?? connection.location,
    ...(error.why === undefined ? {} : { why: error.why }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  };
}
