import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/domain/problem/error.ts";
import {
  createSopsYaml,
  type PlainSecrets,
} from "../../src/secrets/sops/file/create.ts";
import { goText } from "../../src/secrets/sops/core/go-text.ts";
import { openSops } from "../../src/secrets/sops/file/open.ts";
import type { SopsNode } from "../../src/secrets/sops/core/tree.ts";
import { ageProvider, anIdentity } from "../support/sops-builder.ts";

const SECRETS = {
  gmail: { client_secret: "value-1", token: "12345" },
  jira: { password: "p ä \n x" },
  list: "true",
};
const mine = await anIdentity();
const provider = ageProvider(mine.identity);

async function create(secrets: PlainSecrets): Promise<string> {
  return createSopsYaml(secrets, [mine.recipient], {
    path: "s.yaml",
    lastModified: new Date(0),
  });
}

/** Every value by its path, as a reference would find it. */
function values(
  node: SopsNode,
  path: string,
  into: Map<string, string>,
): Map<string, string> {
  if (node.kind === "map")
    for (const [key, child] of node.entries)
      values(child, `${path}/${key}`, into);
  else if (node.kind === "list")
    node.items.forEach((child, at) =>
      values(child, `${path}/${String(at)}`, into),
    );
  else into.set(path, goText(node));
  return into;
}

async function read(
  bytes: Uint8Array,
): Promise<Map<string, string> | UserError> {
  try {
    const opened = await openSops(bytes, {
      path: "s.yaml",
      providers: [provider],
    });
    opened.dispose();
    return values(opened.tree, "", new Map());
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

const good = Buffer.from(await create(SECRETS));
const original = await read(good);

/** As many as the long run asks for, never fewer than this. */
const runs = (least: number): number =>
  Math.max(least, Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 0));

describe("a file of secrets", () => {
  it("with any byte changed is refused or gives the same values", async () => {
    expect(original).toBeInstanceOf(Map);
    const flip = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), flip, async (at, bits) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = (bytes[at] ?? 0) ^ bits;
        expectNothingWrong(await read(bytes));
      }),
      { numRuns: runs(500), seed: 20240506 },
    );
  });

  it("with lines taken out, repeated or exchanged is refused or gives the same values", async () => {
    const lines = good.toString().split("\n");
    const line = fc.nat(lines.length - 1);
    const way = fc.constantFrom("remove", "repeat", "exchange");
    await fc.assert(
      fc.asyncProperty(line, line, way, async (from, to, how) => {
        const changed = [...lines];
        if (how === "remove") changed.splice(from, 1);
        else if (how === "repeat") changed.splice(to, 0, lines[from] ?? "");
        else
          [changed[from], changed[to]] = [lines[to] ?? "", lines[from] ?? ""];
        expectNothingWrong(await read(Buffer.from(changed.join("\n"))));
      }),
      { numRuns: runs(300), seed: 20240507 },
    );
  });

  it("gives back whatever text was written", async () => {
    const key = fc
      .string({ minLength: 1, unit: "grapheme" })
      .filter((text) => text !== "sops" && !text.endsWith("_unencrypted"));
    const text = fc.string({ unit: "grapheme" });
    const { tree } = fc.letrec<{ tree: PlainSecrets }>((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, text, tie("tree")), {
        minKeys: 1,
        maxKeys: 4,
        noNullPrototype: true,
      }),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (secrets) => {
        const opened = await openSops(Buffer.from(await create(secrets)), {
          path: "s.yaml",
          providers: [provider],
        });
        expect(plain(opened.tree)).toEqual(secrets);
      }),
      { numRuns: runs(60), seed: 20240508 },
    );
  });
});

function originalOf(path: string): string | undefined {
  return original instanceof Map ? original.get(path) : undefined;
}

function plain(node: SopsNode): unknown {
  if (node.kind === "map")
    return Object.fromEntries(
      [...node.entries].map(([key, value]) => [key, plain(value)]),
    );
  return node.kind === "str" ? node.text : node.kind;
}

/** Either refused without a word about the values, or every value found is the original. */
function expectNothingWrong(seen: Map<string, string> | UserError): void {
  if (seen instanceof UserError) {
    expect(seen.message + String(seen.why)).not.toMatch(/value-1|12345|p ä/u);
    return;
  }
  for (const [path, value] of seen) {
    // The format lets anyone add keys whose value is empty; the store refuses an empty secret. It
    // also lets anyone turn a group into a list of one (" a:" into "- a:"), because positions are
    // not authenticated: the right value then stands at a path with a number in it, where no
    // reference to the old path finds it.
    if (value !== "")
      expect(value, path).toBe(
        originalOf(path) ?? originalOf(path.replace(/\/\d+(?=\/|$)/gu, "")),
      );
  }
}
