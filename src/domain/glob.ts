import { globOf, type Glob } from "../util/glob.ts";
import { spend } from "./work.ts";

/**
 * A pattern from a document, whose answers count as work: documents hold many patterns, and many
 * names to hold against each.
 */
export function countedGlob(pattern: string): Glob {
  const matches = globOf(pattern);
  return (text) => {
    spend(text.length + pattern.length);
    return matches(text);
  };
}
