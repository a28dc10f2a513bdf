import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAgeIdentitySource } from "../../../../src/secrets/sops/keys/age-identities.ts";
import { createAgeProvider } from "../../../../src/secrets/sops/keys/age-key.ts";
import { importX25519Identity } from "../../../../src/secrets/sops/keys/age-x25519.ts";
import { createSopsYaml } from "../../../../src/secrets/sops/file/create.ts";
import { openSops } from "../../../../src/secrets/sops/file/open.ts";
import { splitCommand } from "../../../../src/secrets/sops/keys/split-command.ts";
import { nodeAt } from "../../../../src/secrets/sops/core/tree.ts";
import { ageProvider, anIdentity } from "../../../support/sops-builder.ts";

const AT = new Date("2024-05-06T07:08:09.500Z");
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-age-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function load(
  env: Record<string, string>,
  more: {
    readonly keyFiles?: string[];
    readonly platform?: NodeJS.Platform;
  } = {},
): Promise<{ texts: string[]; problems: readonly string[] }> {
  const { identities, problems } = await createAgeIdentitySource({
    env,
    ...more,
  }).load();
  return { texts: identities.map((identity) => identity.text), problems };
}

describe("looking for identities", () => {
  it("merges the variable, the named file, handed-in files and the user's folder", async () => {
    const write = (name: string, text: string): Promise<void> =>
      writeFile(join(folder, name), text);
    await mkdir(join(folder, "sops/age"), { recursive: true });
    await write("a.txt", "# comment\r\nAGE-SECRET-KEY-1A\r\n\r\n");
    await write("b.txt", "AGE-SECRET-KEY-1B");
    await write(
      "sops/age/keys.txt",
      "AGE-SECRET-KEY-1C\nAGE-SECRET-KEY-PQ-1D\n",
    );
    const env = {
      SOPS_AGE_KEY: "AGE-SECRET-KEY-1X AGE-SECRET-KEY-1Y",
      SOPS_AGE_KEY_FILE: join(folder, "a.txt"),
      XDG_CONFIG_HOME: folder,
    };
    const found = await load(env, {
      keyFiles: [join(folder, "b.txt")],
      platform: "linux",
    });
    expect(found.texts.map((text) => text.at(-1))).toEqual([
      "X",
      "Y",
      "A",
      "B",
      "C",
      "D",
    ]);
    expect(found.problems).toEqual([]);
  });

  it.each([
    ["linux", ".config/sops/age"],
    ["darwin", "Library/Application Support/sops/age"],
  ] as const)("looks in the user's folder on %s", async (platform, place) => {
    await mkdir(join(folder, place), { recursive: true });
    await writeFile(join(folder, place, "keys.txt"), "AGE-SECRET-KEY-1H\n");
    expect((await load({ HOME: folder }, { platform })).texts).toEqual([
      "AGE-SECRET-KEY-1H",
    ]);
  });

  it("tells what could not be used without telling the text", async () => {
    await writeFile(
      join(folder, "p.txt"),
      "-----BEGIN AGE ENCRYPTED FILE-----\nxyz\n",
    );
    await writeFile(join(folder, "q.txt"), "AGE-PLUGIN-YUBIKEY-1QQQ\n");
    const found = await load(
      {},
      {
        keyFiles: ["p.txt", "q.txt", "none.txt"].map((name) =>
          join(folder, name),
        ),
      },
    );
    expect(found.texts).toEqual([]);
    expect(found.problems.join("\n")).toMatch(
      /passphrase[\s\S]*plugin[\s\S]*none\.txt cannot be read/u,
    );
    expect(found.problems.join("\n")).not.toMatch(/xyz|1QQQ/u);
  });

  it("finds nothing where there is nothing", async () => {
    expect(await load({})).toEqual({ texts: [], problems: [] });
  });
});

describe("the key command", () => {
  it.skipIf(process.platform === "win32")(
    "runs once per recipient, without a shell, and is told the recipient",
    async () => {
      const program = join(folder, "my keys");
      await writeFile(
        program,
        `#!/bin/sh\necho run >> "${folder}/log"\necho "KEY-FOR-$SOPS_AGE_RECIPIENT-$1"\n`,
      );
      await chmod(program, 0o700);
      const source = createAgeIdentitySource({
        env: { ...process.env, SOPS_AGE_KEY_CMD: `"${program}" '$HOME;x'` },
      });
      const found = await source.loadFor("age1abc");
      expect(found.map((identity) => identity.text)).toEqual([
        "KEY-FOR-age1abc-$HOME;x",
      ]);
      expect(await source.loadFor("age1abc")).toBe(found);
    },
  );

  it("that fails is a problem without its output", async () => {
    const source = createAgeIdentitySource({
      env: {
        SOPS_AGE_KEY_CMD: `${process.execPath} -e "console.log('LEAK');process.exit(1)"`,
      },
    });
    expect(await source.loadFor("age1abc")).toEqual([]);
    expect((await source.load()).problems).toEqual([
      "the program of SOPS_AGE_KEY_CMD failed",
    ]);
  });

  it.each([
    ["", []],
    ["a  b", ["a", "b"]],
    [`a "b c" 'd "e'`, ["a", "b c", 'd "e']],
    [`a\\ b "c\\"d" x"y"z`, ["a b", 'c"d', "xyz"]],
    [`a "" b`, ["a", "", "b"]],
    ['a "b', undefined],
    ["a \\", undefined],
  ])("%j is split into words", (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });
});

describe("importing an identity", () => {
  it("gives the same key the library works with", async () => {
    const { Decrypter, Encrypter } = await import("age-encryption");
    const mine = await anIdentity();
    const key = await importX25519Identity(mine.identity);
    const encrypter = new Encrypter();
    encrypter.addRecipient(mine.recipient);
    const decrypter = new Decrypter();
    if (key !== undefined) decrypter.addIdentity(key);
    const opened = decrypter.decrypt(await encrypter.encrypt("text"), "text");
    expect(await opened).toBe("text");
  });

  it.each([
    "AGE-SECRET-KEY-PQ-1QQQQ",
    "AGE-SECRET-KEY-1QQQ",
    "AGE-SECRET-KEY-1",
    "",
    "AGE-SECRET-KEY-1bbbbbbbbbbbbb",
  ])("leaves %j to the library", async (text) => {
    expect(await importX25519Identity(text)).toBeUndefined();
  });
});

describe("opening with age", () => {
  it("works for each recipient, post-quantum ones too, and for nobody else", async () => {
    const { generateHybridIdentity, identityToRecipient } =
      await import("age-encryption");
    const quantum = await generateHybridIdentity();
    const [first, second, other] = await Promise.all([
      anIdentity(),
      anIdentity(),
      anIdentity(),
    ]);
    const recipients = [
      first.recipient,
      second.recipient,
      await identityToRecipient(quantum),
    ];
    const text = await createSopsYaml({ a: { b: "value" } }, recipients, {
      path: "s.yaml",
      lastModified: AT,
    });
    const open = (...keys: string[]): ReturnType<typeof openSops> =>
      openSops(Buffer.from(text), {
        path: "s.yaml",
        providers: [ageProvider(...keys)],
      });
    for (const key of [first.identity, second.identity, quantum])
      expect(
        nodeAt((await open(other.identity, key)).tree, ["a", "b"]),
      ).toEqual({ kind: "str", text: "value" });
    await expect(open(other.identity)).rejects.toMatchObject({
      code: "SEC008",
    });
    await expect(open()).rejects.toMatchObject({ code: "SEC008" });
  });

  it("tells a damaged copy from a missing key", async () => {
    const [mine, other] = await Promise.all([anIdentity(), anIdentity()]);
    const text = await createSopsYaml({ a: "value" }, [mine.recipient], {
      path: "s.yaml",
      lastModified: AT,
    });
    const lines = text.split("\n");
    const last = lines.findIndex((line) => line.includes("-----END")) - 1;
    const cut = lines.filter((_line, at) => at !== last).join("\n");
    const open = (file: string, key: string): ReturnType<typeof openSops> =>
      openSops(Buffer.from(file), {
        path: "s.yaml",
        providers: [ageProvider(key)],
      });
    await expect(open(cut, mine.identity)).rejects.toMatchObject({
      code: "SEC012",
    });
    await expect(open(text, other.identity)).rejects.toMatchObject({
      code: "SEC008",
    });
  });

  it("opens many files at a time", async () => {
    const [mine, other] = await Promise.all([anIdentity(), anIdentity()]);
    const provider = ageProvider(mine.identity);
    const files = await Promise.all(
      [mine, other, mine, other].map((to) =>
        createSopsYaml({ a: "v" }, [to.recipient], {
          path: "s.yaml",
          lastModified: AT,
        }),
      ),
    );
    const results = await Promise.allSettled(
      files.map((text) =>
        openSops(Buffer.from(text), { path: "s.yaml", providers: [provider] }),
      ),
    );
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
  });

  it("never repeats text that is no identity", async () => {
    const mine = await anIdentity();
    const text = await createSopsYaml({ a: "v" }, [mine.recipient], {
      path: "s.yaml",
      lastModified: AT,
    });
    const broken =
      mine.identity.slice(0, -1) + (mine.identity.endsWith("Q") ? "P" : "Q");
    const provider = createAgeProvider(
      createAgeIdentitySource({ env: { SOPS_AGE_KEY: `${broken} hunter2` } }),
    );
    const error: unknown = await openSops(Buffer.from(text), {
      path: "s.yaml",
      providers: [provider],
    }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: "SEC008",
      why: expect.stringContaining(
        "SOPS_AGE_KEY holds text that is not an age identity",
      ) as string,
    });
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toMatch(/AGE-SECRET|hunter2/u);
  });
});
