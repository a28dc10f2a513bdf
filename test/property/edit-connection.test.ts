import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyEdits,
  type DocumentEdit,
} from "../../src/documents/edit/apply-edits.ts";
import { editConnection } from "../../src/documents/edit/edit-connection.ts";
import { yamlText } from "../../src/documents/read/yaml-text.ts";
import { UserError } from "../../src/domain/problem/error.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { pointerOf } from "../../src/domain/field/pointer.ts";
import type { FileChange } from "../../src/domain/source-file.ts";
import { compareText } from "../../src/util/compare-text.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { resolveTexts } from "../support/documents.ts";

const names = fc.constantFrom(
  "settings",
  "credentials",
  "labels",
  "scopes",
  "a",
  "b",
);
const plain: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>("x", "y", 1, true, "${var.z}"),
  fc.uniqueArray(fc.constantFrom("p", "q", "r", "s"), { maxLength: 4 }),
);
const tree: fc.Arbitrary<JsonObject> = fc.dictionary(
  names,
  fc.oneof(
    plain,
    fc.dictionary(
      names,
      fc.oneof(
        plain,
        fc.dictionary(names, plain, { maxKeys: 2, noNullPrototype: true }),
      ),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
  { maxKeys: 5, noNullPrototype: true },
);
const edits: fc.Arbitrary<DocumentEdit[]> = fc.array(
  fc
    .tuple(
      fc.array(names, { minLength: 1, maxLength: 3 }),
      fc.option(fc.oneof(plain, tree), { freq: 3 }),
    )
    .map(([path, value]): DocumentEdit =>
      value === null
        ? { pointer: pointerOf(path), remove: true }
        : { pointer: pointerOf(path), value },
    ),
  { minLength: 1, maxLength: 4 },
);

const HEAD = { connection_id: "c", provider: "gmail", auth_type: "oauth2" };
const BASE = "connections/c.yaml";
const OVERLAY = "environments/dev/connections/c.yaml";

/** The connection as its files declare it. */
function resolve(
  files: Readonly<Record<string, string>>,
): ReturnType<typeof resolveTexts> {
  return resolveTexts({
    base: files[BASE] === undefined ? {} : { "c.yaml": files[BASE] },
    overlays: files[OVERLAY] === undefined ? {} : { "c.yaml": files[OVERLAY] },
  });
}

function written(
  files: Readonly<Record<string, string>>,
  changes: readonly FileChange[],
): Record<string, string> {
  const after = new Map(Object.entries(files));
  for (const { path, before, after: text } of changes) {
    expect(after.get(path) ?? null).toBe(before);
    if (text === null) after.delete(path);
    else after.set(path, text);
  }
  return Object.fromEntries(after);
}

function filesOf(
  base: JsonObject | undefined,
  overlay: JsonObject | undefined,
  isPatch: boolean,
): Record<string, string> {
  const files: Record<string, string> = {};
  if (base !== undefined)
    files[BASE] = `# shared\n${yamlText({ ...HEAD, ...base })}`;
  if (overlay === undefined) return files;
  const patch = Object.entries(overlay).map(([name, value]) => ({
    op: "add",
    path: `/${name}`,
    value,
  }));
  files[OVERLAY] = yamlText(
    base === undefined
      ? { ...HEAD, ...overlay }
      : isPatch
        ? { connection_id: "c", $patch: patch }
        : overlay,
  );
  return files;
}

function tryEdit(
  ...args: Parameters<typeof editConnection>
): readonly FileChange[] | undefined {
  try {
    return editConnection(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return undefined;
  }
}

describe("editing the files of a connection", () => {
  it("makes its layers give what is wanted, in the files it may write", () => {
    let refused = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.record({
          base: fc.option(tree, { nil: undefined, freq: 6 }),
          overlay: fc.option(tree, { nil: undefined }),
          isPatch: fc.boolean(),
        }),
        edits,
        fc.constantFrom("overlay" as const, "base" as const),
        ({ base, overlay, isPatch }, asked, where) => {
          if (base === undefined && overlay === undefined) return;
          const files = filesOf(base, overlay, isPatch);
          const authored = resolve(files).authored.get("c");
          if (authored === undefined) return;
          all += 1;
          const wanted = possible(authored.raw, asked);
          const changes = tryEdit(authored, wanted, where, {
            environment: "dev",
          });
          if (changes === undefined) {
            refused += 1;
            return;
          }
          if (where === "overlay" && base !== undefined)
            expect(changes.every(({ path }) => path === OVERLAY)).toBe(true);
          const after = resolve(written(files, changes)).authored.get("c")?.raw;
          expect(after && sorted(after)).toEqual(sorted(wanted));
          const again = resolve(written(files, changes)).authored.get("c");
          if (again !== undefined)
            expect(
              editConnection(again, wanted, where, { environment: "dev" }),
            ).toEqual([]);
        },
      ),
      { numRuns: 3 * PROPERTY_RUNS },
    );
    expect(refused / all).toBeLessThan(0.05);
  });
});

/** Scopes are a set; their order is that of the files. */
function sorted(value: JsonObject): JsonObject {
  const scopes = value["scopes"];
  return Array.isArray(scopes)
    ? { ...value, scopes: scopes.map(String).toSorted(compareText) }
    : value;
}

function possible(
  value: JsonObject,
  asked: readonly DocumentEdit[],
): JsonObject {
  let at = value;
  for (const edit of asked)
    try {
      at = applyEdits(at, [edit]);
    } catch {
      // It leads into a list.
    }
  return at;
}
