import { EXIT } from "../../command/exit-codes.ts";
import { listOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { searchCatalogue } from "./catalog-search.ts";
import { loadCatalogue, catalogListJson } from "./catalogue-json.ts";
import { renderCatalogSearch } from "./text.ts";

/** Carries out `tieline catalog search <words…>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
    const search = searchCatalogue(
      await loadCatalogue(),
      listOf(input.args["words"]),
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


