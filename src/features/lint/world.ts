import type { SecretKey } from "../../environment/secrets/secret-keys.ts";
import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import type { NamedDocument } from "../../documents/layers/folder.ts";
import { placeOfItem } from "../../documents/layers/layer-values.ts";
import { isShippedFile } from "../../documents/layers/templates.ts";
import type { ParsedDocument, Place } from "../../documents/read/document.ts";
import { originOf, startOf } from "../../documents/read/stack.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** One environment as rules see it. */
export interface LintEnvironment {
  readonly name: string;
  /** `null` when environment.yaml is missing or has errors. */
  readonly rules: EnvironmentRules | null;
  /** `environment.yaml` as it is written. */
  readonly document: ParsedDocument | null;
  /** True when its documents have no error: only then is what is not there really not there. */
  readonly isSound: boolean;
  /** Sorted by key. */
  readonly connections: readonly DesiredConnection[];
  /** As written, by key. */
  readonly authored: ReadonlyMap<string, AuthoredConnection>;
  readonly secretKeys: readonly (SecretKey & {
    readonly location: SourceLocation;
  })[];
}

/** Everything rules may look at. */
export interface LintWorld {
  /**
   * Every environment of the configuration, also those that were not asked about: for comparing.
   */
  readonly all: readonly LintEnvironment[];
  /** Those that were asked about. */
  readonly chosen: readonly LintEnvironment[];
  /** True when all of them were asked about and none has an error. */
  readonly isWhole: boolean;
  /** The shared connection documents. */
  readonly shared: readonly NamedDocument[];
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string;
}

/** True for an environment that serves customers. */
export function isProduction({ rules }: LintEnvironment): boolean {
  return rules?.isProduction === true;
}

/** Each authored connection of the chosen environments. */
export function* authoredIn(world: LintWorld): Generator<AuthoredConnection> {
  for (const { authored } of world.chosen) yield* authored.values();
}

/** The day a number of days after another. */
export function dayAfter(day: string, days: number): string {
  const time = Date.parse(`${day}T00:00:00Z`) + days * 86_400_000;
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * Where a value was written; for one that a template of the package gives, the document that starts
 * from it.
 */
export function placeIn(
  stack: AuthoredConnection["stack"],
  pointer: Pointer,
): Place {
  const place = originOf(stack, pointer);
  return isShippedFile(place.source.file) ? startOf(stack) : place;
}

/** Where an item of a list was written, whichever layer brought it. */
export function placeOfItemIn(
  stack: AuthoredConnection["stack"],
  list: Pointer,
  item: string,
): Place {
  const place = placeOfItem(stack, `${list}/0`, item);
  return place === undefined || isShippedFile(place.source.file)
    ? placeIn(stack, list)
    : place;
}
