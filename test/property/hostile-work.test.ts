import { beforeEach, describe, expect, it } from "vitest";
import { InvalidDocumentsError } from "../../src/domain/problem/error.ts";
import type { Diagnostic } from "../../src/domain/problem/diagnostic.ts";
import { MAX_STEPS, addSteps, startWork } from "../../src/util/work.ts";
import {
  connectionText,
  resolveTexts,
  type Texts,
} from "../support/documents.ts";

const range = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index);

/** Connections, numbered; `more` is added to each. */
function connections(count: number, more = ""): Record<string, string> {
  return Object.fromEntries(
    range(count).map((index) => [
      `mail-${String(index)}.yaml`,
      connectionText(`mail-${String(index)}`, more),
    ]),
  );
}

/**
 * What is found, and what it cost; a run that asks for too much ends with the error it would be
 * told with.
 */
function resolved(texts: Texts): {
  readonly diagnostics: readonly Diagnostic[];
  readonly steps: number;
} {
  let diagnostics: readonly Diagnostic[];
  try {
    ({ diagnostics } = resolveTexts(texts));
  } catch (error) {
    if (!(error instanceof InvalidDocumentsError)) throw error;
    ({ diagnostics } = error);
  }
  return { diagnostics, steps: stepsSoFar() };
}

/** Found by halving: the meter has no reader, because no result may depend on it. */
function stepsSoFar(): number {
  let left = 0;
  for (let by = 2 ** 30; by >= 1; by /= 2)
    if (addSteps(by)) left += by;
    else addSteps(-by);
  return MAX_STEPS - left;
}

/** Files of less than a mebibyte each, of parts that multiply. */
const PRODUCTS: Readonly<Record<string, Texts>> = {
  "selectors and connections": {
    base: connections(1_500),
    environment: `connections:\n  include:\n${range(20_000)
      .map((index) => `    - "*a*a*a*a*${String(index)}*"\n`)
      .join("")}`,
  },
  "misspelt variables": {
    base: {
      "mail.yaml": connectionText(
        "mail",
        `labels:\n${range(5_000)
          .map(
            (index) =>
              `  k${String(index)}: \${var.misspelt_${String(index)}}\n`,
          )
          .join("")}`,
      ),
    },
    environment: `variables:\n${range(4_000)
      .map((index) => `  misspelled_${String(index)}: x\n`)
      .join("")}`,
  },
  "a long variable, many times": {
    base: {
      "mail.yaml": connectionText(
        "mail",
        `labels:\n${range(10_000)
          .map((index) => `  k${String(index)}: "\${var.long}"\n`)
          .join("")}`,
      ),
    },
    environment: `variables:\n  long: ${"x".repeat(500_000)}\n`,
  },
  "misspelt fields": {
    base: {
      "mail.yaml": connectionText(
        "mail",
        range(20_000)
          .map((index) => `scopse${String(index)}: x\n`)
          .join(""),
      ),
    },
  },
  "wrong pointers": {
    base: connections(
      40,
      `lifecycle:\n  ignore:\n${range(500)
        .map((index) => `    - /settings/promt${String(index)}\n`)
        .join("")}`,
    ),
  },
};

describe("documents whose parts multiply", () => {
  beforeEach(startWork);

  it.each(Object.entries(PRODUCTS))(
    "%s end with few errors that have a place",
    (_title, texts) => {
      const { diagnostics } = resolved(texts);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThan(2_000);
      expect(errors.filter(({ location }) => location === undefined)).toEqual(
        [],
      );
    },
  );

  it("end a run that asks for too much, naming what asked", () => {
    addSteps(MAX_STEPS);
    const { diagnostics } = resolved({ base: connections(1) });
    expect(diagnostics).toMatchObject([
      {
        code: "CFG004",
        location: { file: "environments/dev/environment.yaml" },
      },
    ]);
  });

  it("are counted per connection too: environments and connections multiply", () => {
    addSteps(MAX_STEPS - 20_000);
    const { diagnostics } = resolved({ base: connections(50) });
    expect(diagnostics).toMatchObject([
      {
        code: "CFG004",
        location: { file: expect.stringMatching(/^connections\//u) as string },
      },
    ]);
  });

  it("are far from anything a large configuration asks for", () => {
    const { diagnostics, steps } = resolved({
      base: connections(1_000, "labels: {team: support}\n"),
      environment: `connections:\n  include:\n${range(100)
        .map((index) => `    - "mail-${String(index)}*"\n`)
        .join("")}`,
    });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual(
      [],
    );
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(MAX_STEPS / 20);
  });
});
