import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveDocuments } from "../../src/environment/documents/documents.ts";
import { shareImported } from "../../src/features/import/draft/share.ts";
import { WorkspaceDraft } from "../../src/features/import/draft/workspace-draft.ts";
import { yamlText } from "../../src/documents/read/yaml-text.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { canonicalJson } from "../../src/util/canonical-json.ts";
import { environmentFile, type Files } from "../support/import.ts";
import { textSource } from "../support/text-source.ts";

const NUM_RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 40);
const ENVIRONMENTS = ["dev", "staging", "prod"];
const KEYS = ["mail", "chat", "A:b"];

async function share(files: Files) {
  const workspace = await WorkspaceDraft.open(textSource(files), {});
  const { changes, report } = await shareImported(workspace, {
    changes: [],
    report: {
      source: "live",
      isDryRun: false,
      environments: [],
      files: [],
      skipped: [],
      notes: [],
      secrets: [],
      gaps: [],
    },
  });
  const after = new Map(Object.entries(files));
  for (const { path, before, after: text } of changes) {
    expect(before).toBe(after.get(path) ?? null);
    if (text === null) after.delete(path);
    else after.set(path, text);
  }
  return { files: Object.fromEntries(after), changes, notes: report.notes };
}

/** What each environment is composed to, without the places it is written in. */
async function composed(files: Files): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const name of ENVIRONMENTS) {
    const { authored, connections, diagnostics } = await resolveDocuments(
      textSource(files),
      name,
      {},
    );
    all[name] = {
      problems: diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ code, message }) => `${code} ${message}`)
        .sort(),
      written: [...authored]
        .map(([key, { raw }]) => key + canonicalJson(raw))
        .sort(),
      wanted: connections
        .map(({ key, document, fields, secrets, isProtected, unmanaged }) =>
          canonicalJson({
            key,
            document,
            fields: { ...fields },
            secrets: [...secrets].map(([pointer, { path }]) => [pointer, path]),
            isProtected,
            unmanaged: [...(unmanaged ?? [])].sort(),
          }),
        )
        .sort(),
    };
  }
  return all;
}

const comments = (text: string): readonly string[] =>
  [...text.matchAll(/# remark \d+/gu)].map(([comment]) => comment);

const settings = fc.record(
  {
    prompt: fc.constantFrom("consent", "none", null),
    access_type: fc.constantFrom("offline", "online"),
    pkce: fc.boolean(),
    optional_scopes: fc.record({
      scopes: fc.subarray(["x", "y"], { minLength: 1 }),
    }),
  },
  { requiredKeys: [] },
);

const document = fc.record(
  {
    state: fc.constantFrom("active", "inactive"),
    credentials: fc.record(
      {
        client_id: fc.constantFrom("one", "two", "${var.client}"),
        client_secret: fc.constantFrom("secret://a", "secret://b"),
      },
      { requiredKeys: [] },
    ),
    scopes: fc.subarray(["read", "write"]),
    settings,
    lifecycle: fc.record(
      {
        protected: fc.boolean(),
        ignore: fc.constant(["/settings/pkce"]),
        overlays: fc.constantFrom({ only: ["scopes"] }, { scopes: ["read"] }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

const kind = fc.oneof(
  { arbitrary: fc.constant("gmail"), weight: 30 },
  { arbitrary: fc.constant("slack"), weight: 1 },
);
/** Mostly the same document in all environments, with changes of their own. */
const connection = fc
  .tuple(
    document,
    fc.array(document, { minLength: 3, maxLength: 3 }),
    fc.array(fc.nat(12), { maxLength: 2 }),
  )
  .chain(([common, own, remarks]) =>
    fc.tuple(
      ...own.map((each) =>
        fc.record({
          provider: kind,
          value: fc.constantFrom(common, common, { ...common, ...each }),
          isThere: fc.integer({ min: 0, max: 20 }).map((one) => one > 0),
          remarks: fc.constantFrom(remarks, remarks, remarks.slice(1)),
          head: fc.subarray([
            "# remark 100",
            "# remark 101",
            "# credentials.client_secret is not managed: the platform keeps the one it has.",
          ]),
        }),
      ),
    ),
  );

const workspace = fc
  .tuple(...KEYS.map(() => connection), fc.array(document, { maxLength: 1 }))
  .map((all) => {
    const files: Record<string, string> = {};
    for (const name of ENVIRONMENTS)
      Object.assign(
        files,
        environmentFile(name, `variables: {client: "${name}-1"}\n`),
      );
    KEYS.forEach((key, at) => {
      const each = all[at] as readonly {
        provider: string;
        value: JsonObject;
        isThere: boolean;
        remarks: readonly number[];
        head: readonly string[];
      }[];
      each.forEach(({ provider, value, isThere, remarks, head }, index) => {
        if (!isThere) return;
        const lines = yamlText({
          connection_id: key,
          provider,
          auth_type: "oauth2",
          ...value,
        }).split("\n");
        for (const line of remarks) {
          const text = lines[line] ?? "";
          if (text !== "" && !text.includes("#"))
            lines[line] = `${text} # remark ${String(line)}`;
        }
        const stem = key.replaceAll(/[^a-zA-Z]/gu, "-");
        files[
          `environments/${ENVIRONMENTS[index] ?? ""}/connections/${stem}.yaml`
        ] = [...head, ...lines].join("\n");
      });
    });
    return files;
  });

describe("sharing documents of environments that were imported one after another", () => {
  it("changes nothing that any environment is composed to, loses no comment, and is done once", async () => {
    let sharedCount = 0;
    await fc.assert(
      fc.asyncProperty(workspace, async (files) => {
        const before = await composed(files);
        const result = await share(files);
        expect(await composed(result.files)).toEqual(before);
        const all = Object.values(result.files).join("\n");
        for (const text of Object.values(files))
          for (const comment of comments(text)) expect(all).toContain(comment);
        sharedCount += Object.keys(result.files).filter((path) =>
          path.startsWith("connections/"),
        ).length;
        const again = await share(result.files);
        expect(again.changes).toEqual([]);
      }),
      { numRuns: NUM_RUNS, seed: 7 },
    );
    expect(sharedCount).toBeGreaterThan(NUM_RUNS / 4);
  }, 120_000);

  const mail = (...lines: readonly string[]): string =>
    [
      "connection_id: mail",
      "provider: gmail",
      "auth_type: oauth2",
      ...lines,
      "",
    ].join("\n");
  const each = (texts: Files): Files => ({
    ...Object.fromEntries(
      ENVIRONMENTS.flatMap((name) => Object.entries(environmentFile(name))),
    ),
    ...Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        `environments/${name}/connections/mail.yaml`,
        text,
      ]),
    ),
  });

  it("writes what an import of all at once would have written", async () => {
    const { files } = await share(
      each({
        dev: `# why\n# only dev\n${mail("credentials:", "  client_id: dev # by hand", "scopes:", "  - read # needed")}`,
        staging: `# why\n${mail("credentials:", "  client_id: one", "scopes:", "  - read # needed")}`,
        prod: `# why\n${mail("credentials:", "  client_id: one", "scopes:", "  - read # needed", "state: active")}`,
      }),
    );
    expect(files["connections/mail.yaml"]).toBe(
      `# why\n${mail("scopes:", "  - read # needed")}`,
    );
    expect(files["environments/dev/connections/mail.yaml"]).toBe(
      "# only dev\nconnection_id: mail\ncredentials:\n  client_id: dev # by hand\n",
    );
    expect(files["environments/prod/connections/mail.yaml"]).toBe(
      "connection_id: mail\ncredentials:\n  client_id: one\nstate: active\n",
    );
  });

  it("takes the file away where nothing of its own is left", async () => {
    const { files } = await share(
      each({ dev: mail(), staging: mail(), prod: mail() }),
    );
    expect(
      Object.keys(files).filter((path) => path.includes("connections")),
    ).toEqual(["connections/mail.yaml"]);
  });

  const PLAIN: Files = { dev: mail(), staging: mail(), prod: mail() };

  it.each([
    ["another kind", { prod: mail().replace("gmail", "slack") }, /kinds/u],
    [
      "several documents in a file",
      { prod: `${mail()}---\n${mail().replace("mail", "other")}` },
      /holds more/u,
    ],
    ["null", { prod: mail("settings:", "  prompt: null") }, /null/u],
    [
      "a comment on what all have",
      { prod: mail().replace("gmail", "gmail # only here") },
      /comment/u,
    ],
    [
      "limits that an overlay would break",
      {
        dev: mail("scopes: [a]", "lifecycle: {overlays: {only: [state]}}"),
        staging: mail("scopes: [b]", "lifecycle: {overlays: {only: [state]}}"),
        prod: mail("scopes: [b]", "lifecycle: {overlays: {only: [state]}}"),
      },
      /something else/u,
    ],
  ])("leaves alone: %s, and says why", async (_title, texts, why) => {
    const before = each({
      ...PLAIN,
      ...texts,
    });
    const { files, notes } = await share(before);
    expect(files).toEqual(before);
    expect(notes.map(({ message }) => message)).toEqual([
      expect.stringMatching(why),
    ]);
  });
});
