import type { CatalogueDetails, CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { Catalogue, CatalogueRow } from "./report.ts";

/** The providers as rows, in the order of the catalogue. */
export function catalogueRows({
  entries,
  details,
}: Catalogue): readonly CatalogueRow[] {
  const bySlug = new Map(details.map((detail) => [detail.slug, detail]));
  return entries.map((entry) => rowOf(entry, bySlug.get(entry.slug)));
}

/** What a list shows of a provider. */
export function rowOf(
  entry: CatalogueEntry,
  details: CatalogueDetails | undefined,
): CatalogueRow {
  return {
    slug: entry.slug,
    name: entry.display_name,
    authTypes: entry.auth_types,
    categories: details?.categories ?? [],
    isMcp: entry.is_mcp,
    isDcr: entry.dcr,
    toolCount: details?.tool_count ?? 0,
  };
}
