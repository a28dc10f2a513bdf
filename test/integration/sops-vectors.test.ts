import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/domain/error.ts";
import { createAgeIdentitySource } from "../../src/secrets/sops/age-identities.ts";
import { createAgeProvider } from "../../src/secrets/sops/age-key.ts";
import { goText } from "../../src/secrets/sops/go-text.ts";
import { openSops } from "../../src/secrets/sops/open.ts";
import type { SopsNode } from "../../src/secrets/sops/tree.ts";

interface Vector {
  readonly file: string;
  readonly format: string;
  readonly keys: readonly string[];
  readonly expect: "ok" | "refuse" | "either";
  readonly typed?: string;
}

/** The value tree of the vectors; one of the members is set. */
interface Typed {
  readonly map?: readonly (readonly [string, Typed])[];
  readonly seq?: readonly Typed[];
  readonly [leaf: string]: unknown;
}

const ARCHIVE = join(
  import.meta.dirname,
  "../../../shared/vectors/sops-upstream.tar.gz",
);
const hasVectors = existsSync(ARCHIVE);
let folder = "";
let vectors: readonly Vector[] = [];

beforeAll(() => {
  if (!hasVectors) return;
  folder = mkdtempSync(join(tmpdir(), "tieline-vectors-"));
  execFileSync("tar", ["-xzf", ARCHIVE, "-C", folder]);
  vectors = JSON.parse(readFileSync(path("manifest.json"), "utf8")) as Vector[];
});

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

function path(file: string): string {
  return join(folder, "sops-upstream", file);
}

function isReadHere(vector: Vector): boolean {
  return (
    ["yaml", "json"].includes(vector.format) &&
    vector.keys.length === 1 &&
    vector.keys.every((key) => /\/age-[^/]*\.txt$/u.test(key))
  );
}

async function open(vector: Vector): Promise<readonly SopsNode[]> {
  const identities = createAgeIdentitySource({
    env: {},
    keyFiles: vector.keys.map(path),
  });
  const opened = await openSops(readFileSync(path(vector.file)), {
    path: vector.file,
    format: vector.format === "json" ? "json" : "yaml",
    providers: [createAgeProvider(identities)],
  });
  opened.dispose();
  return opened.documents;
}

/** Both sides in one comparable form. JSON does not tell integers from floats. */
function comparable(node: SopsNode, format: string): unknown {
  if (node.kind === "map")
    return {
      map: [...node.entries].map(([key, value]) => [
        key,
        comparable(value, format),
      ]),
    };
  if (node.kind === "list")
    return { seq: node.items.map((item) => comparable(item, format)) };
  if (node.kind === "str" && node.bytes !== undefined)
    return { str_b64: Buffer.from(node.bytes).toString("base64") };
  if (node.kind === "bool") return { bool: node.value };
  if (node.kind === "null") return { null: true };
  return { [kindIn(node.kind, format)]: goText(node) };
}

function kindIn(kind: string, format: string): string {
  return format === "json" && kind === "int" ? "float" : kind;
}

function expected(typed: Typed, format: string): unknown {
  if (typed.map !== undefined)
    return {
      map: typed.map.map(([key, value]) => [key, expected(value, format)]),
    };
  if (typed.seq !== undefined)
    return { seq: typed.seq.map((item) => expected(item, format)) };
  const [[kind, value] = ["", ""]] = Object.entries(typed);
  return { [kindIn(kind, format)]: kind === "null" ? true : value };
}

describe.skipIf(!hasVectors)("files written by released SOPS versions", () => {
  it("decrypt to the recorded values", async () => {
    const good = vectors.filter(
      (vector) => isReadHere(vector) && vector.expect === "ok",
    );
    expect(good.length).toBeGreaterThanOrEqual(69);
    for (const vector of good) {
      const documents = await open(vector);
      const typed = JSON.parse(
        readFileSync(path(vector.typed ?? ""), "utf8"),
      ) as Typed | Typed[];
      const wanted = Array.isArray(typed) ? typed : [typed];
      expect(
        documents.map((tree) => comparable(tree, vector.format)),
        vector.file,
      ).toEqual(wanted.map((tree) => expected(tree, vector.format)));
    }
  });

  it("are refused when they are broken", async () => {
    const broken = vectors.filter(
      (vector) => isReadHere(vector) && vector.expect === "refuse",
    );
    expect(broken.length).toBeGreaterThan(0);
    for (const vector of broken)
      await expect(open(vector), vector.file).rejects.toBeInstanceOf(UserError);
  });

  it("tell what would open them when the key is of another kind", async () => {
    const pgp = vectors.filter(
      (vector) =>
        ["yaml", "json"].includes(vector.format) &&
        vector.expect === "ok" &&
        !isReadHere(vector),
    );
    for (const vector of pgp)
      await expect(
        open({ ...vector, keys: [] }),
        vector.file,
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^SEC0(?:08|10)$/u) as string,
      });
  });

  it("are left out where other formats or keys are needed", ({ skip }) => {
    const left = vectors.filter((vector) => !isReadHere(vector));
    skip(
      `${String(left.length)} of ${String(vectors.length)} files need other keys or formats`,
    );
  });
});
