import { goText } from "../core/go-text.ts";
import { sopsString, type SopsMap, type SopsNode } from "../core/tree.ts";

/** What the keys of metadata start with in files that are flat. */
export const FLAT_PREFIX = "sops_";

/**
 * Builds the metadata mapping of a flat file: `age__list_0__map_enc` is the field `enc` of the
 * first element of `age`.
 * @param pairs - names without {@link FLAT_PREFIX}.
 * @returns `undefined` when names contradict each other or leave gaps in a list.
 * @remarks Source: the SOPS format, dotenv and ini stores.
 */
export function unflattenMetadata(
  pairs: readonly (readonly [string, string])[],
): SopsMap | undefined {
  const root: Branch = { kind: "map", children: new Map() };
  for (const [name, text] of pairs)
    if (!place(root, stepsOf(name), text)) return undefined;
  const node = build(root);
  return node?.kind === "map" ? node : undefined;
}

/** The pairs {@link unflattenMetadata} reads, sorted by name. */
export function flattenMetadata(
  metadata: SopsMap,
): readonly (readonly [string, string])[] {
  return flatten(metadata, "").sort(([a], [b]) => (a < b ? -1 : 1));
}

interface Branch {
  readonly kind: "map" | "list";
  readonly children: Map<string, Branch | string>;
}

interface Step {
  readonly kind: "map" | "list";
  readonly key: string;
}

function stepsOf(name: string): readonly Step[] {
  const [first = "", ...rest] = name.split(/(?=__(?:map|list)_)/u);
  return [
    { kind: "map", key: first },
    ...rest.map((part): Step =>
      part.startsWith("__map_")
        ? { kind: "map", key: part.slice(6) }
        : { kind: "list", key: part.slice(7) },
    ),
  ];
}

function place(root: Branch, steps: readonly Step[], text: string): boolean {
  let at = root;
  for (const [index, step] of steps.entries()) {
    if (at.kind !== step.kind) return false;
    const next = steps[index + 1];
    const known = at.children.get(step.key);
    if (next === undefined) {
      if (known !== undefined) return false;
      at.children.set(step.key, text);
      return true;
    }
    if (typeof known === "string") return false;
    const branch: Branch = known ?? { kind: next.kind, children: new Map() };
    at.children.set(step.key, branch);
    at = branch;
  }
  return false;
}

function build(branch: Branch | string): SopsNode | undefined {
  if (typeof branch === "string") return sopsString(branch);
  const built = [...branch.children].map(
    ([key, child]) => [key, build(child)] as const,
  );
  const entries = new Map<string, SopsNode>();
  for (const [key, node] of built) {
    if (node === undefined) return undefined;
    entries.set(key, node);
  }
  if (branch.kind === "map") return { kind: "map", entries };
  const items = [...entries.keys()].map((_, at) => entries.get(String(at)));
  const present = items.filter((item) => item !== undefined);
  return present.length === items.length
    ? { kind: "list", items: present }
    : undefined;
}

function flatten(node: SopsNode, name: string): [string, string][] {
  if (node.kind === "map")
    return [...node.entries].flatMap(([key, inner]) =>
      flatten(inner, name === "" ? key : `${name}__map_${key}`),
    );
  if (node.kind === "list")
    return node.items.flatMap((inner, at) =>
      flatten(inner, `${name}__list_${String(at)}`),
    );
  const text = node.kind === "bool" ? String(node.value) : goText(node);
  return [[name, text]];
}
