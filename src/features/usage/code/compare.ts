import {
  compareDiagnostics,
  type Diagnostic,
} from "../../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../../domain/problem/location.ts";
import { nearest } from "../../../util/nearest.ts";
import type { NameUse } from "./scan.ts";

/** What one environment declares. */
export interface DeclaredNames {
  readonly environment: string;
  /** Its connections by name. */
  readonly connections: ReadonlyMap<string, DeclaredConnection>;
  /** Shared connections it leaves out. */
  readonly leftOut: ReadonlySet<string>;
}

/** A connection as far as code cares. */
export interface DeclaredConnection {
  readonly state: string | undefined;
  readonly location: SourceLocation;
}

/** What code uses, held against what environments declare. */
export interface Usage {
  /** In reading order. */
  readonly diagnostics: readonly Diagnostic[];
  /** Computed names, which cannot be checked. */
  readonly dynamic: readonly NameUse[];
  /** Names in calls that may not be the SDK's. They count as used, and are never an error. */
  readonly possible: readonly NameUse[];
  /** Names in calls of the SDK. */
  readonly literal: readonly NameUse[];
}

const MAX_NAME = 80;

/**
 * Compares uses with declarations. One diagnostic for each use, however many environments it is
 * wrong in.
 */
export function compareUsage(
  uses: readonly NameUse[],
  environments: readonly DeclaredNames[],
): Usage {
  const literal = uses.filter(({ kind }) => kind === "literal");
  const dynamic = uses.filter(({ kind }) => kind === "dynamic");
  const possible = uses.filter(({ kind }) => kind === "possible");
  const diagnostics = [
    ...literal.flatMap((use) => [
      ...missing(use, environments),
      ...notOffered(use, environments),
    ]),
    ...unused(uses, environments, dynamic.length > 0),
  ];
  return {
    diagnostics: diagnostics.sort(compareDiagnostics),
    dynamic,
    possible,
    literal,
  };
}

function missing(
  use: NameUse,
  environments: readonly DeclaredNames[],
): Diagnostic[] {
  const name = use.name ?? "";
  const without = environments.filter(
    ({ connections, leftOut }) => !connections.has(name) && !leftOut.has(name),
  );
  if (without.length === 0) return [];
  const known = new Set(
    environments.flatMap(({ connections }) => [...connections.keys()]),
  );
  const near = known.has(name) ? undefined : nearest(name, known);
  const hint = near === undefined ? "" : `; did you mean ${quoted(near)}?`;
  return [
    {
      code: "USE001",
      severity: "error",
      message: `${quoted(name)} is not a connection of ${listOf(without)}${hint}`,
      location: locationOf(use),
      why: `${use.call} takes the name of a connection, and the platform refuses one it does not have`,
      fix:
        near === undefined
          ? `declare it: connections/${/^[\w-]{1,80}$/u.test(name) ? name : "<name>"}.yaml, or correct the name`
          : "correct the name, in the code or in the documents",
    },
  ];
}

function notOffered(
  use: NameUse,
  environments: readonly DeclaredNames[],
): Diagnostic[] {
  const name = use.name ?? "";
  const found = new Map<string, DeclaredNames[]>();
  for (const environment of environments) {
    const why = notOfferedBecause(name, environment);
    if (why !== undefined)
      found.set(why, [...(found.get(why) ?? []), environment]);
  }
  if (found.size === 0) return [];
  const reasons = [...found].map(([why, where]) => `${why} ${listOf(where)}`);
  return [
    {
      code: "USE001",
      severity: "warning",
      message: `${quoted(name)} is ${reasons.join(", ")}`,
      location: locationOf(use),
      why: `${use.call} works only with a connection that the platform offers`,
      fix: "include or activate the connection there, or make sure that this code does not run there",
    },
  ];
}

function notOfferedBecause(
  name: string,
  { connections, leftOut }: DeclaredNames,
): string | undefined {
  const state = connections.get(name)?.state;
  if (state === "draft" || state === "inactive") return `${state} in`;
  return !connections.has(name) && leftOut.has(name)
    ? "left out of"
    : undefined;
}

function unused(
  uses: readonly NameUse[],
  environments: readonly DeclaredNames[],
  hasDynamic: boolean,
): Diagnostic[] {
  const used = new Set(uses.flatMap(({ name }) => name ?? []));
  const found = new Map<string, SourceLocation>();
  for (const { connections } of environments)
    for (const [name, { location }] of connections)
      if (!used.has(name) && !found.has(name)) found.set(name, location);
  return [...found].map(([name, location]) => ({
    code: "USE003",
    severity: "note",
    message: `no code that was scanned names ${quoted(name)}`,
    location,
    why: hasDynamic
      ? "no call takes it as it is written; some calls take computed names, which may be it"
      : "no call of the SDK takes it",
    fix: "remove the connection if nothing else uses it, or scan the code that does",
  }));
}

function locationOf({ file, line, column }: NameUse): SourceLocation {
  return { file, line, column };
}

function listOf(environments: readonly DeclaredNames[]): string {
  return environments.map(({ environment }) => quoted(environment)).join(", ");
}

// Escaped where it is printed; cut here, because code may hold a text of any length.
function quoted(name: string): string {
  return `"${name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name}"`;
}
