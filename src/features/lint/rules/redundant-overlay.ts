import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import { layOver } from "../../../documents/layers/merge-patch.ts";
import { placeAt, placeOfDocument } from "../../../documents/read/document.ts";
import { PATCH_MEMBER } from "../../../documents/read/json-patch.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../domain/json.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import { authoredIn } from "../world.ts";

/** Lines of an overlay that change nothing. */
export const redundantOverlayRule: LintRule = {
  code: "LNT016",
  name: "redundant-overlay",
  level: "warning",
  summary: "An overlay says only what differs from its base.",
  why: "a repeated value hides what really differs, and stays behind when the base moves on",
  fix: "remove the line, by hand or with: tieline lint --fix",
  isFixable: true,
  check: (world) => [...authoredIn(world)].flatMap(redundancies),
};

/** Names the document, and protection that is said again on purpose: it is meant to hold whatever the base says. */
const KEPT: ReadonlySet<string> = new Set([
  "/connection_id",
  "/version",
  "/lifecycle",
  "/sops",
]);

/** Most members of one document that are named; one with more was not written by hand, and is not edited by us. */
const MAX_EDITS = 500;

function redundancies({ key, layers }: AuthoredConnection): LintFinding[] {
  const top = layers.at(-1);
  const below = layers
    .slice(0, -1)
    .map(({ layer, document }) =>
      layer === "template" ? givenBy(document.value) : document.value,
    );
  if (
    top?.layer !== "overlay" ||
    below.length === 0 ||
    // What operations and another template do cannot be told member by member.
    Object.hasOwn(top.document.value, "template") ||
    layers.some(({ document }) => Object.hasOwn(document.value, PATCH_MEMBER))
  )
    return [];
  const lower = below.reduce(layOver, {});
  const { document } = top;
  const paths = repeatedIn(document.value, lower, []);
  return paths.slice(0, MAX_EDITS).map((path) => {
    const pointer = pointerOf(path);
    return {
      at: placeAt(document, pointer, "key") ?? placeOfDocument(document),
      message: `the overlay of ${quoted(key)} repeats ${quoted(path.join("."))} of the shared document`,
      ...(paths.length > MAX_EDITS
        ? {}
        : { edit: { document, edits: [{ pointer, remove: true }] } }),
    };
  });
}

/** What a template says about itself; everything else goes into connections. */
const ABOUT_TEMPLATE: ReadonlySet<string> = new Set([
  "template",
  "version",
  "description",
]);

function givenBy(template: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(template).filter(([name]) => !ABOUT_TEMPLATE.has(name)),
  );
}

/** Paths of members that leave the lower layers as they are; of a mapping that is repeated as a whole, only the mapping. */
function repeatedIn(
  patch: JsonObject,
  lower: JsonObject,
  path: readonly string[],
): (readonly string[])[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const at = [...path, name];
    if (KEPT.has(pointerOf(at))) return [];
    const before = Object.hasOwn(lower, name) ? lower[name] : undefined;
    if (!isJsonObject(value)) return isWithoutEffect(value, before) ? [at] : [];
    if (!isJsonObject(before)) return [];
    const inner = repeatedIn(value, before, at);
    const repeated = new Set(
      inner
        .filter((one) => one.length === at.length + 1)
        .map((one) => one.at(-1)),
    );
    const areAll = Object.keys(value).every((member) => repeated.has(member));
    return areAll ? [at] : inner;
  });
}

function isWithoutEffect(
  value: JsonValue,
  before: JsonValue | undefined,
): boolean {
  if (value === null) return before === undefined;
  return before !== undefined && canonicalJson(value) === canonicalJson(before);
}
