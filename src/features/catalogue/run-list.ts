import type { CatalogListInput } from "./command-list.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
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
    return respond(io, { json: () => catalogListJson(list), text: () => renderCatalogList(list, io.style), });
  }


