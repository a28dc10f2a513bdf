import type { LayoutEntry, LayoutNode } from "./layout.ts";

/**
 * Where the lines of dotenv text stand: a map of one level, metadata lines included under their
 * flat names.
 */
export function dotenvLayout(text: string): readonly LayoutNode[] {
  const entries: LayoutEntry[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    if (line !== "" && !line.startsWith("#") && equals >= 0)
      entries.push({
        key: line.slice(0, equals),
        start,
        valueStart: start + equals + 1,
        node: {
          kind: "leaf",
          start: start + equals + 1,
          end: start + line.length,
          form: "inline",
          isFlow: false,
        },
      });
    start += line.length + 1;
  }
  return [{ kind: "map", start: 0, end: text.length, isFlow: false, entries }];
}
