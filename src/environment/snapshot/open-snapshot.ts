import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { Snapshot } from "../../domain/generated/snapshot.ts";
import { VERSION } from "../../domain/generated/version.ts";
import { createSecretStore } from "../../secrets/store.ts";
import { openAppliedFiles } from "../documents/applied-files.ts";
import { openOrigin } from "../documents/document-origin.ts";
import { loadDesired } from "../documents/documents.ts";
import { DRIVERS } from "../generated/drivers.ts";
import type { OpenRequest, PlannableEnvironment } from "../open.ts";
import { systemClock } from "../system-clock.ts";
import { assertUsable } from "./check-snapshot.ts";
import { createSnapshotApi } from "./snapshot-api.ts";
import { inventoryOf } from "./snapshot-state.ts";

/** What an environment is opened with, where a snapshot stands in for its platform and state. */
export interface SnapshotRequest extends OpenRequest {
  readonly snapshot: Snapshot;
  readonly maxAgeMs: number;
}

/**
 * Reads the documents of an environment, and takes its platform and state from a snapshot: no
 * credentials, no key and no network.
 * @throws InvalidDocumentsError with every problem; what is wrong with the snapshot, SNP001 to
 * SNP004.
 */
export async function openFromSnapshot(
  request: SnapshotRequest,
): Promise<PlannableEnvironment> {
  const { name, workspace, env, sink, signal, snapshot, scrubber } = request;
  const origin = await openOrigin(workspace, env, request);
  const { source } = origin;
  const desired = await loadDesired(source, name, env);
  const { rules } = desired;
  assertUsable(snapshot, {
    rules,
    target: request.target,
    now: systemClock.now(),
    maxAgeMs: request.maxAgeMs,
  });
  const driver = DRIVERS[rules.driver];
  const inventory = inventoryOf(snapshot);
  const applied = snapshot.state?.applied ?? undefined;
  return {
    name,
    rules,
    source,
    env,
    sink,
    signal,
    clock: systemClock,
    toolVersion: VERSION,
    snapshot: { digest: snapshot.digest, taken_at: snapshot.taken_at },
    api: createSnapshotApi(snapshot, {
      capabilities: driver.capabilities,
      audit: driver.audit(CATALOGUE),
      desired: desired.connections,
    }),
    state: {
      place: "the snapshot",
      readInventory: () => Promise.resolve(inventory),
    },
    secrets: createSecretStore({
      environment: rules.name,
      root: source.root,
      files: rules.secretFiles,
      pinned: rules.secretRecipients,
      readFile: async (path) => (await source.readFile(path))?.bytes ?? null,
      env,
      keyFiles: [],
      isKeyless: true,
      fingerprintKey: () => Promise.resolve(undefined),
      register: (value, label) => {
        scrubber.register(value, label);
      },
    }),
    documents: () => Promise.resolve(desired),
    provenance: () => origin.provenance(),
    appliedFiles: () =>
      openAppliedFiles(
        applied === undefined
          ? undefined
          : { commit: applied.commit, finishedAt: applied.at },
        source.root,
        env,
      ),
  };
}
