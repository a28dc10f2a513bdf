import { EXIT } from "../../command/exit-codes.ts";
import type { CatalogSearchInput } from "./command-search.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { searchCatalogue } from "./catalog-search.ts";
import { loadCatalogue, catalogListJson } from "./catalogue-json.ts";
import { renderCatalogSearch } from "./text.ts";

/** Carries out `tieline catalog search <words…>`. Resolves to the exit status. */
export async function run(input: CatalogSearchInput, io: Io): Promise<number> {
    const search = searchCatalogue(
      await loadCatalogue(),
      input.args.words,
    );
    if (io.isJson)
      io.out(
        jsonText({
          ...catalogListJson(search),
          exit_code: EXIT.done,
        }),
      );
    else io.out(renderCatalogSearch(search, io.style));
    return EXIT.done;
  }


