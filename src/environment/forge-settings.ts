import { isRepositoryName, USUAL_API } from "./forge-place.ts";
import {
  FORGE_TOKENS,
  forgeToken,
  type ForgeName,
  type ForgeToken,
} from "./forge-token.ts";
import { unusable, type ProcessSecrets } from "./process-secret.ts";

/** Variables that say where the API and the repository stand, as the jobs of a forge have them. */
const PLACES: Readonly<
  Record<
    ForgeName,
    { readonly api: string; readonly repository: readonly string[] }
  >
> = {
  github: { api: "GITHUB_API_URL", repository: ["GITHUB_REPOSITORY"] },
  gitlab: {
    api: "CI_API_V4_URL",
    repository: ["CI_PROJECT_ID", "CI_PROJECT_PATH"],
  },
};

/** A repository of a forge, and what it is reached with. */
export interface ForgeSettings extends Pick<
  ForgeToken,
  "token" | "isJobToken"
> {
  readonly apiUrl: string;
  readonly repository: string;
}

/**
 * Reads the surroundings of a forge for a variable that asks for it. @throws UserError CLI110 where
 * they do not say what they have to.
 */
export function forgeSettings(
  forge: ForgeName,
  use: { readonly variable: string; readonly right: string },
  { env, scrubber }: ProcessSecrets,
): ForgeSettings {
  const { variable, right } = use;
  const { api, repository: names } = PLACES[forge];
  const found = forgeToken(forge, env);
  if (found === undefined)
    throw unusable(
      variable,
      `there is no token: ${FORGE_TOKENS[forge].join(" and ")} are not set`,
      `set ${FORGE_TOKENS[forge][0] ?? ""} to a token ${right}, or unset ${variable}`,
    );
  const { token, isJobToken } = found;
  scrubber.register(token, found.variable);
  const repository = names
    .map((name) => env[name] ?? "")
    .find((text) => text !== "");
  if (repository === undefined || !isRepositoryName(repository, forge))
    throw unusable(
      variable,
      `${names.join(" or ")} does not say which repository`,
      `set ${names.at(-1) ?? ""}=owner/name, or unset ${variable}`,
    );
  const apiUrl = env[api] ?? "";
  return {
    apiUrl: apiUrl === "" ? USUAL_API[forge] : apiUrl,
    token,
    isJobToken,
    repository,
  };
}
