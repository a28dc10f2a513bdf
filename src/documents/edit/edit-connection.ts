import { InternalError, UserError } from "../../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import {
  getAt,
  segmentsOf,
  pointerOf,
  type Pointer,
} from "../../domain/field/pointer.ts";
import type { FileChange } from "../../domain/source-file.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import type { AuthoredConnection, AuthoredLayer } from "../layers/authored.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { applyEdits } from "./apply-edits.ts";
import { editDocument } from "./edit-document.ts";
import { keepOrder } from "./keep-order.ts";
import {
  indexInFile,
  laid,
  mannerOf,
  newLayer,
  withValue,
} from "./layer-text.ts";
import { newOverlayText, overlayPath } from "./new-overlay.ts";
import { adjustLayer } from "./overlay-value.ts";
import { adjustOperations, differingPointers } from "./patch-operations.ts";

/**
 * The files of a connection, edited so that its layers give `wanted` when they are put on each
 * other again. With `overlay` only the file of this environment is written, and made when there is
 * none; with `base` what all environments share, except for fields the environment's file sets
 * itself. Templates are never written. Sets such as scopes keep the order they are written in.
 * Nothing is written here.
 * @throws UserError CFG047 when the layers cannot be brought to it, or a file cannot be edited.
 */
export function editConnection(
  authored: AuthoredConnection,
  wanted: JsonObject,
  where: "overlay" | "base",
  files: { readonly environment: string },
): readonly FileChange[] {
  const shared = authored.layers.findIndex(({ layer }) => layer === "base");
  const own = authored.layers.findIndex(({ layer }) => layer === "overlay");
  const { key } = authored;
  const goal = named(
    keepOrder(wanted, [
      authored.raw,
      ...authored.layers.map(({ document }) => document.value),
    ]),
    key,
  );
  const edited = new Map<number, AuthoredLayer>();
  const layers = [...authored.layers];
  const apply = (index: number, target: JsonObject): void => {
    const layer = layers[index];
    if (layer === undefined) return;
    const changed = adjusted(key, layers, index, target);
    if (canonicalJson(changed) === canonicalJson(layer.document.value)) return;
    layers[index] = withValue(layer, changed);
    edited.set(index, layer);
  };
  if (shared >= 0 && where === "base")
    apply(shared, sharedGoal(layers, shared, goal));
  if (!isReached(layers, goal, key)) {
    if (own < 0 && shared >= 0)
      layers.push(emptyOverlay(authored, files.environment));
    apply(own >= 0 ? own : layers.length - 1, goal);
  }
  if (!isReached(layers, goal, key)) throw unreachable(key);
  return [...edited].map(([index, before]) =>
    fileChange(authored, before, layers[index] ?? before),
  );
}

/**
 * What the shared document is to give: everything wanted but what the environment's own file says
 * differently.
 */
function sharedGoal(
  layers: readonly AuthoredLayer[],
  shared: number,
  goal: JsonObject,
): JsonObject {
  const now = composed(layers.slice(0, shared + 1)) ?? {};
  const full = composed(layers) ?? now;
  const overlay = layers[shared + 1];
  let target = now;
  for (const pointer of differingPointers(full, goal)) {
    if (overlay !== undefined && isSaidBy(overlay, pointer)) continue;
    const value = getAt(goal, pointer);
    target = applyEdits(target, [
      value === undefined ? { pointer, remove: true } : { pointer, value },
    ]);
  }
  return target;
}

/** Whether an overlay says something at, above or below a place. */
function isSaidBy({ document }: AuthoredLayer, pointer: Pointer): boolean {
  const operations = document.value[PATCH_MEMBER];
  if (Array.isArray(operations))
    return operations.some(
      (each: unknown) =>
        isJsonObject(each) &&
        [each["path"], each["from"]].some(
          (path) =>
            typeof path === "string" &&
            (`${path}/`.startsWith(`${pointer}/`) ||
              `${pointer}/`.startsWith(`${path}/`)),
        ),
    );
  const segments = segmentsOf(pointer);
  for (let length = 1; length <= segments.length; length += 1) {
    const value = getAt(document.value, pointerOf(segments.slice(0, length)));
    if (value === undefined) return false;
    if (!isJsonObject(value)) return true;
  }
  return true;
}

/** What the document of one layer has to say so that it and those below give the target. */
function adjusted(
  key: string,
  layers: readonly AuthoredLayer[],
  index: number,
  target: JsonObject,
): JsonObject {
  const lower = named(composed(layers.slice(0, index)) ?? {}, key);
  const now = named(composed(layers.slice(0, index + 1)) ?? lower, key);
  const over = layers[index]?.document.value ?? {};
  const manner = mannerOf(layers, index);
  const operations = over[PATCH_MEMBER];
  if (manner === "patch" || operations !== undefined)
    return {
      ...over,
      [PATCH_MEMBER]: adjustOperations(
        Array.isArray(operations) ? operations : [],
        now,
        target,
      ),
    };
  const { value, unreachable: pointers } = adjustLayer(manner, {
    lower: index === 0 ? {} : lower,
    over,
    now,
    wanted: target,
  });
  if (pointers.length === 0) return value;
  if (manner === "merge" && Object.keys(over).length === 0)
    return { [PATCH_MEMBER]: adjustOperations([], now, target) };
  throw unreachable(key, pointers[0]);
}

function composed(layers: readonly AuthoredLayer[]): JsonObject | undefined {
  return layers.reduce<JsonObject | undefined>(
    (below, layer, index) =>
      below === undefined
        ? undefined
        : laid(below, layer, mannerOf(layers, index)),
    {},
  );
}

function isReached(
  layers: readonly AuthoredLayer[],
  goal: JsonObject,
  key: string,
): boolean {
  const value = composed(layers);
  return (
    value !== undefined &&
    canonicalJson(named(value, key)) === canonicalJson(goal)
  );
}

/** A document that does not say so is about the connection its file is named after. */
function named(value: JsonObject, key: string): JsonObject {
  return Object.hasOwn(value, "connection_id")
    ? value
    : { connection_id: key, ...value };
}

function emptyOverlay(
  { key, layers }: AuthoredConnection,
  environment: string,
): AuthoredLayer {
  const root = layers[0]?.document.root;
  if (root === undefined)
    throw new InternalError("INT001", "a connection has no layer");
  return newLayer(overlayPath(environment, key), root);
}

function fileChange(
  { key, layers }: AuthoredConnection,
  before: AuthoredLayer,
  after: AuthoredLayer,
): FileChange {
  const { source } = before.document;
  const { value } = after.document;
  if (source.text === "")
    return {
      path: source.file,
      before: null,
      after: newOverlayText(key, value, layers),
    };
  const index = indexInFile(before.document);
  const isEmpty = Object.keys(value).every(
    (name) => name === "connection_id" || name === "version",
  );
  if (isEmpty && before.layer === "overlay" && isBare(source.text))
    return { path: source.file, before: source.text, after: null };
  const text = editDocument(
    source.text,
    [{ pointer: "", value: isEmpty ? { connection_id: key } : value }],
    index,
  );
  return { path: source.file, before: source.text, after: text };
}

/** Whether a file holds one document, and nothing people wrote for each other. */
function isBare(text: string): boolean {
  return !/#(?! yaml-language-server:)|^---/mu.test(text);
}

function unreachable(key: string, pointer?: Pointer): UserError {
  const field = segmentsOf(pointer ?? "").join(".");
  return new UserError(
    "CFG047",
    `the files of "${key}" cannot be edited so that they ask for this`,
    {
      why:
        field === ""
          ? "one of its layers undoes the change, or its operations no longer apply"
          : `"${field}" cannot be set or taken away from where it would have to be written: what lies below says otherwise`,
      fix: "edit the shared document, or write the overlay as $patch operations, then run the command again",
      notDone: "nothing was written",
    },
  );
}
