import type { ProcessEnv } from "../../domain/environment-access.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { withChanges } from "../../environment/documents/changed-source.ts";
import {
  checkOffline,
  invalidDocuments,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { fieldArgument } from "../../environment/documents/field-argument.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { resolvePair } from "../compare/compare.ts";
import { promote } from "./promote.ts";
import type { Promotion } from "./report.ts";

/** What is to be carried over; everything where the lists are empty. */
export interface PromotionLimits {
  /** Connections. */
  readonly keys: readonly string[];
  /** As people write fields: `scopes`, `settings.timeout`, `/settings/timeout`. */
  readonly fields: readonly string[];
  readonly env: ProcessEnv;
}

/** A promotion whose target still resolves, with what is wrong with it all the same. */
export interface PreparedPromotion {
  readonly promotion: Promotion;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Works out a promotion and checks the documents as they will be. Writes nothing.
 * @throws InvalidDocumentsError when the target would not resolve any more.
 */
export async function preparePromotion(
  source: DocumentSource,
  [from, to]: readonly [string, string],
  { keys, fields, env }: PromotionLimits,
): Promise<PreparedPromotion> {
  const pointers = fields.map((name) =>
    fieldArgument(name, "nothing was written"),
  );
  const pair = await resolvePair(source, [from, to], env);
  const promotion = await promote(source, pair, {
    keys,
    fields: pointers,
    env,
  });
  const changed = withChanges(source, promotion.changes);
  const resolved = await resolveDocuments(changed, to, env);
  if (hasErrors(resolved.diagnostics))
    throw invalidDocuments(resolved.diagnostics);
  const diagnostics = await checkOffline(resolved, openOfflineChecks(changed));
  return {
    promotion,
    // Only what is new to do: the notes were there before.
    diagnostics: diagnostics.filter(({ severity }) => severity === "error"),
  };
}
