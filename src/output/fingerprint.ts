import { canonicalJson } from "../util/canonical-json.ts";
import { sha256 } from "../util/hash.ts";
import { plainText } from "./escape.ts";
import type { ReportedFinding } from "./findings.ts";

/**
 * Tells one finding from another across commits: the same after lines moved, and another for the
 * second of its kind in a file. The line's own text does not enter, because it could be a value
 * that must not be guessed at.
 */
export function fingerprints(): (finding: ReportedFinding) => string {
  const counts = new Map<string, number>();
  return ({ diagnostic, identity }) => {
    const { code, message, location } = diagnostic;
    // Some sentences name a second place.
    const said = identity ?? [
      location?.file ?? "",
      message.replace(/:\d+:\d+\b/gu, ""),
    ];
    const hash = sha256(canonicalJson([code, ...said].map(plainText)))
      .replace(/^sha256:/u, "")
      .slice(0, 16);
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    return `${hash}:${String(count)}`;
  };
}
