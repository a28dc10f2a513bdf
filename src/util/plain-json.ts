/** Deepest nesting that anything we read has a use for, and that recursive readers survive. */
const MAX_DEPTH = 120;

/**
 * Whether a parsed JSON value is one that every part of the program can work with: no deeper than
 * 120 levels, numbers finite, every text whole. `JSON.parse` lets more through (`1e999`, half a
 * surrogate pair, any depth), and digests cannot be taken of it. Goes level by level, without
 * recursion.
 */
export function isPlainJson(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === "number" && !Number.isFinite(one)) return false;
      if (typeof one === "string" && !one.isWellFormed()) return false;
      if (typeof one !== "object" || one === null) continue;
      for (const [name, member] of Object.entries(one)) {
        if (!name.isWellFormed()) return false;
        next.push(member);
      }
    }
    level = next;
  }
  return true;
}
