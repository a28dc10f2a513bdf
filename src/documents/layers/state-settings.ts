import type { EnvironmentDocument } from "../../domain/generated/environment.ts";
import type { StateSettings } from "../../domain/state/state.ts";

/** Remote of a state ref when none is named, and what every clone has. */
const DEFAULT_REMOTE = "origin";

/** Where an environment keeps its state, with every default applied. */
export function stateSettings(
  written: EnvironmentDocument["state"],
  environment: string,
): StateSettings {
  if (written?.backend !== "git") return { backend: "file" };
  return {
    backend: "git",
    // null is an answer of its own: no remote.
    remote: written.remote === undefined ? DEFAULT_REMOTE : written.remote,
    ref: written.ref ?? `refs/tieline/${environment}`,
  };
}
