import { expect, it } from "vitest";
import { aWorkspace, connectionText } from "../support/cli.ts";
import { tielineHere } from "../support/in-process.ts";

const environment = (name: string): Record<string, string> => ({
  [`environments/${name}/environment.yaml`]: [
    `environment: ${name}`,
    'target: "embedded:"',
    "reconcile: {mode: enforce}",
    "",
  ].join("\n"),
});

const FLEET = [
  "environments:",
  "  - name: prod-*",
  "    labels: {team: crm}",
  "  - name: prod-us",
  "    labels: {region: us}",
  "    mode: observe",
  "",
].join("\n");

const FOLDER = {
  ...environment("dev"),
  ...environment("prod-eu"),
  ...environment("prod-us"),
  "connections/mail.yaml": connectionText("mail", ["a"]),
  "fleet.yaml": FLEET,
};

interface Told {
  readonly environments: readonly {
    readonly environment: string;
    readonly mode: string;
    readonly accounts: unknown;
  }[];
}

it("reconciles the environments of a fleet file, each as far as it lets it go", async () => {
  const cwd = await aWorkspace(FOLDER);
  const run = async (...args: string[]): Promise<Told> => {
    const { stdout, stderr } = await tielineHere(
      [
        "reconcile",
        "--once",
        "--output",
        "json",
        "--fleet-file",
        "fleet.yaml",
        ...args,
      ],
      { cwd },
    );
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Told;
  };
  const all = await run("--label", "team=crm");
  expect(all.environments).toMatchObject([
    { environment: "prod-eu", mode: "enforce" },
    { environment: "prod-us", mode: "observe" },
  ]);
  const some = await run("--label", "team=crm", "--label", "region=us");
  expect(some.environments).toMatchObject([{ environment: "prod-us" }]);
  expect((await run("*-eu")).environments).toMatchObject([
    { environment: "prod-eu" },
  ]);
});

it("counts accounts with status --accounts, and only then", async () => {
  const cwd = await aWorkspace(FOLDER);
  await tielineHere(["apply", "dev", "--yes"], { cwd });
  const status = async (...args: string[]): Promise<string> =>
    (await tielineHere(["status", "dev", ...args], { cwd })).stdout;
  expect(await status("--accounts")).toContain("mail: 0 accounts");
  expect(await status()).not.toContain("accounts");
  expect(await status("--output", "json", "--accounts")).toContain(
    '"by_status"',
  );
});

it.each([
  [["--label", "team=crm"], "CLI001"],
  [["--fleet-file", "fleet.yaml", "--label", "crm"], "CLI001"],
  [["--fleet-file", "fleet.yaml", "--label", "team=other"], "CLI001"],
  [["--fleet-file", "gone.yaml"], "CLI105"],
  [["--fleet-file", "connections/mail.yaml"], "CLI105"],
])("refuses %s before it looks at anything", async (args, code) => {
  const cwd = await aWorkspace(FOLDER);
  const { stderr, stdout } = await tielineHere(
    ["reconcile", "--once", ...args],
    { cwd },
  );
  expect(stderr).toContain(code);
  expect(stdout).toBe("");
});

it.each([
  ["environments:\n  - name: dev\n    colour: red\n", ":3:5", "colour"],
  ["environments:\n  - name: dev\n    interval: 5\n", ":3:15", "text"],
  ["environments:\n  - labels: {a: b}\n", ":2:5", "name"],
  ["[1, 2]\n", "", "document"],
])("says where %j is wrong", async (text, at, what) => {
  const cwd = await aWorkspace({ ...FOLDER, "fleet.yaml": text });
  const { stderr } = await tielineHere(
    ["reconcile", "--once", "--fleet-file", "fleet.yaml"],
    { cwd },
  );
  expect(stderr).toContain(`"fleet.yaml${at}" cannot be used`);
  expect(stderr).toContain(what);
});
