import type { CatalogueListInput } from "./command-list.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { listCatalogue } from "./catalogue.ts";
import { loadCatalogue, catalogueListJson } from "./catalogue-json.ts";
import { renderCatalogueList } from "./text.ts";

/** Carries out `tieline catalog list`. Resolves to the exit status. */
export async function run(input: CatalogueListInput, io: Io): Promise<number> {
    const { options } = input;
    const authType = options.authType;
    const category = options.category;
    const list = listCatalogue(await loadCatalogue(), {
      ...(authType === undefined ? {} : { authType }),
      ...(category === undefined ? {} : { category }),
      isMcp: options.mcp,
      isDcr: options.dcr,
    });
    return respond(io, { json: () => catalogueListJson(list), text: () => renderCatalogueList(list, io.style), });
  }


