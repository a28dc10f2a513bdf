import type { EnvironmentRules } from "../../domain/environment.ts";
import { reachesSeveralHosts } from "../../environment/runtime.ts";

type Target = Pick<EnvironmentRules, "target">;

/** Which hosts a process was sent to, by whichever commit. */
export interface KnownHosts {
  /**
   * Takes where an environment is now. @returns whether there were several: then credentials that
   * are bound to none serve none, so that no commit sends them elsewhere.
   */
  reach(rules: Target): boolean;
}

/** Begins with these. What was reached once stays known as long as the process lives. */
export function createKnownHosts(rules: readonly Target[]): KnownHosts {
  const known = new Set(rules.map(({ target }) => target));
  return {
    reach({ target }) {
      known.add(target);
      const all = [...known].map((each) => ({ target: each }));
      return reachesSeveralHosts(all, {});
    },
  };
}
