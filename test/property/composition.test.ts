import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuthoredConnection } from "../../src/documents/layers/authored.ts";
import {
  layerValues,
  placeOfItem,
} from "../../src/documents/layers/layer-values.ts";
import { locationOf } from "../../src/documents/read/report.ts";
import { layOver, mergePatch } from "../../src/documents/layers/merge-patch.ts";
import { FIELD_RULES } from "../../src/domain/generated/fields.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../src/domain/json.ts";
import { getAt, setAt, type Pointer } from "../../src/domain/field/pointer.ts";
import { canonicalJson } from "../../src/util/canonical-json.ts";
import { resolveTexts } from "../support/documents.ts";

const word = fc.constantFrom("one", "two", "three", "four", "five", "six");
const TEXTS: readonly Pointer[] = [
  "/owner",
  "/description",
  "/settings/prompt",
  "/settings/access_type",
  "/settings/user_agent",
  "/credentials/client_id",
];

/** Some fields of a document; a text may be null where the document allows that. */
function fields(mayBeNull: boolean): fc.Arbitrary<JsonObject> {
  const text = mayBeNull ? fc.option(word, { nil: null }) : word;
  return fc
    .record({
      texts: fc.uniqueArray(
        fc.tuple(
          fc.constantFrom(
            ...TEXTS.filter((at) => at !== "/owner" && at !== "/description"),
          ),
          text,
        ),
        { selector: ([at]) => at, maxLength: 4 },
      ),
      scopes: fc.option(fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), {
        nil: undefined,
      }),
      labels: fc.option(
        fc.dictionary(fc.constantFrom("a", "b", "c"), word, {
          noNullPrototype: true,
          minKeys: 1,
        }),
        { nil: undefined },
      ),
    })
    .map(({ texts, scopes, labels }) => {
      let document: JsonObject = {};
      for (const [at, value] of texts) document = setAt(document, at, value);
      if (scopes !== undefined) document = { ...document, scopes };
      if (labels !== undefined) document = { ...document, labels };
      return document;
    });
}

const layers = fc.record({
  template: fields(false),
  base: fields(true),
  overlay: fields(true),
});

interface Layers {
  readonly template: JsonObject;
  readonly base: JsonObject;
  readonly overlay: JsonObject;
}

const IDENTITY = { provider: "gmail", auth_type: "oauth2" };

/** JSON is YAML, over several lines so that places differ. */
function compose({ template, base, overlay }: Layers) {
  const text = (value: JsonObject) => JSON.stringify(value, null, 1);
  const texts = {
    "templates/t.yaml": text({ template: "t", ...IDENTITY, ...template }),
    "connections/c.yaml": text({ template: "t", ...base }),
    "environments/dev/connections/c.yaml": text(overlay),
  };
  const resolution = resolveTexts({
    templates: { "t.yaml": texts["templates/t.yaml"] },
    base: { "c.yaml": texts["connections/c.yaml"] },
    ...(Object.keys(overlay).length === 0
      ? {}
      : {
          overlays: { "c.yaml": texts["environments/dev/connections/c.yaml"] },
        }),
  });
  return { texts: new Map<string, string>(Object.entries(texts)), resolution };
}

/** What stands at a place of the files. */
function textAt(
  texts: ReadonlyMap<string, string>,
  { file, line, column }: ReturnType<typeof locationOf>,
): string {
  const lines = (texts.get(file) ?? "").split("\n").slice(line - 1);
  return lines.join("\n").slice(column - 1);
}

const spells = (text: string, value: unknown): boolean =>
  text.startsWith(JSON.stringify(value));

describe("composition", () => {
  it("is template, then base with null as a value, then a merge patch", () => {
    fc.assert(
      fc.property(layers, (given) => {
        const { resolution } = compose(given);
        const lower = layOver(
          { ...IDENTITY, ...given.template },
          { connection_id: "c", template: "t", ...given.base },
        );
        const folded = mergePatch(lower, given.overlay);
        expect(resolution.diagnostics).toEqual([]);
        expect(canonicalJson(resolution.connections[0]?.document ?? {})).toBe(
          canonicalJson(folded),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("of nothing but a template equals that template written out", () => {
    fc.assert(
      fc.property(fields(false), (template) => {
        const { resolution } = compose({ template, base: {}, overlay: {} });
        const { document } = resolution.connections[0] ?? { document: {} };
        expect(document).toEqual({
          connection_id: "c",
          template: "t",
          ...IDENTITY,
          ...template,
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe("the place of a value", () => {
  it("is one whose text spells that value", () => {
    fc.assert(
      fc.property(layers, (given) => {
        const { texts, resolution } = compose(given);
        const connection = resolution.authored.get("c");
        expect(connection).toBeDefined();
        if (connection !== undefined) expectSpelled(connection, texts);
      }),
      { numRuns: 200 },
    );
  });

  it("is told for the lowest layer too: everything a layer says is found there", () => {
    fc.assert(
      fc.property(layers, (given) => {
        const { texts, resolution } = compose(given);
        const connection = resolution.authored.get("c");
        for (const pointer of TEXTS)
          for (const saying of connection === undefined
            ? []
            : layerValues(connection.stack, pointer)) {
            const text = textAt(texts, locationOf(saying.place));
            expect(spells(text, saying.value ?? null)).toBe(true);
          }
      }),
      { numRuns: 100 },
    );
  });
});

function expectSpelled(
  { raw, stack }: AuthoredConnection,
  texts: ReadonlyMap<string, string>,
): void {
  for (const { pointer } of FIELD_RULES) {
    const value = getAt(raw, pointer);
    if (value === undefined || isJsonObject(value)) continue;
    const [highest] = layerValues(stack, pointer);
    expect(highest?.value).toEqual(value);
    if (!Array.isArray(value)) {
      const place = highest && locationOf(highest.place);
      expect(place && spells(textAt(texts, place), value)).toBe(true);
      continue;
    }
    // Array.isArray leaves `any[]`; documents hold JSON values only.
    for (const [index, item] of (value as readonly JsonValue[]).entries()) {
      const place = placeOfItem(stack, `${pointer}/${String(index)}`, item);
      expect(place && spells(textAt(texts, locationOf(place)), item)).toBe(
        true,
      );
    }
  }
}
