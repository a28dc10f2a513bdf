import type { DesiredConnection } from "../domain/connection.ts";
import { UserError } from "../domain/error.ts";
import { nearest } from "../util/nearest.ts";

/**
 * The connections with these names, in the order of the documents; all of them for none.
 * @throws UserError CLI040 for a name that is not declared.
 */
export function connectionsNamed(
  connections: readonly DesiredConnection[],
  names: readonly string[],
): readonly DesiredConnection[] {
  const known = new Set(connections.map(({ key }) => key));
  for (const name of names) {
    if (known.has(name)) continue;
    const near = nearest(name, known);
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    throw new UserError(
      "CLI040",
      `there is no connection "${name}" here${hint}`,
      {
        why: "the environment declares no connection of this name",
        fix: "correct the name, or leave the option out to take all of them",
        notDone: "nothing was written",
      },
    );
  }
  return names.length === 0
    ? connections
    : connections.filter(({ key }) => names.includes(key));
}
