import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkSharedDocuments } from "../../src/documents/layers/base-documents.ts";
import { resolveEnvironment } from "../../src/documents/layers/resolve.ts";
import { formatDocuments } from "../../src/features/format/format.ts";
import { readShared } from "../../src/environment/documents/documents.ts";
import { secretRefText } from "../../src/domain/secret/secret.ts";
import { createFilesystemSource } from "../../src/sources/filesystem.ts";

const source = createFilesystemSource(
  fileURLToPath(new URL("../../", import.meta.url)),
);

async function resolveExample(name: string) {
  return resolveEnvironment({
    name,
    environmentFile: await source.readFile(
      `environments/${name}/environment.yaml`,
    ),
    base: await source.readFolder("connections"),
    overlays: await source.readFolder(`environments/${name}/connections`),
    templates: await source.readFolder("templates"),
    env: {},
  });
}

describe("the examples", () => {
  it.each(["dev", "staging", "prod"])("of %s have no problem", async (name) => {
    const { diagnostics, connections } = await resolveExample(name);
    expect(diagnostics).toEqual([]);
    expect(connections.length).toBeGreaterThanOrEqual(13);
  });

  it("of classic have no problem: the older dialect takes what today's API cannot", async () => {
    const { diagnostics, connections, rules } = await resolveExample("classic");
    expect(diagnostics).toEqual([]);
    expect(rules?.driver).toBe("agent-auth");
    expect(connections.map(({ key }) => key)).toEqual([
      "gmail-classic",
      "jira-api",
      "partner-portal",
    ]);
  });

  it("that no environment uses have none either", async () => {
    expect(checkSharedDocuments(await readShared(source), [])).toEqual([]);
  });

  it("are written in the common form", async () => {
    const { changes, unchanged, diagnostics } = await formatDocuments(
      source,
      [],
    );
    expect(diagnostics).toEqual([]);
    expect(changes.map(({ path }) => path)).toEqual([]);
    expect(unchanged).toBeGreaterThan(30);
  });

  it.each(["dev", "staging", "prod", "classic"])(
    "of %s keep each secret under its connection",
    async (name) => {
      for (const { key, secrets } of (await resolveExample(name)).connections)
        for (const [pointer, ref] of secrets)
          expect(secretRefText(ref)).toBe(
            `secret://${key}/${pointer.split("/").at(-1) ?? ""}`,
          );
    },
  );
});
