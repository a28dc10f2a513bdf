import { EXIT } from "../../command/exit-codes.ts";
import type { CatalogListInput } from "./command-list.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { listCatalogue } from "./catalog.ts";
import { loadCatalogue, catalogListJson } from "./catalogue-json.ts";
import { renderCatalogList } from "./text.ts";

/** Carries out `tieline catalog list`. Resolves to the exit status. */
export async function run(input: CatalogListInput, io: Io): Promise<number> {
    const { options } = input;
    const authType = options.authType;
    const category = options.category;
    const list = listCatalogue(await loadCatalogue(), {
      ...(authType === undefined ? {} : { authType }),
      ...(category === undefined ? {} : { category }),
      isMcp: options.mcp,
      isDcr: options.dcr,
    });
    if (io.isJson)
      io.out(
        jsonText({
          ...catalogListJson(list),
          exit_code: EXIT.done,
        }),
      );
    else io.out(renderCatalogList(list, io.style));
    return EXIT.done;
  }


