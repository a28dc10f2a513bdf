import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { connectionText, environmentText } from "../support/cli.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  startApi,
  treeOf,
  type Place,
} from "../support/hostile.ts";
import { HOSTILE_CASES, type HostileCase } from "./hostile-document-cases.ts";

const ORDINARY = {
  "environments/dev/environment.yaml": environmentText(),
  "connections/good.yaml": connectionText("good", ["a"]),
};

async function arrange(outer: string, one: HostileCase): Promise<Place> {
  const place = await aPlace(outer);
  for (const [path, content] of Object.entries({ ...ORDINARY, ...one.files })) {
    if (content === null) continue;
    await mkdir(dirname(join(place.root, path)), { recursive: true });
    await writeFile(join(place.root, path), content);
  }
  await one.arrange?.(place);
  return place;
}

/** Commands to try a case with; those that stop early for the same reason need no third run. */
function commandsFor(one: HostileCase): readonly (readonly string[])[] {
  const environment = one.environment ?? "dev";
  if (one.isHeavy === true) return [["plan", environment]];
  return [
    ["validate", environment],
    ["plan", environment],
    ...(one.applies === true ? [["apply", environment, "--yes"]] : []),
  ];
}

describe("hostile documents", () => {
  let api: EmbeddedApi;
  let outer: string;
  beforeAll(async () => {
    api = await startApi();
    outer = await mkdtemp(join(tmpdir(), "tieline-hostile-"));
  });
  afterAll(async () => {
    await api.close();
    await rm(outer, { recursive: true, force: true });
  });

  it.concurrent.for(HOSTILE_CASES)("are refused: $name", async (one, test) => {
    test.skip(
      one.skipAsRoot === true && process.getuid?.() === 0,
      "root may read everything",
    );
    const place = await arrange(outer, one);
    const before = await treeOf(place.outer);
    for (const command of commandsFor(one)) {
      const isValidate = command[0] === "validate";
      const { status, stdout, stderr } = await runTidily(
        [
          ...command,
          ...(one.root === undefined ? [] : ["--root", one.root(place)]),
          ...(isValidate || one.ownTarget === true
            ? []
            : ["--target", api.origin]),
        ],
        { cwd: place.root, env: { ...CREDENTIALS, ...one.env } },
      );
      const shown = `${command.join(" ").slice(0, 100)}\n${stderr.slice(0, 5000)}`;
      const says = isValidate ? (one.validateSays ?? one.says) : one.says;
      for (const pattern of says) test.expect.soft(shown).toMatch(pattern);
      test.expect
        .soft(status, shown)
        .toBe((isValidate ? one.validateStatus : undefined) ?? one.status ?? 3);
      if (!isValidate) test.expect.soft(stdout).toBe("");
    }
    test.expect(await treeOf(place.outer)).toEqual(before);
  });

  it("and nothing was written to the API", () => {
    expect(api.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
  });
});
