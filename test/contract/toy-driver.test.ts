import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import ts from "typescript";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import { describeDriver } from "./driver-contract.ts";
import { AGENT_AUTH_SUBJECTS } from "./driver-subjects.ts";

/*
 * Follows docs/guides/add-a-driver.md to the letter: the files are taken from the page, so that it
 * cannot rot.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));
const guide = await readFile(join(root, "docs/guides/add-a-driver.md"), "utf8");
const files = [...guide.matchAll(/```ts (src\/\S+)\n([\s\S]*?)```/gu)].map(
  ([, path = "", text = ""]) => ({ path, text }),
);
const folder = await mkdtemp(join(tmpdir(), "tieline-guide-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

await writeFile(join(folder, "package.json"), '{"type":"module"}');
for (const { path, text } of files) {
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  // In the repository the files would sit in src/drivers/toy; here everything outside that folder
  // is the repository's.
  await writeFile(
    target,
    text
      .replaceAll('from "../../', `from "${join(root, "src")}/`)
      .replaceAll('from "../', `from "${join(root, "src/drivers")}/`),
  );
}

/** What the guide's files export. */
interface ToyModules {
  readonly createToyApi: () => unknown;
  readonly createToyDriver: (api: unknown) => ConnectionsWriter;
}

async function load(): Promise<ToyModules> {
  const at = (name: string): string =>
    pathToFileURL(join(folder, "src/drivers/toy", name)).href;
  const modules: unknown = {
    ...(await import(/* @vite-ignore */ at("client.ts"))),
    ...(await import(/* @vite-ignore */ at("index.ts"))),
  };
  // The guide's own types are checked below; here only the names are needed.
  return modules as ToyModules;
}

const { createToyApi, createToyDriver } = await load();

describe("the guide to a driver", () => {
  it("has the five files, and they type-check as the repository's do", () => {
    expect(files.map(({ path }) => path.split("/").at(-1))).toEqual([
      "capabilities.ts",
      "client.ts",
      "codec.ts",
      "audit.ts",
      "index.ts",
    ]);
    const parsed = ts.getParsedCommandLineOfConfigFile(
      join(root, "tsconfig.json"),
      { noEmit: true, types: [] },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
    );
    expect(parsed?.errors).toEqual([]);
    const program = ts.createProgram(
      files.map(({ path }) => join(folder, path)),
      parsed?.options ?? {},
    );
    const problems = program
      .getSemanticDiagnostics()
      .filter(({ file }) => file?.fileName.startsWith(folder) === true)
      .map(({ messageText }) =>
        ts.flattenDiagnosticMessageText(messageText, " "),
      );
    expect(problems).toEqual([]);
  }, 60_000);
});

describeDriver(
  "toy, of the guide",
  () => {
    const api = createToyApi();
    const driver = createToyDriver(api);
    return Promise.resolve({
      driver,
      another: () => createToyDriver(api),
      setAccounts: () => undefined,
      // A map loses no answer: the create is simply carried out.
      loseNextCreate: () => undefined,
      written: () => "",
      close: () => Promise.resolve(),
    });
  },
  {
    settlesLostCreate: true,
    subjects: { ...AGENT_AUTH_SUBJECTS, keepsHandle: true },
  },
);
