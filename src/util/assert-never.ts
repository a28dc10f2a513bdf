/** Marks a place the type checker proved unreachable; reaching it is a bug of ours. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected ${JSON.stringify(value)}`);
}
