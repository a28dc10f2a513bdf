import { parseAddress, type Address } from "../../domain/address.ts";
import type { ValueShape } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { PlanFieldChange } from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import {
  partDifferences,
  type PartDifference,
} from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * One part of a change that decides where credentials, codes or users go, or how they get there.
 *
 * - `host`: an address leads to another host, or by another scheme.
 * - `place`: an address leads to another place on the same host; at many providers the path names the tenant.
 * - `route`: a value that is no address, such as a tenant or the name of a header.
 * - `set`: there was nothing, or the platform's own choice.
 * - `cleared`: what was there goes.
 */
export interface DestinationMove {
  readonly kind: "host" | "place" | "route" | "set" | "cleared";
  /** The part, such as `/custom_provider/auth_patterns/0/oauth_config/token_uri`. */
  readonly pointer: Pointer;
  readonly field: PlanFieldChange;
  /** The host for `host`, else the whole value; `""` for nothing. */
  readonly from: string;
  readonly to: string;
  /** The host an address leads to after the change; `undefined` where it is none. */
  readonly host: string | undefined;
}

/**
 * Every written part that decides where credentials or users go, in the order of fields and parts. Which those are is for the schema to
 * say; of a part it does not know (a later version of the API has it) every address counts.
 */
export function destinationMoves(
  fields: readonly PlanFieldChange[],
): readonly DestinationMove[] {
  return fields
    .filter(({ effect }) => effect === "write")
    .flatMap((field) =>
      differencesOf(field).flatMap((part) => moveOf(field, part) ?? []),
    );
}

/** Where the platform reports nothing, what was applied last is what the change is measured against. */
function differencesOf(field: PlanFieldChange): readonly PartDifference[] {
  const { path, before, after, last_applied } = field;
  const parted = { pointer: path, shape: knownField(path)?.shape };
  return partDifferences(parted, before ?? last_applied, after);
}

function moveOf(
  field: PlanFieldChange,
  part: PartDifference,
): DestinationMove | undefined {
  const [from, to] = [textOf(part.before), textOf(part.after)];
  const [was, is] = [parseAddress(from), parseAddress(to)];
  if (from === to || !isDestination(part.shape, was ?? is)) return undefined;
  const about = { field, pointer: part.pointer, host: is?.host };
  if (from === "") return { ...about, kind: "set", from, to };
  if (to === "") return { ...about, kind: "cleared", from, to };
  if (was !== undefined && is !== undefined)
    return addressMove(was, is, { ...about, from, to });
  // Rather one move too many than one unseen: an address that cannot be read leads elsewhere.
  return part.shape?.text === "address"
    ? {
        ...about,
        kind: "host",
        from: hostOrAll(was, from),
        to: hostOrAll(is, to),
      }
    : { ...about, kind: "route", from, to };
}

/** Two spellings of one address are no move. */
function addressMove(
  was: Address,
  is: Address,
  about: Omit<DestinationMove, "kind">,
): DestinationMove | undefined {
  if (was.text === is.text) return undefined;
  if (was.host !== is.host)
    return { ...about, kind: "host", from: was.host, to: is.host };
  return was.scheme === is.scheme
    ? { ...about, kind: "place" }
    : { ...about, kind: "host", from: originOf(was), to: originOf(is) };
}

function hostOrAll(address: Address | undefined, text: string): string {
  return address?.host ?? text;
}

function isDestination(
  shape: ValueShape | undefined,
  address: Address | undefined,
): boolean {
  return shape === undefined || shape.mayBeAddress === true
    ? address !== undefined
    : shape.isDestination === true;
}

function originOf({ scheme, host }: Address): string {
  return `${scheme}://${host}`;
}

/** A part as text; every way to say "nothing there" is the empty one. */
function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "string") return value;
  const isEmpty = typeof value === "object" && Object.keys(value).length === 0;
  return isEmpty ? "" : JSON.stringify(value);
}
