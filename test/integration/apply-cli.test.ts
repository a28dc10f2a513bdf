import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type RequestRecord,
} from "../../src/embedded/index.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";

const CREDENTIALS = {
  SCALEKIT_CLIENT_ID: "test",
  SCALEKIT_CLIENT_SECRET: "test-only-secret",
};

async function aServer(
  onRequest?: (record: RequestRecord) => void,
): Promise<EmbeddedApi> {
  const server = await startEmbedded({
    clientId: CREDENTIALS.SCALEKIT_CLIENT_ID,
    clientSecret: CREDENTIALS.SCALEKIT_CLIENT_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
    ...(onRequest === undefined ? {} : { onRequest }),
  });
  onTestFinished(() => server.close());
  return server;
}

const run = (
  server: EmbeddedApi,
  cwd: string,
  ...args: string[]
): Promise<CliResult> =>
  tieline([...args, "--target", server.origin], { cwd, env: CREDENTIALS });

/** Names and scopes as an independent client sees them: read straight from the server's store. */
function shown(server: EmbeddedApi): Record<string, string[]> {
  return Object.fromEntries(
    server.snapshot().connections.map((connection) => {
      const { key_id, oauth_config } = connection as {
        key_id: string;
        oauth_config?: { scopes?: string[] };
      };
      return [key_id, [...(oauth_config?.scopes ?? [])].sort()];
    }),
  );
}

const nameOf = (index: number): string =>
  `gmail-${String(index).padStart(3, "0")}`;
const writes = (server: EmbeddedApi): number =>
  server.requests().filter((request) => request.isWrite).length;

describe("200 connections through the program", () => {
  it("are created, adopted, changed and deleted until live equals desired; a second apply writes nothing", async () => {
    const server = await aServer();
    const files: Record<string, string> = {
      "environments/dev/environment.yaml": environmentText(),
    };
    for (let i = 0; i < 200; i += 1)
      files[`connections/${nameOf(i)}.yaml`] = connectionText(nameOf(i), [
        "read",
        "send",
      ]);
    const root = await aWorkspace(files);
    // Ten exist already, made by hand: they are adopted. One belongs to somebody else and stays as
    // it is.
    for (let i = 0; i < 10; i += 1)
      server.seedConnection({
        key_id: nameOf(i),
        provider_key: "GMAIL",
        type: "OAUTH",
        patch: { oauth_config: { scopes: ["by-hand"] } },
      });
    server.seedConnection({
      key_id: "foreign",
      provider_key: "SLACK",
      type: "OAUTH",
      patch: { oauth_config: { scopes: ["theirs"] } },
    });

    const first = await run(server, root, "apply", "dev", "--yes", "--json");
    expect(first.status, first.stderr).toBe(0);
    const expected = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [nameOf(i), ["read", "send"]]),
    );
    expect(shown(server)).toEqual({ ...expected, foreign: ["theirs"] });

    const before = writes(server);
    const second = await run(server, root, "apply", "dev", "--yes", "--json");
    expect(second.status, second.stderr).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ outcomes: [] });
    expect(writes(server)).toBe(before);

    for (let i = 0; i < 100; i += 1)
      files[`connections/${nameOf(i)}.yaml`] = connectionText(nameOf(i), [
        "read",
      ]);
    await writeFiles(root, files);
    for (let i = 150; i < 200; i += 1)
      await rm(join(root, `connections/${nameOf(i)}.yaml`));
    const third = await run(server, root, "apply", "dev", "--yes", "--json");
    expect(third.status, third.stderr).toBe(0);
    const changed = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [
        nameOf(i),
        i < 100 ? ["read"] : ["read", "send"],
      ]),
    );
    expect(shown(server)).toEqual({ ...changed, foreign: ["theirs"] });
    expect(
      (await run(server, root, "plan", "dev", "--detailed-exitcode")).status,
    ).toBe(0);
  });
});

describe("a process that is killed in the middle of an apply", () => {
  const FILES = {
    "environments/dev/environment.yaml": environmentText("embedded:").replace(
      "concurrency: 16",
      "concurrency: 2",
    ),
    "connections/new.yaml": connectionText("new", ["a"]),
    "connections/other.yaml": connectionText(
      "other",
      ["b"],
      ["state: inactive"],
    ),
    "connections/changed.yaml": connectionText("changed", ["c", "d"]),
  };

  // A token, a page or two, precondition reads, then create, configure, toggle and read-back of
  // three connections: 24 requests reach the end. TIELINE_LONG_TESTS=1 kills after each of them,
  // otherwise after every third.
  const every = process.env["TIELINE_LONG_TESTS"] === "1" ? 1 : 3;
  const moments = Array.from({ length: 24 }, (_, i) => i + 1).filter(
    (moment) => moment % every === 0,
  );
  it.each(moments)(
    "after request %i leaves nothing that the next run does not finish",
    async (moment) => {
      let seen = 0;
      let kill: () => void = () => undefined;
      const killWhen = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const server = await aServer(() => {
        seen += 1;
        if (seen === moment) kill();
      });
      server.seedConnection({
        key_id: "changed",
        provider_key: "GMAIL",
        type: "OAUTH",
        patch: { oauth_config: { scopes: ["old"] } },
      });
      const root = await aWorkspace(FILES);
      await tieline(["apply", "dev", "--yes", "--target", server.origin], {
        cwd: root,
        env: CREDENTIALS,
        killWhen,
      });

      const again = await run(server, root, "apply", "dev", "--yes");
      expect(again.status, again.stderr + again.stdout).toBe(0);
      expect(shown(server)).toEqual({
        changed: ["c", "d"],
        new: ["a"],
        other: ["b"],
      });
      expect(
        server.snapshot().connections.find((c) => c["key_id"] === "other")?.[
          "enabled"
        ] ?? false,
      ).toBe(false);
      const plan = await run(
        server,
        root,
        "plan",
        "dev",
        "--detailed-exitcode",
      );
      expect(plan.status, plan.stdout).toBe(0);
    },
  );
});

describe("a confirmation by a variable", () => {
  it("is none unless a pipeline runs the apply, and what says no never says yes", async () => {
    const server = await aServer();
    const root = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      "connections/a.yaml": connectionText("a", ["read"]),
      "connections/b.yaml": connectionText("b", ["read"]),
    });
    expect((await run(server, root, "apply", "dev", "--yes")).status).toBe(0);
    await rm(join(root, "connections/b.yaml"));
    const before = writes(server);
    for (const [env, status, said] of [
      [{ TIELINE_YES: "false" }, 64, "CLI005"],
      [{ TIELINE_YES: "0", CI: "true" }, 64, "CLI005"],
      [{ TIELINE_YES: "" }, 64, "CLI005"],
      [{ TIELINE_YES: "1" }, 64, "TIELINE_YES"],
      [{ TIELINE_YES: "true", CI: "false" }, 64, "TIELINE_YES"],
      [{ TIELINE_YES: "flase", CI: "true" }, 64, "CLI110"],
      [{ TIELINE_NO_INPUT: "true" }, 64, "--yes"],
      [{ TIELINE_NO_INPUT: "maybe" }, 64, "TIELINE_NO_INPUT"],
      [{ TIELINE_ON_ERROR: "explode" }, 64, "TIELINE_ON_ERROR"],
      [{ TIELINE_YES: "1", CI: "true" }, 0, "deleted"],
    ] as const) {
      if (status === 0) expect(writes(server)).toBe(before);
      const result = await tieline(
        ["apply", "dev", "--target", server.origin],
        { cwd: root, env: { ...CREDENTIALS, ...env } },
      );
      expect(result.status, JSON.stringify(env)).toBe(status);
      expect(result.stdout + result.stderr).toContain(said);
    }
    expect(Object.keys(shown(server))).toEqual(["a"]);
  });
});
