import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SopsEditor } from "../../src/secrets/sops/edit/editor.ts";
import { createEmptySops } from "../../src/secrets/sops/edit/new-file.ts";
import { createKeyProviders } from "../../src/secrets/sops/keys/providers.ts";
import { parseCreationRule } from "../../src/secrets/sops/file/sops-config.ts";
import type { SopsScalar } from "../../src/secrets/sops/core/tree.ts";
import { aWorkspace, tieline } from "../support/cli.ts";
import { anyRecipient } from "../support/sops-builder.ts";

const FILE = "environments/dev/secrets.enc.yaml";
const VALUE = "Plain-Text-77";
const NOW = new Date("2025-01-02T03:04:05Z");
const CRM = `connection_id: crm
provider: hubspot
auth_type: oauth2
credentials:
  client_id: "123"
  client_secret: secret://crm/client_secret
`;

async function aDemo(): Promise<{ root: string; recipient: string }> {
  const root = await aWorkspace({});
  const { status } = await tieline(["init", "."], { cwd: root });
  expect(status).toBe(0);
  for (const file of await readdir(join(root, "connections")))
    await rm(join(root, "connections", file));
  await writeFile(join(root, "connections/crm.yaml"), CRM);
  const config = await readFile(join(root, ".sops.yaml"), "utf8");
  return { root, recipient: /age1\w+/u.exec(config)?.[0] ?? "" };
}

/**
 * A file of secrets as SOPS would write it under a rule, values and all, readable ones included.
 */
async function write(
  root: string,
  lines: readonly string[],
  values: Readonly<Record<string, SopsScalar>>,
): Promise<void> {
  const { recipient } = await recipientOf(root);
  const text = `creation_rules:\n  - age: ${recipient}\n${lines.map((line) => `    ${line}\n`).join("")}`;
  await writeFile(join(root, ".sops.yaml"), text);
  const rule = await parseCreationRule(text, ".sops.yaml", FILE);
  if (rule === undefined) throw new Error("no rule");
  const providers = createKeyProviders({ env: {}, keyFiles: [] });
  const empty = await createEmptySops("s.yaml", {
    rule,
    providers,
    consent: anyRecipient,
    now: NOW,
  });
  const editor = new SopsEditor(empty, () => true);
  for (const [path, value] of Object.entries(values))
    editor.set(path.split("/"), value);
  await writeFile(join(root, FILE), await editor.finish(NOW));
}

async function recipientOf(root: string): Promise<{ recipient: string }> {
  const config = await readFile(join(root, ".sops.yaml"), "utf8");
  return { recipient: /age1\w+/u.exec(config)?.[0] ?? "" };
}

async function codes(
  root: string,
  args: readonly string[],
): Promise<{ status: number | null; codes: readonly string[]; text: string }> {
  const { status, stdout, stderr } = await tieline([...args, "--json"], {
    cwd: root,
  });
  const text = stdout + stderr;
  return { status, codes: text.match(/[A-Z]{3}\d{3}/gu) ?? [], text };
}

describe("secrets set, under rules of a pull request", () => {
  it.each([
    ["a pattern that fits nothing", ["encrypted_regex: ^(data|stringData)$"]],
    ["a pattern that fits the name", ["unencrypted_regex: client"]],
    ["a pattern that fits everything", ["unencrypted_regex: .*"]],
    ["a suffix that is the name's end", ["unencrypted_suffix: secret"]],
    ["a suffix that nothing has", ["encrypted_suffix: _enc"]],
    [
      "a group that is left out",
      ["unencrypted_regex: ^crm$", "mac_only_encrypted: true"],
    ],
    ["a rule by comments", ["encrypted_comment_regex: secret"]],
  ])("refuses %s, and writes nothing", async (_name, lines) => {
    const { root, recipient } = await aDemo();
    await writeFile(
      join(root, ".sops.yaml"),
      `creation_rules:\n  - age: ${recipient}\n${lines.map((line) => `    ${line}\n`).join("")}`,
    );
    await rm(join(root, FILE));
    const { status, stderr } = await tieline(
      ["secrets", "set", "dev", "crm/client_secret", "--stdin"],
      { cwd: root, input: VALUE },
    );
    expect(status).toBe(3);
    expect(stderr).toMatch(/SEC005|SEC022/u);
    expect(stderr).not.toContain(VALUE);
    expect(await readdir(join(root, "environments/dev"))).not.toContain(
      "secrets.enc.yaml",
    );
  });

  it("refuses what one word of a file's own metadata would leave readable, and keeps the file", async () => {
    const { root } = await aDemo();
    const before = (await readFile(join(root, FILE), "utf8")).replace(
      "unencrypted_suffix: _unencrypted",
      "encrypted_regex: ^(gmail-support|_tieline)$",
    );
    await writeFile(join(root, FILE), before);
    const { status, stderr } = await tieline(
      ["secrets", "set", "dev", "crm/client_secret", "--stdin"],
      { cwd: root, input: VALUE },
    );
    expect([status, stderr.includes("SEC005")]).toEqual([3, true]);
    expect(await readFile(join(root, FILE), "utf8")).toBe(before);
  });
});

describe("a reference to a value that stands readable", () => {
  it.each([
    ["under a rule that fits nothing", ["encrypted_regex: ^data$"]],
    ["under a suffix", ["unencrypted_suffix: secret"]],
    [
      "beside a MAC over encrypted values only",
      ["unencrypted_regex: ^crm$", "mac_only_encrypted: true"],
    ],
  ])(
    "is refused by validate, check, plan and apply: %s",
    async (_name, lines) => {
      const { root } = await aDemo();
      await write(root, lines, {
        data: { kind: "str", text: "kept apart" },
        "crm/client_secret": { kind: "str", text: VALUE },
      });
      for (const args of [
        ["validate", "dev"],
        ["secrets", "check"],
        ["plan", "dev"],
        ["apply", "dev", "--yes"],
      ]) {
        const result = await codes(root, args);
        expect([args, result.status]).toEqual([args, 3]);
        expect(result.codes).toContain("SEC005");
        expect(result.text).not.toContain(VALUE);
      }
    },
  );

  it("is refused where the text only looks like a ciphertext", async () => {
    const { root } = await aDemo();
    const looks =
      "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]";
    await write(root, ["encrypted_regex: ^data$"], {
      data: { kind: "str", text: "kept apart" },
      "crm/client_secret": { kind: "str", text: looks },
    });
    const result = await codes(root, ["validate", "dev"]);
    expect([result.status, result.codes.includes("SEC005")]).toEqual([3, true]);
  });

  it("is a warning of check where nothing refers to the value", async () => {
    const { root } = await aDemo();
    await write(root, ["encrypted_regex: ^(crm|data)$"], {
      "crm/client_secret": { kind: "str", text: "Zx81-new-value" },
      note: { kind: "str", text: VALUE },
    });
    const { status, stdout } = await tieline(["secrets", "check", "--json"], {
      cwd: root,
    });
    const report = JSON.parse(stdout) as {
      diagnostics: { code: string; severity: string }[];
    };
    expect(status).toBe(0);
    expect(report.diagnostics).toMatchObject([
      { code: "SEC005", severity: "warning" },
    ]);
  });
});

describe("a reference to a value that is no text", () => {
  it.each<[string, SopsScalar]>([
    ["a number, which may have been octal", { kind: "int", value: 3591n }],
    ["a number with a point", { kind: "float", value: 1.1 }],
    ["true", { kind: "bool", value: true }],
    ["a date", { kind: "time", text: "2031-01-01T00:00:00Z" }],
    ["null", { kind: "null" }],
    ["bytes", { kind: "str", text: "\ufffd", bytes: Uint8Array.of(255) }],
  ])("is refused: %s", async (_name, value) => {
    const { root } = await aDemo();
    await write(root, [], {
      "crm/client_secret": value,
      x: { kind: "str", text: "y" },
    });
    for (const args of [
      // Bytes are told from text with a key only.
      ...(value.kind === "str" ? [] : [["validate", "dev"]]),
      ["plan", "dev"],
      ["apply", "dev", "--yes"],
    ]) {
      const result = await codes(root, args);
      expect([args, result.status]).toEqual([args, 3]);
      expect(result.codes).toContain("SEC014");
    }
  });
});

describe("key groups", () => {
  it.each([
    ["a threshold of one", 1],
    ["a threshold above the groups", 3],
  ])(
    "with %s are refused, and nothing is written",
    async (_name, threshold) => {
      const { root, recipient } = await aDemo();
      const second =
        "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z";
      await writeFile(
        join(root, ".sops.yaml"),
        `creation_rules:\n  - shamir_threshold: ${String(threshold)}\n    key_groups:\n      - age: [${recipient}]\n      - age: [${second}]\n`,
      );
      const before = await readFile(join(root, FILE), "utf8");
      for (const args of [
        ["secrets", "updatekeys", "dev"],
        ["secrets", "set", "environments/dev/new.enc.yaml", "a", "--stdin"],
      ]) {
        const result = await tieline(args, { cwd: root, input: VALUE });
        expect([args, result.status]).toEqual([args, 3]);
        expect(result.stderr).toContain("SEC022");
      }
      expect(await readFile(join(root, FILE), "utf8")).toBe(before);
      expect(await readdir(join(root, "environments/dev"))).not.toContain(
        "new.enc.yaml",
      );
    },
  );
});
