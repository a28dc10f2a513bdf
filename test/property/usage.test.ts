import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  scanCode as scan,
  type NameUse,
} from "../../src/features/usage/code/scan.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? "60");
const FIXTURES = new URL("../fixtures/code/", import.meta.url);
const CODE = ["hits", "traps"].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, FIXTURES)).map((name) => ({
    name: name.replace(/\.txt$/u, ""),
    text: readFileSync(new URL(`${folder}/${name}`, FIXTURES), "utf8"),
  })),
);
/** What is too deep to be parsed has no uses. */
async function scanCode(
  name: string,
  text: string,
): Promise<readonly NameUse[]> {
  return (await scan(name, text)) ?? [];
}

const aFile = fc.constantFrom(...CODE);
const aName = fc.constantFrom("a.ts", "a.tsx", "a.js", "a.py");

describe("scanning code", () => {
  it("never throws on bytes that are no code", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        aName,
        async (bytes, name) => {
          const text = `scalekit ${new TextDecoder().decode(bytes)}`;
          expect(Array.isArray(await scanCode(name, text))).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("never throws on files that are cut off or have parts missing, and invents no name", async () => {
    await fc.assert(
      fc.asyncProperty(
        aFile,
        fc.nat(),
        fc.nat(),
        async ({ name, text }, a, b) => {
          const [from, to] = [a % text.length, b % text.length].sort(
            (x, y) => x - y,
          );
          for (const broken of [
            text.slice(0, from),
            text.slice(0, from) + text.slice(to),
          ])
            for (const use of await scanCode(name, broken)) {
              const line = broken.split(/\r\n?|\n/u)[use.line - 1] ?? "";
              expect(use.column).toBeGreaterThan(0);
              expect(use.column).toBeLessThanOrEqual(line.length + 1);
            }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("never gives more than possible names for code without a trace of the SDK", async () => {
    const anIdentifier = fc.constantFrom(
      "db",
      "client",
      "pool",
      "actions",
      "connectedAccounts",
      "hub",
    );
    const aMethod = fc.constantFrom(
      "getConnectedAccount",
      "request",
      "getAuthorizationLink",
      "executeTool",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(anIdentifier, { minLength: 1, maxLength: 4 }),
        aMethod,
        async (chain, method) => {
          const text = `${chain.join(".")}.${method}({ connectionName: "name", connector: "name" });`;
          const uses = await scanCode("a.ts", text);
          expect(uses.filter(({ kind }) => kind === "literal")).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  const many = 30_000;
  it.each([
    ["parentheses", "a.ts", "(".repeat(many * 4)],
    ["blocks", "a.ts", "{let a=1;".repeat(many)],
    ["nested calls", "a.ts", "a.actions.request(".repeat(many / 4)],
    ["nested objects", "a.ts", `x.actions.request(${"{a:".repeat(many)}`],
    ["a long chain", "a.ts", `x${".a".repeat(many * 4)}.actions.request({})`],
    [
      "a ladder of choices",
      "a.ts",
      `${Array.from({ length: 2000 }, (_, i) => `const a${String(i)} = c ? a${String(i + 1)} : a${String(i + 1)};`).join("\n")} scalekit.actions.request({ connectionName: a0 });`,
    ],
    [
      "one name assigned often",
      "a.py",
      `${"a = a\n".repeat(many)}a.actions.request(connection_name=a)`,
    ],
    [
      "deep indentation",
      "a.py",
      Array.from({ length: 900 }, (_, i) => `${" ".repeat(i)}if a:`).join("\n"),
    ],
    ["unclosed strings", "a.py", '"""'.repeat(many * 2) + "scalekit"],
    [
      "nested lists",
      "a.py",
      `scalekit.actions.request(connection_name=${"[".repeat(many * 4)}`,
    ],
  ])(
    "ends, and does not throw, for %s",
    async (_, name, code) => {
      const uses = await scanCode(
        name,
        `// scalekit\n${code}`.replace("// ", name === "a.py" ? "# " : "// "),
      );
      expect(Array.isArray(uses)).toBe(true);
    },
    60_000,
  );
});
