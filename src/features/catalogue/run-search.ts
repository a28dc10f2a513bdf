import type { CatalogueSearchInput } from "./command-search.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { searchCatalogue } from "./catalogue-search.ts";
import { loadCatalogue, catalogueListJson } from "./catalogue-json.ts";
import { renderCatalogueSearch } from "./text.ts";

/** Carries out `tieline catalog search <words…>`. Resolves to the exit status. */
export async function run(input: CatalogueSearchInput, io: Io): Promise<number> {
    const search = searchCatalogue(
      await loadCatalogue(),
      input.args.words,
    );
    return respond(io, { json: () => catalogueListJson(search), text: () => renderCatalogueSearch(search, io.style), });
  }


