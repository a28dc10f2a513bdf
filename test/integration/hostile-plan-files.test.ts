import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { connectionText, environmentText, writeFiles } from "../support/cli.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  startApi,
} from "../support/hostile.ts";

interface PlanFileCase {
  readonly name: string;
  /** Makes `plan.json` of a good plan's text. */
  readonly make: (path: string, good: string) => Promise<void>;
  readonly status: number;
  readonly says: RegExp;
}

const write =
  (change: (good: string) => string): PlanFileCase["make"] =>
  (path, good) =>
    writeFile(path, change(good));

const edited = (
  change: (plan: Record<string, unknown>) => object,
): PlanFileCase["make"] =>
  // A plan is an object; its members are looked at by those who change them.
  write((good) =>
    JSON.stringify(change(JSON.parse(good) as Record<string, unknown>)),
  );

const CASES: readonly PlanFileCase[] = [
  { name: "nothing", make: write(() => ""), status: 3, says: /CFG030/u },
  {
    name: "half a plan",
    make: write((good) => good.slice(0, good.length / 2)),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "a web page",
    make: write(() => "<!doctype html>"),
    status: 3,
    says: /CFG030/u,
  },
  { name: "a list", make: write(() => "[]"), status: 3, says: /CFG030/u },
  {
    name: "another document",
    make: write(() => '{"kind":"run"}'),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "another format",
    make: edited((plan) => ({ ...plan, format_version: "9.0" })),
    status: 3,
    says: /CFG030.*9\.0/u,
  },
  {
    name: "an unknown member",
    make: edited((plan) => ({ ...plan, extra: 1 })),
    status: 3,
    says: /CFG030.*"extra"/u,
  },
  {
    name: "changes that are no list",
    make: edited((plan) => ({ ...plan, changes: {} })),
    status: 3,
    says: /CFG030.*changes/u,
  },
  {
    name: "another environment",
    make: edited((plan) => ({ ...plan, environment: "../../etc" })),
    status: 64,
    says: /CLI041/u,
  },
  {
    name: "300,000 brackets",
    make: write(() => "[".repeat(300_000) + "]".repeat(300_000)),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "300,000 brackets where a value belongs",
    make: write((good) =>
      good.replace(
        /"changes": \[/u,
        `"changes": [${"[".repeat(300_000)}${"]".repeat(300_000)},`,
      ),
    ),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "a deep value in a field",
    make: write((good) =>
      good.replaceAll(
        '"1.apps.example"',
        `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      ),
    ),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "half a character",
    make: write((good) => good.replaceAll("1.apps.example", "\\ud800")),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "a key named __proto__",
    make: write((good) => good.replace("{", '{"__proto__": {"digest": "x"},')),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "terminal escapes where members belong",
    make: edited((plan) => ({ ...plan, "\u001B[2J\u202E": "\u001B[31m" })),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "UTF-16",
    make: (path, good) => writeFile(path, Buffer.from(good, "utf16le")),
    status: 3,
    says: /CFG030/u,
  },
  {
    name: "more than 64 MiB",
    make: async (path) => {
      await writeFile(path, "");
      await truncate(path, 2 ** 31);
    },
    status: 64,
    says: /CLI105/u,
  },
  {
    name: "a folder",
    make: async (path) => {
      await mkdir(path);
    },
    status: 64,
    says: /CLI105/u,
  },
  {
    name: "a link to a device",
    make: (path) => symlink("/dev/zero", path),
    status: 64,
    says: /CLI105/u,
  },
  {
    name: "a pipe",
    make: (path) => {
      execFileSync("mkfifo", [path]);
      return Promise.resolve();
    },
    status: 64,
    says: /CLI105/u,
  },
];

describe("hostile plan files", () => {
  let api: EmbeddedApi;
  let outer: string;
  let root: string;
  let good: string;

  beforeAll(async () => {
    api = await startApi();
    outer = await mkdtemp(join(tmpdir(), "tieline-hostile-"));
    ({ root } = await aPlace(outer));
    await writeFiles(root, {
      "environments/dev/environment.yaml": environmentText(),
      "connections/good.yaml": connectionText("good", ["a", "b"]),
    });
    const planned = await run("plan", "dev", "--out", "good.json");
    expect(planned.status, planned.stderr).toBe(0);
    good = await readFile(join(root, "good.json"), "utf8");
    api.clearRequests();
  });
  afterAll(async () => {
    await api.close();
    await rm(outer, { recursive: true, force: true });
  });

  const run = (...args: string[]): ReturnType<typeof runTidily> =>
    runTidily([...args, "--target", api.origin], {
      cwd: root,
      env: CREDENTIALS,
    });

  it.concurrent.for(CASES)("are refused: $name", async (one, test) => {
    const file = `case-${String(CASES.indexOf(one))}.json`;
    await one.make(join(root, file), good);
    const { status, stdout, stderr } = await run("apply", file);
    test.expect.soft(stderr.slice(0, 3000)).toMatch(one.says);
    test.expect.soft(status, stderr.slice(0, 3000)).toBe(one.status);
    test.expect(stdout).toBe("");
  });

  // Spread evenly, so that every part of a plan is struck; a change in white space is none.
  const places = Array.from({ length: 20 }, (_, index) => index);
  it.concurrent.for(places)(
    "are refused: one character altered, place %i",
    async (index, test) => {
      let offset = Math.floor((good.length * (index + 0.5)) / places.length);
      while (/[\s,:{}[\]"\\]/u.test(good.charAt(offset))) offset += 1;
      const other = good.charAt(offset) === "1" ? "2" : "1";
      const file = `altered-${String(index)}.json`;
      await writeFile(
        join(root, file),
        good.slice(0, offset) + other + good.slice(offset + 1),
      );
      const { status, stderr } = await run("apply", file);
      test.expect(stderr).toMatch(/CFG030|CFG021|PLN20[124]/u);
      test.expect([3, 5]).toContain(status);
    },
  );

  it("and the API was not asked anything", () => {
    expect(api.requests()).toEqual([]);
  });
});
