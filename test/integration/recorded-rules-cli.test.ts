import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  tieline,
  writeFiles,
} from "../support/cli.ts";

const environment = (more = ""): string =>
  `environment: dev\ntarget: "embedded:"\n${more}`;
const FILE = "environments/dev/environment.yaml";
const INVENTORY = ".tieline/state/dev/inventory.json";
const PLAN = ["plan", "dev", "--detailed-exitcode"];
const APPLY = ["apply", "dev", "--yes"];

async function applied(): Promise<string> {
  const cwd = await aWorkspace({
    [FILE]: environment("limits: {max_deletes: 2}\n"),
    "connections/mail.yaml": `${connectionText("mail", ["a"])}owner: ours\n`,
  });
  expect((await tieline(APPLY, { cwd })).status).toBe(0);
  expect((await tieline(PLAN, { cwd })).status).toBe(0);
  return cwd;
}

interface Stored {
  readonly serial: number;
  readonly entries: readonly object[];
}

async function inventory(cwd: string): Promise<Stored> {
  return JSON.parse(await readFile(join(cwd, INVENTORY), "utf8")) as Stored;
}

describe("a plan in which only rules differ", () => {
  it("is a change, is applied by one write with a receipt, and is then told no more", async () => {
    const cwd = await applied();
    const before = await inventory(cwd);
    await writeFiles(cwd, { [FILE]: environment("prune: true\n") });
    const planned = await tieline([...PLAN, "--json"], { cwd });
    expect(planned.status).toBe(2);
    expect(JSON.parse(planned.stdout)).toMatchObject({
      changes: [],
      rules: [
        { rule: "limits.max_deletes", after: 10, direction: "loosened" },
        { rule: "prune", after: true, direction: "loosened" },
      ],
    });
    expect((await tieline(PLAN, { cwd })).stdout).not.toContain("No changes");
    expect((await tieline(APPLY, { cwd })).status).toBe(0);
    expect((await inventory(cwd)).serial).toBe(before.serial + 1);
    const { stdout } = await tieline(["status", "dev", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      receipts: [{ result: "applied", changes: 0 }, { changes: 1 }],
    });
    expect((await tieline(PLAN, { cwd })).status).toBe(0);
  });

  it("is refused where its rules are not those of the checkout", async () => {
    const cwd = await applied();
    await writeFiles(cwd, { [FILE]: environment("description: One\n") });
    await tieline(["plan", "dev", "--out", "plan.json"], { cwd });
    await writeFiles(cwd, { [FILE]: environment("description: Two\n") });
    const run = await tieline(["apply", "plan.json"], { cwd });
    expect(run.status).toBe(5);
    expect(run.stderr).toContain("PLN201");
  });
});

describe("a value that only applications see", () => {
  it("is a change that asks the platform for nothing, and is recorded", async () => {
    const cwd = await applied();
    await writeFiles(cwd, {
      "connections/mail.yaml": `${connectionText("mail", ["a"])}owner: others\n`,
    });
    const planned = await tieline([...PLAN, "--json"], { cwd });
    expect(planned.status).toBe(2);
    expect(JSON.parse(planned.stdout)).toMatchObject({
      changes: [
        {
          action: "noop",
          steps: ["record"],
          fields: [
            {
              path: "/owner",
              effect: "local",
              before: "ours",
              after: "others",
            },
          ],
        },
      ],
    });
    expect((await tieline(APPLY, { cwd })).status).toBe(0);
    expect((await tieline(PLAN, { cwd })).status).toBe(0);
  });
});

describe("an inventory from before rules and local values were remembered", () => {
  it("is read, and nothing differs until something is applied", async () => {
    const cwd = await applied();
    const stored = await inventory(cwd);
    const entries = stored.entries.map((entry) => ({
      ...entry,
      local: undefined,
    }));
    await writeFile(
      join(cwd, INVENTORY),
      JSON.stringify({
        ...stored,
        entries,
        formatVersion: "1.0",
        rules: undefined,
        digest: undefined,
      }),
    );
    await writeFiles(cwd, { [FILE]: environment("prune: true\n") });
    expect((await tieline(PLAN, { cwd })).status).toBe(0);
  });
});
