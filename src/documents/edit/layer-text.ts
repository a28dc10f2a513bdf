import type { JsonObject } from "../../domain/json.ts";
import type { AuthoredLayer } from "../layers/authored.ts";
import {
  rangeOf,
  withDocumentValue,
  type ParsedDocument,
} from "../read/document.ts";
import { applyPatchOverlay, PATCH_MEMBER } from "../read/json-patch.ts";
import { layOver, mergePatch } from "../layers/merge-patch.ts";
import { isJsonObject } from "../../domain/json.ts";
import { OWN_MEMBERS } from "../layers/templates.ts";
import { linesOf } from "../read/text-source.ts";
import { readText } from "./read-text.ts";

/** How a layer goes on those below it. */
export type LayerManner = "over" | "merge" | "patch";

/**
 * How the layer at an index goes on the others: only an overlay of a shared document takes fields
 * away with `null`.
 */
export function mannerOf(
  layers: readonly AuthoredLayer[],
  index: number,
): LayerManner {
  const isOverlay =
    layers[index]?.layer === "overlay" &&
    layers.slice(0, index).some(({ layer }) => layer === "base");
  if (!isOverlay) return "over";
  return Object.hasOwn(layers[index]?.document.value ?? {}, PATCH_MEMBER)
    ? "patch"
    : "merge";
}

/** The document after one more layer; `undefined` when its operations do not apply. */
export function laid(
  below: JsonObject,
  { layer, document }: AuthoredLayer,
  manner: LayerManner,
): JsonObject | undefined {
  const { value } = document;
  if (layer === "template") return layOver(below, without(value, OWN_MEMBERS));
  if (manner === "patch") return applyPatchOverlay(below, document).value;
  if (manner === "merge") {
    const merged = mergePatch(below, value);
    return isJsonObject(merged) ? merged : undefined;
  }
  if (!Object.hasOwn(value, PATCH_MEMBER)) return layOver(below, value);
  const fields = layOver(below, without(value, new Set([PATCH_MEMBER])));
  return applyPatchOverlay(fields, document, true).value;
}

/** A layer whose document has another value. Places in it are those of before. */
export function withValue(
  layer: AuthoredLayer,
  value: JsonObject,
): AuthoredLayer {
  return { ...layer, document: withDocumentValue(layer.document, value) };
}

/** A layer for a document that has no file yet. */
export function newLayer(
  file: string,
  root: ParsedDocument["root"],
): AuthoredLayer {
  return {
    layer: "overlay",
    document: {
      kind: "connection",
      source: { file, layer: "overlay", text: "", lines: linesOf("") },
      root,
      value: {},
      aliases: new Map(),
    },
  };
}

/** Which document of its file this is, as editing counts them. */
export function indexInFile({ source, root }: ParsedDocument): number {
  const start = rangeOf(root)?.[0];
  const { documents } = readText(source.text);
  return documents.findIndex(
    ({ contents }) => rangeOf(contents)?.[0] === start,
  );
}

function without(value: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => !names.has(name)),
  );
}
