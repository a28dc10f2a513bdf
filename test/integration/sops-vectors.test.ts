import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/domain/problem/error.ts";
import { goText } from "../../src/secrets/sops/core/go-text.ts";
import { createSopsProgram } from "../../src/secrets/sops/file/sops-program.ts";
import {
  readSopsFile,
  type SopsFile,
} from "../../src/secrets/sops/file/sops-file.ts";
import { openSops } from "../../src/secrets/sops/file/open.ts";
import { createKeyProviders } from "../../src/secrets/sops/keys/providers.ts";
import type { SopsFormat } from "../../src/secrets/sops/core/format.ts";
import type { SopsNode } from "../../src/secrets/sops/core/tree.ts";
import { hasSops } from "../support/sops-program.ts";

interface Vector {
  readonly file: string;
  readonly format: SopsFormat;
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
const hasGpg = spawnSync("gpg", ["--version"]).status === 0;
let folder = "";
let vectors: readonly Vector[] = [];

beforeAll(() => {
  if (!hasVectors) return;
  // Short, because the socket of the gpg agent lies below it.
  folder = mkdtempSync(join(tmpdir(), "tv-"));
  execFileSync("tar", ["-xzf", ARCHIVE, "-C", folder]);
  vectors = JSON.parse(readFileSync(path("manifest.json"), "utf8")) as Vector[];
  if (!hasGpg) return;
  mkdirSync(gpgHome(), { mode: 0o700 });
  const keys = new Set(vectors.flatMap(({ keys }) => keys.filter(isPgp)));
  execFileSync("gpg", ["--batch", "--import", ...[...keys].map(path)], {
    env: { ...process.env, GNUPGHOME: gpgHome() },
    stdio: "ignore",
  });
}, 60_000);

afterAll(() => {
  if (folder === "") return;
  if (hasGpg) spawnSync("gpgconf", ["--homedir", gpgHome(), "--kill", "all"]);
  rmSync(folder, { recursive: true, force: true });
});

function gpgHome(): string {
  return join(folder, "gnupg");
}

function isPgp(key: string): boolean {
  return key.endsWith(".asc");
}

function path(file: string): string {
  return join(folder, "sops-upstream", file);
}

function isReadHere(vector: Vector): boolean {
  return vector.format !== "ini" && (hasGpg || !vector.keys.some(isPgp));
}

async function open(
  vector: Vector,
  keys: readonly string[] = vector.keys,
): Promise<readonly SopsNode[]> {
  const opened = await openSops(readFileSync(path(vector.file)), {
    path: vector.file,
    format: vector.format,
    providers: createKeyProviders({
      env: {
        PATH: process.env["PATH"],
        GNUPGHOME: keys.some(isPgp) ? gpgHome() : join(folder, "none"),
      },
      keyFiles: keys.filter((key) => !isPgp(key)).map(path),
    }),
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
  return ["json", "binary"].includes(format) && kind === "int" ? "float" : kind;
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
    expect(good.length).toBe(hasGpg ? 265 : good.length);
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
  }, 120_000);

  it("are refused when they are broken", async () => {
    const broken = vectors.filter(
      (vector) => isReadHere(vector) && vector.expect === "refuse",
    );
    expect(broken.length).toBeGreaterThan(0);
    for (const vector of broken)
      await expect(open(vector), vector.file).rejects.toBeInstanceOf(UserError);
  });

  it("tell what would open them when there is no key", async () => {
    const [pgp] = vectors.filter(({ keys }) => keys.some(isPgp));
    const [age] = vectors.filter(({ keys }) => !keys.some(isPgp));
    for (const vector of [pgp, age])
      if (vector !== undefined)
        await expect(open(vector, []), vector.file).rejects.toMatchObject({
          code: "SEC008",
        });
  });

  it("are decrypted by the sops program where the own core does not read them", async ({
    skip,
  }) => {
    const left = vectors.filter((vector) => !isReadHere(vector));
    if (!hasSops)
      skip(
        `${String(left.length)} of ${String(vectors.length)} files are .ini${hasGpg ? "" : " or need gpg"}, and the sops program is not installed`,
      );
    const ini = left.filter(
      ({ format, keys }) => format === "ini" && (hasGpg || !keys.some(isPgp)),
    );
    expect(ini.length).toBeGreaterThan(0);
    for (const vector of ini) {
      const file = await readSopsFile(readFileSync(path(vector.file)), {
        path: vector.file,
        format: "ini",
      }).catch((error: unknown) => error);
      const tree = await decryptedByProgram(file, vector);
      if (vector.expect === "refuse")
        expect(tree, vector.file).toBeInstanceOf(UserError);
      if (vector.expect !== "ok") continue;
      const typed = JSON.parse(
        readFileSync(path(vector.typed ?? ""), "utf8"),
      ) as Typed | Typed[];
      const [wanted] = Array.isArray(typed) ? typed : [typed];
      expect(leaves(tree), vector.file).toEqual(typedLeaves(wanted ?? {}));
    }
  }, 120_000);
});

/** The tree, or the error that says why there is none. */
async function decryptedByProgram(
  file: unknown,
  vector: Vector,
): Promise<unknown> {
  if (file instanceof UserError) return file;
  const ages = vector.keys.filter((key) => !isPgp(key)).map(path);
  const keys = ages.map((name) => readFileSync(name, "utf8")).join("\n");
  const program = createSopsProgram({
    PATH: process.env["PATH"],
    HOME: folder,
    SOPS_AGE_KEY: keys,
    GNUPGHOME: gpgHome(),
  });
  return program.decrypt(file as SopsFile).catch((error: unknown) => error);
}

/**
 * JSON, which the program prints, shows other types and an order of its own for nothing that ini
 * has.
 */
function leaves(tree: unknown): unknown {
  const node = tree as SopsNode;
  if (node.kind === "map")
    return Object.fromEntries(
      [...node.entries].map(([key, child]) => [key, leaves(child)]),
    );
  return node.kind === "list" ? node.items.map(leaves) : goText(node);
}

function typedLeaves(typed: Typed): unknown {
  if (typed.map !== undefined)
    return Object.fromEntries(
      typed.map.map(([key, child]) => [key, typedLeaves(child)]),
    );
  if (typed.seq !== undefined) return typed.seq.map(typedLeaves);
  const [value] = Object.values(typed);
  return String(value);
}
