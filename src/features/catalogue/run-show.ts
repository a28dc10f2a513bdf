import type { CatalogueShowInput } from "./command-show.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { describeProvider } from "./catalogue.ts";
import { loadCatalogue, providerCardJson } from "./catalogue-json.ts";
import { renderProviderCard } from "./text.ts";

/** Carries out `tieline catalog show <provider>`. Resolves to the exit status. */
export async function run(input: CatalogueShowInput, io: Io): Promise<number> {
    const card = describeProvider(
      await loadCatalogue(),
      input.args.provider,
    );
    return respond(io, { json: () => providerCardJson(card), text: () => renderProviderCard(card, io.style), });
  }


