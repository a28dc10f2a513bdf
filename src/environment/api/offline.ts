import type { OfflineChecks } from "../documents/documents.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { WirePreview } from "../../domain/field/wire-place.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { checkSecretFiles } from "../../secrets/recipients.ts";
import { createReferenceCheck } from "../../secrets/store.ts";
import { DRIVERS } from "../generated/drivers.ts";

/** Where fields of connections go on the wire of a driver, told without a request. */
export function openPreview(driver: EnvironmentRules["driver"]): WirePreview {
  return DRIVERS[driver].preview(CATALOGUE);
}

/** The checks of an environment that need neither network nor key. */
export function openOfflineChecks(
  source: DocumentSource,
): (rules: EnvironmentRules) => OfflineChecks {
  const readFile = async (path: string): Promise<Uint8Array | null> =>
    (await source.readFile(path))?.bytes ?? null;
  return (rules) => {
    const { secretFiles: files, secretRecipients: pinned } = rules;
    return {
      audit: DRIVERS[rules.driver].audit(CATALOGUE),
      checkReference: createReferenceCheck({ files, readFile, pinned }),
      checkFiles: async () =>
        (await checkSecretFiles({ files, readFile, root: source.root, pinned }))
          .diagnostics,
    };
  };
}
