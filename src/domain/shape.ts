import { isJsonObject } from "./json.ts";

/** Tells whether a value is what its type says, member by member. */
export type Shape<T> = (value: unknown) => value is T;

/** Any text. */
export const aText: Shape<string> = (value) => typeof value === "string";
/** A number as JSON has them. */
export const aNumber: Shape<number> = (value): value is number =>
  typeof value === "number" && Number.isFinite(value);
/** True or false. */
export const aTruth: Shape<boolean> = (value) => typeof value === "boolean";

/** Exactly one of these. */
export function oneOf<const T>(...values: readonly T[]): Shape<T> {
  return (value): value is T => values.some((each) => each === value);
}

/** What the shape says, or `null`. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value): value is T | null => value === null || shape(value);
}

/** One shape or the other. */
export function either<A, B>(one: Shape<A>, other: Shape<B>): Shape<A | B> {
  return (value): value is A | B => one(value) || other(value);
}

/** What the shape says, or nothing at all. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value): value is T | undefined => value === undefined || shape(value);
}

/** A list of such. */
export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.every((each) => shape(each));
}

/** Such values by names. */
export function byName<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isJsonObject(value) && Object.values(value).every((each) => shape(each));
}

/** Exactly these members: one more, or one less, is another thing. */
export function anObject<T extends object>(members: {
  readonly [K in keyof T]-?: Shape<T[K]>;
}): Shape<T> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries(members));
  return (value): value is T =>
    isJsonObject(value) &&
    Object.keys(value).every((name) => shapes.has(name)) &&
    [...shapes].every(([name, shape]) => shape(value[name]));
}
