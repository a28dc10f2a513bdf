import type { EnvironmentDocument } from "../../domain/generated/environment.ts";
import type { StateSettings } from "../../domain/state/state.ts";

/** Remote of a state ref when none is named, and what every clone has. */
const DEFAULT_REMOTE = "origin";

/** Schema of a database when none is named. */
const DEFAULT_SCHEMA = "tieline";

/** Where an environment keeps its state, with every default applied. */
export function stateSettings(
  written: EnvironmentDocument["state"],
  environment: string,
): StateSettings {
  if (written?.backend === "postgres")
    return { backend: "postgres", schema: written.schema ?? DEFAULT_SCHEMA };
  if (written?.backend !== "git") return { backend: "file" };
  return {
    backend: "git",
    // null is an answer of its own: no remote.
    remote: written.remote === undefined ? DEFAULT_REMOTE : written.remote,
    ref: written.ref ?? `refs/tieline/${environment}`,
  };
}
