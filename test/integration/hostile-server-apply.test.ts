import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EmbeddedApi, FaultRule } from "../../src/embedded/index.ts";
import { connectionText, writeFiles } from "../support/cli.ts";
import {
  aPlace,
  CREDENTIALS,
  runTidily,
  startApi,
} from "../support/hostile.ts";

/** Steps of an apply, by the request that carries each out. */
const ROUTES: Readonly<Record<string, string>> = {
  "the token": "POST /oauth/token",
  "the list": "GET /api/v1/connections/app",
  "a read": "GET /api/v1/connections/conn_*",
  "a create": "POST /api/v1/connections",
  "a change": "PATCH /api/v1/connections/*",
  "a switch": "*:disable",
  "a delete": "DELETE /api/v1/connections/*",
};

const TROUBLE: Readonly<Record<string, Omit<FaultRule, "route">>> = {
  "a reset before it took effect": { kind: "reset-before" },
  "a reset after it took effect": { kind: "reset-after" },
  "a web page after it took effect": { kind: "html", commits: true },
  "half an answer": { kind: "truncated", commits: true },
  "a failure after it took effect": {
    kind: "status",
    status: 500,
    commits: true,
  },
  "a failure before": { kind: "status", status: 503 },
  "a refusal": { kind: "status", status: 400 },
  "no permission": { kind: "status", status: 403 },
  "an expired token": { kind: "token-expired" },
  silence: { kind: "hang", commits: true },
  "a rate limit": { kind: "429" },
};

interface RunReport {
  readonly outcomes: readonly {
    readonly key: string;
    readonly action: string;
    readonly status: "applied" | "skipped" | "failed" | "unknown";
    readonly steps: readonly { readonly step: string }[];
  }[];
}

/** Names, scopes and state as the server holds them. */
function held(api: EmbeddedApi): Record<string, string> {
  const entries = api
    .snapshot()
    .connections.map((connection): [string, string] => {
      // The snapshot is in the API's own words.
      const { key_id, enabled, oauth_config } = connection as {
        key_id: string;
        enabled?: boolean;
        oauth_config?: { scopes?: readonly string[] };
      };
      return [
        key_id,
        `${[...(oauth_config?.scopes ?? [])].sort().join(",")} ${enabled === true ? "on" : "off"}`,
      ];
    });
  return Object.fromEntries(entries);
}

const WANTED = { changed: "new on", made: "a off", theirs: "theirs on" };
const STATUSES = [0, 1, 4, 5, 7];

/**
 * Every trouble at the two writes with the most to lose; elsewhere the two that mislead most. A
 * long run tries all with all.
 */
const isLongRun = process.env["TIELINE_LONG_TESTS"] === "1";
const EVERYWHERE: ReadonlySet<string> = new Set([
  "a reset after it took effect",
  "a failure before",
]);
const CASES = Object.entries(ROUTES).flatMap(([step, route]) =>
  Object.entries(TROUBLE)
    .filter(
      ([trouble]) =>
        isLongRun ||
        step === "a create" ||
        (step === "a change" && trouble !== "a rate limit") ||
        EVERYWHERE.has(trouble),
    )
    .map(([trouble, rule]) => ({ step, trouble, rule: { ...rule, route } })),
);

describe("an apply against a hostile server", () => {
  let outer: string;
  beforeAll(async () => {
    outer = await mkdtemp(join(tmpdir(), "tieline-hostile-"));
  });
  afterAll(() => rm(outer, { recursive: true, force: true }));

  it.concurrent.for(CASES)(
    "tells the truth and ends well: $trouble at $step",
    async ({ rule }, test) => {
      const api = await startApi();
      try {
        const { root } = await aPlace(outer);
        const run = (...args: string[]): ReturnType<typeof runTidily> =>
          runTidily([...args, "--target", api.origin], {
            cwd: root,
            env: CREDENTIALS,
          });
        await writeFiles(root, {
          "environments/dev/environment.yaml":
            'environment: dev\ntarget: "embedded:"\nprune: true\nlimits: {timeout: 0.5, requests_per_second: 10000}\n',
          "connections/gone.yaml": connectionText("gone", ["g"]),
          "connections/changed.yaml": connectionText("changed", ["old"]),
        });
        api.seedConnection({
          key_id: "theirs",
          provider_key: "SLACK",
          type: "OAUTH",
          patch: { oauth_config: { scopes: ["theirs"] } },
        });
        const start = await run("apply", "dev", "--yes");
        test.expect(start.status, start.stderr).toBe(0);
        await writeFiles(root, {
          "connections/changed.yaml": connectionText("changed", ["new"]),
          "connections/made.yaml": connectionText(
            "made",
            ["a"],
            ["state: inactive"],
          ),
        });
        await rm(join(root, "connections/gone.yaml"));
        const before = held(api);

        // Strikes more often than any request is repeated.
        api.setFaults([{ ...rule, times: 6 }]);
        const struck = await run("apply", "dev", "--yes", "--json");
        api.setFaults([]);
        test.expect(STATUSES, struck.stderr).toContain(struck.status);
        const after = held(api);
        // Printed by the run itself, in the form its documentation promises.
        const report = JSON.parse(struck.stdout) as Partial<RunReport>;
        if (report.outcomes === undefined) test.expect(after).toEqual(before);
        for (const { key, status, steps } of report.outcomes ?? []) {
          const wanted: string | undefined = { ...WANTED, gone: undefined }[
            key
          ];
          if (status === "applied") test.expect(after[key], key).toBe(wanted);
          if (
            status === "skipped" ||
            (status === "failed" && steps.length === 0)
          )
            test.expect(after[key], key).toBe(before[key]);
        }
        if (struck.status === 0) test.expect(after).toEqual(WANTED);

        const again = await run("apply", "dev", "--yes");
        test.expect(again.status, again.stderr + again.stdout).toBe(0);
        test.expect(held(api)).toEqual(WANTED);
        test.expect(api.snapshot().connections).toHaveLength(3);
      } finally {
        await api.close();
      }
    },
  );

  it("counts unknown accounts as unknown, and goes on", async () => {
    const api = await startApi();
    try {
      const { root } = await aPlace(outer);
      const run = (...args: string[]): ReturnType<typeof runTidily> =>
        runTidily([...args, "--target", api.origin], {
          cwd: root,
          env: CREDENTIALS,
        });
      await writeFiles(root, {
        "environments/dev/environment.yaml":
          'environment: dev\ntarget: "embedded:"\nprune: true\n',
        "connections/gone.yaml": connectionText("gone", ["g"]),
        "connections/kept.yaml": connectionText("kept", ["k"]),
      });
      expect((await run("apply", "dev", "--yes")).status).toBe(0);
      await rm(join(root, "connections/gone.yaml"));
      api.setFaults([
        {
          kind: "status",
          status: 403,
          route: "GET /api/v1/connected_accounts*",
        },
      ]);
      const plan = await run("plan", "dev");
      expect(plan.status, plan.stderr).toBe(0);
      expect(plan.stdout).toMatch(
        /delete gone[\s\S]*(?:unknown|not known|cannot be counted)/u,
      );
    } finally {
      await api.close();
    }
  });

  it("refuses to apply without the value of a secret, before any write", async () => {
    const api = await startApi();
    try {
      const { root } = await aPlace(outer);
      await writeFiles(root, {
        "environments/dev/environment.yaml":
          'environment: dev\ntarget: "embedded:"\n',
        "connections/good.yaml": connectionText("good", ["a"]).replace(
          "client_id: 1.apps.example",
          "client_secret: env://TIELINE_SECRET_NOWHERE",
        ),
      });
      const { status, stderr } = await runTidily(
        ["apply", "dev", "--yes", "--target", api.origin],
        { cwd: root, env: CREDENTIALS },
      );
      expect(status, stderr).toBe(3);
      expect(stderr).toMatch(/CFG017/u);
      expect(api.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
    } finally {
      await api.close();
    }
  });
});
