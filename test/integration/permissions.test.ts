import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PERMISSIONS } from "../../src/embedded/index.ts";
import { connectionText, writeFiles } from "../support/cli.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  startApi,
} from "../support/hostile.ts";

interface Found {
  readonly check: string;
  readonly result: string;
  readonly message: string;
}

/**
 * A command in a folder with one connection and one custom provider, against an API that grants
 * only some permissions.
 */
async function aPlaceWith(
  permissions: readonly string[],
): Promise<(...args: readonly string[]) => ReturnType<typeof runTidily>> {
  const outer = await mkdtemp(join(tmpdir(), "tieline-permissions-"));
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
  const api = await startApi({ permissions });
  onTestFinished(() => api.close());
  const { root } = await aPlace(outer);
  await writeFiles(root, {
    "environments/dev/environment.yaml": `environment: dev\ntarget: "embedded:"\n`,
    "connections/mail.yaml": connectionText("mail", ["a"]),
  });
  return (...args) =>
    runTidily([...args, "--target", api.origin], {
      cwd: root,
      env: CREDENTIALS,
    });
}

function permissionsIn(stdout: string): readonly Found[] {
  const report = JSON.parse(stdout) as {
    readonly environments: readonly { readonly results: readonly Found[] }[];
  };
  return (report.environments[0]?.results ?? []).filter(
    ({ check }) => check === "permission",
  );
}

const without = (...missing: readonly string[]): readonly string[] =>
  PERMISSIONS.filter((each) => !missing.includes(each));
const READING = [
  "agent_connectors:read",
  "connected_accounts:read",
  "sso:read",
];

describe("tieline doctor", () => {
  it.concurrent.for(READING)(
    "names %s where it alone is missing",
    async (missing, test) => {
      const run = await aPlaceWith(without(missing));
      const { status, stdout } = await run("doctor", "dev", "--json");
      const found = permissionsIn(stdout);
      test.expect(status).toBe(1);
      test
        .expect(found.filter(({ result }) => result === "bad"))
        .toMatchObject([{ message: test.expect.stringContaining(missing) }]);
      test.expect(JSON.parse(stdout)).toMatchObject({
        environments: [
          {
            results: test.expect.arrayContaining([
              test.expect.objectContaining({
                check: "credentials",
                result: "ok",
              }),
            ]),
          },
        ],
      });
    },
  );

  it("finds nothing bad where all are there, and says which only a write shows", async () => {
    const run = await aPlaceWith(PERMISSIONS);
    const { stdout } = await run("doctor", "dev", "--json");
    expect(
      permissionsIn(stdout).filter(({ result }) => result === "bad"),
    ).toEqual([]);
    expect(
      permissionsIn(stdout)
        .filter(({ result }) => result === "unknown")
        .map(({ message }) => /^\S+/u.exec(message)?.[0]),
    ).toEqual(["sso:write", "agent_connectors:write"]);
  });
});

describe("a call that is refused for want of a permission", () => {
  it.concurrent.for([
    ["plan", "agent_connectors:read", 7],
    ["apply", "sso:write", 4],
  ] as const)("%s names %s", async ([command, missing, code], test) => {
    const run = await aPlaceWith(without(missing));
    const { status, stdout, stderr } = await run(
      command,
      "dev",
      ...(command === "apply" ? ["--yes"] : []),
    );
    const all = stdout + stderr;
    test.expect(status, all).toBe(code);
    test.expect(all).toContain("DRV008");
    test.expect(all).toContain(missing);
  });
});
