import { EXIT } from "../../command/exit-codes.ts";
import type { CatalogShowInput } from "./command-show.ts";
import type { Io } from "../../command/io.ts";
import { jsonText } from "../../output/json.ts";
import { describeProvider } from "./catalog.ts";
import { loadCatalogue, providerCardJson } from "./catalogue-json.ts";
import { renderProviderCard } from "./text.ts";

/** Carries out `tieline catalog show <provider>`. Resolves to the exit status. */
export async function run(input: CatalogShowInput, io: Io): Promise<number> {
    const card = describeProvider(
      await loadCatalogue(),
      input.args.provider,
    );
    if (io.isJson)
      io.out(
        jsonText({
          ...providerCardJson(card),
          exit_code: EXIT.done,
        }),
      );
    else io.out(renderProviderCard(card, io.style));
    return EXIT.done;
  }


