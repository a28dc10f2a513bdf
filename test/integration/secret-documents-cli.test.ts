import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wrapForAge } from "../../src/secrets/sops/keys/age-key.ts";
import {
  aWorkspace,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import {
  anIdentity,
  seal,
  sealMac,
  sopsYaml,
} from "../support/sops-builder.ts";

const FILE = "environments/dev/secrets.enc.yaml";

/** A workspace whose file of secrets has two documents, is sound, and opens. */
async function twoDocuments(): Promise<{
  readonly run: (args: readonly string[]) => Promise<CliResult>;
  readonly root: string;
}> {
  const root = await aWorkspace({});
  expect((await tieline(["init", "."], { cwd: root })).status).toBe(0);
  const { identity, recipient } = await anIdentity();
  const key = randomBytes(32);
  const enc = JSON.stringify(await wrapForAge(key, recipient));
  const [first, second] = ["alpha-1234", "beta-1234"];
  const text = sopsYaml(
    `a: ${seal(key, first, { aad: "a:" })}\n`,
    sealMac(key, [first, second]),
  )
    .replace("enc: wrapped", `enc: ${enc}`)
    .replace("age1test", recipient);
  const other = `---\nb: ${seal(key, second, { aad: "b:" })}\n`;
  await writeFile(join(root, FILE), text + other);
  await writeFile(
    join(root, ".sops.yaml"),
    `creation_rules:\n  - age: ${recipient}\n`,
  );
  return {
    root,
    run: (args) =>
      tieline(args, {
        cwd: root,
        input: "v-93kfa0x",
        env: { SOPS_AGE_KEY: identity },
      }),
  };
}

async function referToNothing(root: string): Promise<void> {
  await rm(join(root, "connections"), { recursive: true });
  await writeFiles(root, {
    "connections/lent.yaml":
      "connection_id: lent\nprovider: hubspot\nauth_type: oauth2\ncredentials:\n  use_platform_creds: true\n",
  });
}

const COMMANDS = [
  ["validate", "dev"],
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["secrets", "check"],
  ["secrets", "list", "dev"],
  ["secrets", "set", "dev", "a", "--stdin"],
  ["secrets", "unset", "dev", "a"],
] as const;

describe("a file of secrets of several documents", () => {
  it.each([
    ["where a connection refers to it", true],
    ["where nothing refers to it", false],
  ])(
    "is refused by whatever finds values by their path, %s",
    async (_, isUsed) => {
      const { root, run } = await twoDocuments();
      if (!isUsed) await referToNothing(root);
      const before = await readFile(join(root, FILE), "utf8");
      await Promise.all(
        COMMANDS.map(async (args) => {
          const { status, stderr } = await run(args);
          const said = stderr.split("SEC007:").length - 1;
          expect([args, status, said]).toEqual([args, 3, 1]);
        }),
      );
      const doctor = await run(["doctor", "dev"]);
      expect(doctor.stdout).toContain("SEC007");
      expect(await readFile(join(root, FILE), "utf8")).toBe(before);
    },
  );

  it("is kept whole by what changes the file as such", async () => {
    const { root, run } = await twoDocuments();
    expect((await run(["secrets", "rotate", "dev"])).status).toBe(0);
    const shown = await run(["secrets", "textconv", FILE]);
    expect(shown.stdout.trim().split("\n")).toHaveLength(2);
    expect(await readFile(join(root, FILE), "utf8")).toMatch(/^---$/mu);
  });
});
