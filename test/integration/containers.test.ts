import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { anApi, runIn } from "../support/api.ts";
import { aWorkspace, connectionText, environmentText } from "../support/cli.ts";
import { aRepository } from "../support/repository.ts";

/**
 * Runs a command as the first process of a namespace of its own, as a container does: host name and
 * files are the same.
 */
const CONTAINER = ["unshare", "--pid", "--fork", "--mount-proc"];

function canContain(): boolean {
  try {
    execFileSync("unshare", [...CONTAINER.slice(1), "true"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

const NAMES = Array.from({ length: 4 }, (_, i) => `mail-${String(i)}`);
const filesWith = (state: string): Record<string, string> => ({
  "environments/dev/environment.yaml": environmentText("embedded:", [
    `state: ${state}`,
  ]).replace("concurrency: 16", "concurrency: 1"),
  ...Object.fromEntries(
    NAMES.map((name) => [
      `connections/${name}.yaml`,
      connectionText(name, ["a"]),
    ]),
  ),
});

const PLACES: Readonly<Record<string, () => Promise<string>>> = {
  file: () => aWorkspace(filesWith("{backend: file}")),
  git: async () => {
    const repository = await aRepository();
    const clone = await repository.clone();
    await repository.commit(clone, filesWith("{backend: git, remote: null}"));
    return clone;
  },
};

/**
 * The first holds the lease; the second must not think that it is gone. TIELINE_LONG_TESTS=1 tries
 * every pair.
 */
const PAIRS: readonly (readonly [readonly string[], readonly string[]])[] =
  process.env["TIELINE_LONG_TESTS"] === "1"
    ? [
        [[], CONTAINER],
        [CONTAINER, []],
        [CONTAINER, CONTAINER],
      ]
    : [[[], CONTAINER]];

describe.skipIf(!canContain())(
  "two applies in containers with one host name (needs unshare)",
  () => {
    it.each(Object.keys(PLACES))(
      "do not overlap with state in %s, whichever of them cannot see the other",
      async (backend) => {
        for (const [first, second] of PAIRS) {
          let start: () => void = () => undefined;
          let isUnderWay = false;
          const whenUnderWay = new Promise<void>((resolve) => {
            start = resolve;
          });
          const server = await anApi((request) => {
            if (!request.isWrite || isUnderWay) return;
            isUnderWay = true;
            // From its first write on, the first one is slow until the second is done.
            server.setFaults([{ kind: "latency", ms: 1500 }]);
            start();
          });
          const root = (await PLACES[backend]?.()) ?? "";
          const args = ["apply", "dev", "--yes"];
          const running = runIn(root, server, args, { via: first });
          await whenUnderWay;
          const refused = await runIn(root, server, args, { via: second });
          server.setFaults([]);
          expect(refused.status, refused.stderr).toBe(5);
          expect(refused.stderr).toContain("STA003");
          const done = await running;
          expect(done.status, done.stderr).toBe(0);
          const names = server
            .snapshot()
            .connections.map((each) => each["key_id"]);
          expect(new Set(names)).toEqual(new Set(NAMES));
          expect(names).toHaveLength(NAMES.length);
        }
      },
    );
  },
);
