import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKmsProvider } from "../../src/secrets/sops/keys/kms-key.ts";
import { openSops, type OpenedSops } from "../../src/secrets/sops/file/open.ts";
import { askSecondEngine } from "../../src/secrets/sops/file/second-engine.ts";
import { goText } from "../../src/secrets/sops/core/go-text.ts";
import { nodeAt } from "../../src/secrets/sops/core/tree.ts";
import {
  startKms,
  wrappedForKms,
  type KmsStandIn,
} from "../support/kms-stand-in.ts";
import { LAST_MODIFIED, seal, sealMac } from "../support/sops-builder.ts";

const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
let kms: KmsStandIn;
let env: Record<string, string>;

beforeAll(async () => {
  kms = await startKms();
  env = {
    AWS_ENDPOINT_URL_KMS: kms.origin,
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
  };
  // The second engine knows no other way to be told.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await kms.close();
});

interface FileOptions {
  readonly body?: (key: Buffer) => string;
  readonly leaves?: readonly string[];
  readonly arn?: string;
  readonly wrappedFor?: string;
  readonly context?: string;
  readonly rule?: string;
}

function aKmsFile(options: FileOptions = {}): string {
  const key = randomBytes(32);
  const { arn = ARN, leaves = ["alpha", "7"] } = options;
  const body =
    options.body?.(key) ??
    `a: ${seal(key, "alpha", { aad: "a:" })}\nn: ${seal(key, "7", { aad: "n:", label: "int" })}\n`;
  return `${body}sops:
    kms:
        - arn: ${arn}
          created_at: "${LAST_MODIFIED}"
          enc: ${wrappedForKms(options.wrappedFor ?? arn, key)}
          aws_profile: ""
${options.context ?? ""}    lastmodified: "${LAST_MODIFIED}"
    mac: ${sealMac(key, leaves)}
    ${options.rule ?? "unencrypted_suffix: _unencrypted"}
    version: 3.13.3
`;
}

async function open(text: string): Promise<OpenedSops> {
  const opened = await openSops(Buffer.from(text), {
    path: "s.yaml",
    providers: [createKmsProvider(env)],
  });
  opened.dispose();
  return opened;
}

describe("a file for AWS KMS", () => {
  it("opens with the key's ARN and its context sent along", async () => {
    const { tree } = await open(
      aKmsFile({ context: "          context:\n              app: x\n" }),
    );
    const node = nodeAt(tree, ["a"]);
    expect(node?.kind === "str" ? goText(node) : node).toBe("alpha");
    expect(kms.requests.at(-1)).toMatchObject({
      target: "TrentService.Decrypt",
      body: { KeyId: ARN, EncryptionContext: { app: "x" } },
    });
  });

  it("is refused when its data key was wrapped by another master key", async () => {
    const text = aKmsFile({ wrappedFor: ARN.replace("1234", "9999") });
    await expect(open(text)).rejects.toMatchObject({ code: "SEC012" });
  });

  it("asks nobody when the ARN is none", async () => {
    const before = kms.requests.length;
    const text = aKmsFile({ arn: "arn:aws:kms:x.example/#:1:key/k" });
    await expect(open(text)).rejects.toMatchObject({
      code: "SEC008",
      why: expect.stringContaining("not the ARN") as string,
    });
    expect(kms.requests.length).toBe(before);
  });

  it("is wrapped for the key it names", async () => {
    const entry = { type: "kms", fields: new Map([["arn", ARN]]) } as const;
    const key = randomBytes(32);
    const wrapped = await createKmsProvider(env).wrap?.(entry, key);
    expect(
      wrapped !== undefined && "fields" in wrapped
        ? wrapped.fields.get("enc")
        : wrapped,
    ).toBe(wrappedForKms(ARN, key));
  });
});

describe("the second engine", () => {
  it("agrees on a file inside its gate", async () => {
    const nested = aKmsFile({
      body: (key) =>
        `m:\n  l: ["${seal(key, "one", { aad: "m:l:" })}", "${seal(key, "True", { aad: "m:l:", label: "bool" })}"]\n  plain_unencrypted: yes\nf: ${seal(key, "1.5", { aad: "f:", label: "float" })}\ne: ""\n`,
      leaves: ["one", "True", "yes", "1.5"],
    });
    for (const text of [aKmsFile(), nested])
      expect(await askSecondEngine(await open(text))).toEqual({
        kind: "agrees",
      });
  });

  it("is heard when it differs", async () => {
    const opened = await open(aKmsFile());
    const tree = {
      kind: "map",
      entries: new Map(opened.tree.entries).set("a", {
        kind: "str",
        text: "other",
      }),
    } as const;
    expect(await askSecondEngine({ ...opened, tree })).toEqual({
      kind: "differs",
      path: ["a"],
    });
  });

  it.each([
    [
      "keys that look like numbers",
      {
        body: (key: Buffer) => `"1": ${seal(key, "x", { aad: "1:" })}\n`,
        leaves: ["x"],
      },
    ],
    [
      "times",
      {
        body: (key: Buffer) =>
          `t: ${seal(key, "2020-01-01T00:00:00Z", { aad: "t:", label: "time" })}\n`,
        leaves: ["2020-01-01T00:00:00Z"],
      },
    ],
    ["an alias", { arn: ARN.replace("key/", "alias/") }],
    ["another partition", { arn: ARN.replace("arn:aws:", "arn:aws-cn:") }],
    ["a rule with flags", { rule: 'encrypted_regex: "(?i)^[AN]$"' }],
    [
      "numbers it writes otherwise",
      { body: () => "x_unencrypted: 0.0000001\n", leaves: ["0.0000001"] },
    ],
  ] as [string, FileOptions][])(
    "is not asked about %s",
    async (_name, options) => {
      expect(
        await askSecondEngine(await open(aKmsFile(options))),
      ).toMatchObject({ kind: "outside" });
    },
  );
});
