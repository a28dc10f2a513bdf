import type { DesiredConnection } from "../../domain/connection.ts";
import { UserError } from "../../domain/problem/error.ts";
import { meantBy, nearest } from "../../util/nearest.ts";

const MAX_SHOWN = 20;
const MAX_LENGTH = 120;

/** What a command says about a name nobody has. */
export interface UnknownName {
  /** What to do when no other name is near. */
  readonly fix: string;
  /** What the command leaves undone. */
  readonly notDone: string;
}

/** @throws UserError CLI041 for the first name that is no environment of the workspace. */
export function assertEnvironments(
  names: readonly string[],
  known: readonly string[],
  { fix, notDone }: UnknownName,
): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UserError(
      "CLI041",
      `there is no environment "${short(name)}"${meantBy(near)}`,
      {
        why: `an environment is a folder in environments/ with an environment.yaml; ${known.length === 0 ? "there is none" : `there are ${listed(known)}`}`,
        fix: near === undefined ? fix : `use "${near}"`,
        notDone,
      },
    );
  }
}

/**
 * The connections with these names, in the order of the documents; all of them for none.
 * @throws UserError CLI040 for a name that is not declared.
 */
export function connectionsNamed(
  connections: readonly DesiredConnection[],
  names: readonly string[],
  notDone: string,
): readonly DesiredConnection[] {
  const known = new Set(connections.map(({ key }) => key));
  for (const name of names) {
    if (known.has(name)) continue;
    const near = nearest(name, known);
    throw new UserError(
      "CLI040",
      `there is no connection "${short(name)}" here${meantBy(near)}`,
      {
        why:
          known.size === 0
            ? "the environment has no connections at all"
            : `the environment's connections are ${listed([...known].sort())}`,
        fix:
          near === undefined
            ? "correct the name, or leave it out to take all of them"
            : `use "${near}"`,
        notDone,
      },
    );
  }
  return names.length === 0
    ? connections
    : connections.filter(({ key }) => names.includes(key));
}

/** Names in quotes, the first of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_SHOWN).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest > 0
    ? `${shown.join(", ")} and ${String(rest)} more`
    : shown.join(", ");
}

function short(name: string): string {
  return name.slice(0, MAX_LENGTH);
}
