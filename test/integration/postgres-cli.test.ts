import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anApi, API_CREDENTIALS, runIn } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  type CliResult,
} from "../support/cli.ts";
import {
  NO_POSTGRES,
  startPostgres,
  type Cluster,
} from "../support/postgres.ts";

const FILES = {
  "environments/dev/environment.yaml": environmentText("embedded:", [
    "state: {backend: postgres}",
  ]),
  "connections/one.yaml": connectionText("one", ["a"]),
  "connections/two.yaml": connectionText("two", ["b"]),
};

describe.skipIf(NO_POSTGRES !== undefined)(
  `commands with state in PostgreSQL${NO_POSTGRES === undefined ? "" : `: ${NO_POSTGRES}`}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startPostgres();
    }, 60_000);
    afterAll(() => cluster.stop());

    it("make tables, apply, look, and move state in and out, on any machine", async () => {
      const server = await anApi();
      const root = await aWorkspace(FILES);
      const url = (await cluster.database()).replace(
        "admin@",
        "admin:canary-77@",
      );
      const outputs: string[] = [];
      const run = async (
        args: readonly string[],
        { at = root, api = false, env = { TIELINE_DATABASE_URL: url } } = {},
      ): Promise<CliResult> => {
        const result = await runIn(at, api ? server : null, args, {
          env: { ...API_CREDENTIALS, ...env },
        });
        outputs.push(result.stdout, result.stderr);
        return result;
      };
      const none = await run(["plan", "dev"], { api: true, env: {} as never });
      expect([none.status, none.stderr]).toEqual([
        3,
        expect.stringContaining("STA040"),
      ]);
      const early = await run(["apply", "dev", "--yes"], { api: true });
      expect([early.status, early.stderr]).toEqual([
        3,
        expect.stringContaining("tieline state migrate"),
      ]);
      const dry = await run(["state", "migrate", "dev", "--dry-run"]);
      expect(dry.stdout).toContain("CREATE TABLE");
      const again = await run(["apply", "dev", "--yes"], { api: true });
      expect(again.status).toBe(3);
      expect(server.requests().filter(({ isWrite }) => isWrite)).toEqual([]);

      const made = await run(["state", "migrate", "dev"]);
      expect(made.status, made.stderr).toBe(0);
      const twice = await run(["state", "migrate", "dev", "--json"]);
      expect(JSON.parse(twice.stdout)).toMatchObject({ done: true, steps: [] });
      const applied = await run(["apply", "dev", "--yes"], { api: true });
      expect(applied.status, applied.stderr).toBe(0);

      // Another machine, with its address in a file.
      const second = await aWorkspace(FILES);
      const file = join(second, "..", `url-${String(process.pid)}`);
      await writeFile(file, url, { mode: 0o600 });
      const elsewhere = {
        at: second,
        env: { TIELINE_DATABASE_URL_FILE: file } as never,
      };
      const plan = await run(["plan", "dev", "--detailed-exitcode"], {
        ...elsewhere,
        api: true,
      });
      expect(plan.status, plan.stderr).toBe(0);
      const shown = await run(["state", "show", "dev", "--json"], elsewhere);
      expect(JSON.parse(shown.stdout)).toMatchObject({
        state: "schema tieline of PostgreSQL",
        inventory: { serial: 2, entries: [{}, {}] },
        lease: null,
        receipts: 1,
      });
      await rm(file);
      const verified = await run(["ledger", "verify", "dev"]);
      expect(verified.status, verified.stderr).toBe(0);
      const pulled = await run(["state", "pull", "dev", "file"]);
      expect(pulled.status, pulled.stderr).toBe(0);
      const roles = await run(["state", "migrate", "dev", "--roles"]);
      expect(roles.stdout).toContain("GRANT");
      for (const text of outputs) expect(text).not.toMatch(/canary|host=/u);
    }, 60_000);
  },
);
