import type { AuthoredConnection } from "../../../documents/layers/authored.ts";
import { layOver } from "../../../documents/layers/merge-patch.ts";
import { placeAt, placeOfDocument } from "../../../documents/read/document.ts";
import { PATCH_MEMBER } from "../../../documents/read/json-patch.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../../domain/json.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import { authoredIn, isProduction, type LintEnvironment } from "../world.ts";

/**
 * Names the document, and protection that is said again on purpose: it is meant to hold whatever
 * the base says.
 */
const KEPT: ReadonlySet<string> = new Set([
  "/connection_id",
  "/version",
  "/lifecycle",
  "/sops",
]);

/**
 * Most members of one document that are named; one with more was not written by hand, and is not
 * edited by us.
 */
const MAX_EDITS = 500;

/** What a template says about itself; everything else goes into connections. */
const ABOUT_TEMPLATE: ReadonlySet<string> = new Set([
  "template",
  "version",
  "description",
]);

/** How the documents of an environment fit together. */
export const DOCUMENT_RULES: readonly LintRule[] = [
  // Two names for one consent.
  {
    code: "LNT005",
    name: "duplicate-connection",
    level: "warning",
    summary:
      "No two connections of an environment ask the same provider for the same scopes with the same client.",
    why: "users are asked twice for what they granted already, and each of the two is changed without the other",
    fix: "keep one and let code use its name, or say in each what makes it different",
    check: (world) => world.chosen.flatMap(duplicatesIn),
  },
  // Files that look managed and are not.
  {
    code: "LNT006",
    name: "unused-connection",
    level: "warning",
    summary: "A shared connection belongs to at least one environment.",
    why: "the file looks as if it were managed, but no plan ever contains it",
    fix: "let an environment include it, or remove the file",
    check: ({ all, isWhole, shared }) =>
      isWhole
        ? shared
            .filter(
              ({ name }) => !all.some(({ authored }) => authored.has(name)),
            )
            .map(({ name, document }) => ({
              at: placeOfDocument(document),
              message: `the connection ${quoted(name)} belongs to no environment`,
            }))
        : [],
  },
  // Lines of an overlay that change nothing.
  {
    code: "LNT016",
    name: "redundant-overlay",
    level: "warning",
    summary: "An overlay says only what differs from its base.",
    why: "a repeated value hides what really differs, and stays behind when the base moves on",
    fix: "remove the line, by hand or with: tieline lint --fix",
    isFixable: true,
    check: (world) => [...authoredIn(world)].flatMap(redundancies),
  },
  // One lost file away from deletion.
  {
    code: "LNT018",
    name: "unprotected-in-production",
    level: "warning",
    summary: "Where production prunes, connections are protected.",
    why: "with prune: true a file that is gone means a connection that is deleted, together with what users granted it",
    fix: "set lifecycle.protected: true in its overlay, or prune: false in environment.yaml",
    check: ({ chosen }) =>
      chosen
        .filter((each) => isProduction(each) && each.rules?.prunes === true)
        .flatMap(({ name, connections, authored }) =>
          connections.flatMap(({ key, isProtected }) => {
            const stack = authored.get(key)?.stack;
            if (isProtected || stack === undefined) return [];
            return [
              {
                at: startOf(stack),
                message: `${quoted(key)} is not protected in ${quoted(name)}, which prunes`,
              },
            ];
          }),
        ),
  },
];

function duplicatesIn({
  name,
  connections,
  authored,
}: LintEnvironment): LintFinding[] {
  const first = new Map<string, string>();
  return connections.flatMap((connection) => {
    const mark = markOf(connection);
    const stack = authored.get(connection.key)?.stack;
    if (mark === undefined || stack === undefined) return [];
    const earlier = first.get(mark);
    if (earlier === undefined) {
      first.set(mark, connection.key);
      return [];
    }
    return [
      {
        at: startOf(stack),
        message: `in the environment ${quoted(name)} the connection ${quoted(connection.key)} has provider, client and scopes of ${quoted(earlier)}`,
      },
    ];
  });
}

/**
 * Provider, client and scopes; `undefined` where client or scopes are not told, because then
 * nothing is known to be equal.
 */
function markOf({
  provider,
  authType,
  fields,
}: DesiredConnection): string | undefined {
  const client =
    fields["/credentials/use_platform_creds"] === true
      ? true
      : fields["/credentials/client_id"];
  const scopes = fields["/scopes"];
  if (client === undefined || client === null) return undefined;
  if (!Array.isArray(scopes) || scopes.length === 0) return undefined;
  const asked = [...new Set(scopes.map(String))].sort();
  return canonicalJson([provider, authType, client, asked]);
}

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

function givenBy(template: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(template).filter(([name]) => !ABOUT_TEMPLATE.has(name)),
  );
}

/**
 * Paths of members that leave the lower layers as they are; of a mapping that is repeated as a
 * whole, only the mapping.
 */
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
