import { parseAddress, type Address } from "../../domain/address.ts";
import type { ValueShape } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type {
  PlanChange,
  PlanFieldChange,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { partsOf, type PartDifference } from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { writtenParts } from "./written-parts.ts";

/**
 * One part of a change that decides where credentials, codes or users go, or how they get there.
 *
 * - `host`: an address leads to another host, or by another scheme.
 * - `place`: an address leads to another place on the same host; at many providers the path names
 *   the tenant.
 * - `route`: a value that is no address, such as a tenant or the name of a header.
 * - `set`: there was nothing, or the platform's own choice.
 * - `cleared`: what was there goes.
 */
export interface DestinationMove {
  readonly kind: "host" | "place" | "route" | "set" | "cleared";
  /** The part, such as `/custom_provider/auth_patterns/0/oauth_config/token_uri`. */
  readonly pointer: Pointer;
  /** What the schema says of the part; `undefined` where it knows none. */
  readonly shape: ValueShape | undefined;
  readonly field: PlanFieldChange;
  /** The host for `host`, else the whole value; `""` for nothing. */
  readonly from: string;
  readonly to: string;
  /** The host an address leads to after the change; `undefined` where it is none. */
  readonly host: string | undefined;
}

/**
 * Every written part that decides where credentials or users go, in the order of fields and parts.
 * Which those are is for the schema to say; of a part it does not know (a later version of the API
 * has it) every address counts.
 */
export function destinationMoves(
  fields: readonly PlanFieldChange[],
): readonly DestinationMove[] {
  return fields
    .filter(({ effect }) => effect === "write")
    .flatMap((field) =>
      writtenParts(field).flatMap((part) => moveOf(field, part) ?? []),
    );
}

/**
 * The documents say what the last apply left, and somebody changed it since: putting it back leads
 * nothing away.
 */
export function isRestored({ field }: DestinationMove): boolean {
  return field.class === "drift";
}

/** Hosts that the connection led to before a change of it. */
export function hostsBefore(change: PlanChange): ReadonlySet<string> {
  const written = new Set(
    change.fields
      .filter(({ effect }) => effect === "write")
      .map(({ path }) => path),
  );
  const kept = Object.entries(change.desired?.fields ?? {}).filter(
    ([path]) => !written.has(path),
  );
  const replaced = change.fields.flatMap(
    ({ path, before, last_applied }): (readonly [Pointer, JsonValue])[] => {
      const value = before ?? last_applied;
      return written.has(path) && value !== undefined ? [[path, value]] : [];
    },
  );
  return new Set([...kept, ...replaced].flatMap(hostsIn));
}

/** Hosts that the declared connection leads to. */
export function hostsDeclared({
  desired,
}: Pick<PlanChange, "desired">): readonly string[] {
  return [
    ...new Set(Object.entries(desired?.fields ?? {}).flatMap(hostsIn)),
  ].sort();
}

function hostsIn([path, value]: readonly [Pointer, JsonValue]): string[] {
  const parted = { pointer: path, shape: knownField(path)?.shape };
  return partsOf(parted, value).flatMap((part) => {
    const address = addressOf(part.shape, textOf(part.value));
    return address !== undefined && isDestination(part.shape, address)
      ? [address.host]
      : [];
  });
}

function moveOf(
  field: PlanFieldChange,
  part: PartDifference,
): DestinationMove | undefined {
  const { pointer, shape } = part;
  const [from, to] = [textOf(part.before), textOf(part.after)];
  const [was, is] = [addressOf(shape, from), addressOf(shape, to)];
  if (from === to || !isDestination(shape, was ?? is)) return undefined;
  const about = { field, pointer, shape, host: is?.host };
  if (from === "") return { ...about, kind: "set", from, to };
  if (to === "") return { ...about, kind: "cleared", from, to };
  if (was !== undefined && is !== undefined)
    return addressMove(was, is, { ...about, from, to });
  // Rather one move too many than one unseen: an address that cannot be read leads elsewhere.
  return shape?.text === "address"
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

/** A host that stands alone is an address without its scheme. */
function addressOf(
  shape: ValueShape | undefined,
  text: string,
): Address | undefined {
  const address = parseAddress(text);
  if (address !== undefined || shape?.isHost !== true || text === "")
    return address;
  const host = text.toLowerCase();
  return { scheme: "", host, text: host };
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
