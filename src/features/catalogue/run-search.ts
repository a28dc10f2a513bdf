import type { CatalogSearchInput } from "./command-search.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { searchCatalogue } from "./catalog-search.ts";
import { loadCatalogue, catalogListJson } from "./catalogue-json.ts";
import { renderCatalogSearch } from "./text.ts";

/** Carries out `tieline catalog search <words…>`. Resolves to the exit status. */
export async function run(input: CatalogSearchInput, io: Io): Promise<number> {
    const search = searchCatalogue(
      await loadCatalogue(),
      input.args.words,
    );
    return respond(io, { json: () => catalogListJson(search), text: () => renderCatalogSearch(search, io.style), });
  }


