import { randomBytes } from "node:crypto";
import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import { hmacSha256 } from "../util/hash.ts";
import { goText } from "./sops/core/go-text.ts";
import type { SopsNode } from "./sops/core/tree.ts";

/** Shorter values are equal by chance. */
const MIN_LENGTH = 8;

/** An opened file and the environment it belongs to. */
export interface OpenedEnvironment {
  readonly environment: string;
  readonly path: string;
  readonly tree: SopsNode;
}

/**
 * Finds values that two environments share: whoever breaks into the weaker one then holds the
 * stronger one's. Values are compared by a fingerprint with a key made for this run and thrown
 * away.
 */
export function findSharedValues(
  opened: readonly OpenedEnvironment[],
): readonly Diagnostic[] {
  const key = randomBytes(32);
  const seen = new Map<string, OpenedEnvironment & { readonly name: string }>();
  const found: Diagnostic[] = [];
  for (const environment of opened)
    for (const [name, value] of valuesOf(environment.tree, [])) {
      const print = Buffer.from(hmacSha256(key, Buffer.from(value))).toString(
        "base64",
      );
      const other = seen.get(print);
      if (other === undefined) seen.set(print, { ...environment, name });
      else if (other.environment !== environment.environment)
        found.push({
          code: "SEC029",
          severity: "error",
          message: `${environment.path}: ${JSON.stringify(name)} has the value that ${JSON.stringify(other.name)} has in ${other.environment}`,
          location: { file: environment.path, line: 1, column: 1 },
          why: "a secret that two environments share gives both away at once",
          fix: "make a client or key of its own for one of them, and set its secret",
        });
    }
  key.fill(0);
  return found;
}

function valuesOf(
  node: SopsNode,
  path: readonly string[],
): (readonly [string, string])[] {
  if (node.kind === "map")
    return [...node.entries].flatMap(([key, child]) =>
      valuesOf(child, [...path, key]),
    );
  if (node.kind === "list")
    return node.items.flatMap((item, at) =>
      valuesOf(item, [...path, String(at)]),
    );
  const text = goText(node);
  return node.kind === "str" && text.length >= MIN_LENGTH
    ? [[path.join("/"), text]]
    : [];
}
