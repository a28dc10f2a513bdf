import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { openWorkspace } from "../../command/workspace.ts";
import {
  invalidDocuments,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { openReconcileStore } from "../../environment/reconcile-store.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/** What the reconciler remembers of one environment, for a command about it. */
export async function withStoreOf<T>(
  environment: string,
  { input, io }: { readonly input: CommonInput; readonly io: Io },
  work: (store: ReconcileStore) => Promise<T>,
): Promise<T> {
  const workspace = await openWorkspace(input, io);
  const { rules, diagnostics } = await resolveDocuments(
    workspace,
    environment,
    io.env,
  );
  if (rules === null) throw invalidDocuments(diagnostics);
  const store = storeFor([rules], workspace.root, io);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * The one store of several environments. @throws UserError CLI001 where they do not share one.
 */
export function storeFor(
  rules: readonly EnvironmentRules[],
  root: string,
  io: Io,
): ReconcileStore {
  // Files and git keep what the reconciler remembers on this machine alike.
  const places = new Map(
    rules.map(({ state }) => [
      state.backend === "postgres" ? canonicalJson(state) : "here",
      state,
    ]),
  );
  const [settings, other] = [...places.values()];
  if (settings !== undefined && other === undefined)
    return openReconcileStore({
      root,
      settings,
      env: io.env,
      scrubber: io.scrubber,
    });
  throw new UserError(
    "CLI001",
    "these environments keep their state in different databases, or some in none",
    {
      why: "one process remembers all of its environments in one place",
      fix: "name environments that share one: tieline reconcile <environment>…",
      notDone: "nothing was planned or changed",
    },
  );
}
