import { describe, expect, it } from "vitest";
import {
  compareUsage,
  type DeclaredNames,
} from "../../../../../src/features/usage/code/compare.ts";
import type { NameUse } from "../../../../../src/features/usage/code/scan.ts";

const PLACE = { file: "src/a.ts", line: 3, column: 9 };

function aUse(name: string, kind: NameUse["kind"] = "literal"): NameUse {
  return { kind, name, call: "actions.request", ...PLACE };
}

function anEnvironment(
  environment: string,
  states: Readonly<Record<string, string | undefined>>,
  leftOut: readonly string[] = [],
): DeclaredNames {
  const location = { file: "connections/x.yaml", line: 1, column: 1 };
  return {
    environment,
    connections: new Map(
      Object.entries(states).map(([key, state]) => [key, { state, location }]),
    ),
    leftOut: new Set(leftOut),
  };
}

function found(
  uses: readonly NameUse[],
  ...environments: readonly DeclaredNames[]
): string[] {
  return compareUsage(uses, environments).diagnostics.map(
    ({ code, severity, message }) => `${severity} ${code} ${message}`,
  );
}

describe("names in code against declarations", () => {
  it("are one error where they are missing, for all environments, with the nearest name", () => {
    const usage = compareUsage(
      [aUse("gmial")],
      [anEnvironment("dev", { gmail: "active" }), anEnvironment("prod", {})],
    );
    const [first] = usage.diagnostics.filter(({ code }) => code === "USE001");
    expect(first).toMatchObject({
      severity: "error",
      message:
        '"gmial" is not a connection of "dev", "prod"; did you mean "gmail"?',
      location: PLACE,
    });
  });

  it("are an error where another environment alone has them, without a hint", () => {
    expect(
      found(
        [aUse("gmail")],
        anEnvironment("dev", { gmail: undefined }),
        anEnvironment("prod", {}),
      ),
    ).toEqual(['error USE001 "gmail" is not a connection of "prod"']);
  });

  it("are a warning where they are draft, inactive or left out", () => {
    expect(
      found(
        [aUse("gmail")],
        anEnvironment("a", { gmail: "draft" }),
        anEnvironment("b", { gmail: "inactive" }),
        anEnvironment("c", {}, ["gmail"]),
        anEnvironment("d", {}, ["gmail"]),
        anEnvironment("e", { gmail: "active" }),
      ),
    ).toEqual([
      'warning USE001 "gmail" is draft in "a", inactive in "b", left out of "c", "d"',
    ]);
  });

  it("are a note where no code has them, and a possible use counts as one", () => {
    const dev = anEnvironment("dev", { gmail: "active", slack: "active" });
    expect(found([aUse("slack", "possible")], dev)).toEqual([
      'note USE003 no code that was scanned names "gmail"',
    ]);
  });

  it("are never an error when they are possible or dynamic", () => {
    expect(
      found(
        [
          aUse("nowhere", "possible"),
          { kind: "dynamic", call: "actions.request", ...PLACE },
        ],
        anEnvironment("dev", {}),
      ),
    ).toEqual([]);
  });
});
