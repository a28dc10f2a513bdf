import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import type { Environment } from "../../environment/open.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { findEnvironmentDrift } from "../drift/drift.ts";
import { adoptDrift, type Adoption } from "../import/adopt-drift.ts";
import type { Revision } from "./followed.ts";
import { rememberingReader, type LiveMemory } from "./remembered-reader.ts";

/**
 * What drifted, and the documents of today edited so that they say it. Found out once while commit
 * and drift stay the same; asks the platform nothing that this tick did not ask already.
 */
export async function adoptionIn(
  head: Environment,
  { commit }: Pick<Revision, "commit">,
  memory: LiveMemory,
): Promise<Adoption> {
  const api = rememberingReader(head.api, memory);
  const environment = { ...head, api };
  // Held against the documents of today: they are the ones that are to be edited.
  const report = await findEnvironmentDrift(
    await head.documents(),
    environment,
  );
  const { drifted, missing } = report;
  const key = canonicalJson({ commit, drifted, missing });
  if (memory.adoption?.key === key) return memory.adoption.value;
  const checks = openOfflineChecks(head.source)(head.rules);
  const value = await adoptDrift(
    { name: head.name, api, state: head.state, ...checks },
    report,
    {
      documents: head.source,
      env: head.env,
      catalogue: CATALOGUE,
      signal: head.signal,
    },
  );
  memory.adoption = { key, value };
  return value;
}
