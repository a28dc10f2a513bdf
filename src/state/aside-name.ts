/**
 * The name of a state that was moved away: no environment can have it, because none has a `_` in
 * its name, and a ref can.
 */
export function asideName(name: string, label: string): string {
  return `${name}_${label.replaceAll(/[^A-Za-z0-9]+/gu, "-")}`;
}
