import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { aWorkspace, connectionText, tieline } from "../support/cli.ts";

/** An API with credentials that open no other. */
async function anApiFor(environment: string): Promise<EmbeddedApi> {
  const api = await startEmbedded({
    clientId: `id-${environment}`,
    clientSecret: `only-for-${environment}`,
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  onTestFinished(() => api.close());
  api.call("CreateEnvironmentConnection", {
    connection: { provider_key: "GMAIL", type: "OAUTH", key_id: "gmail-live" },
  });
  return api;
}

/** Counts what is sent to an address, whatever it is. */
async function aListener(): Promise<{
  readonly origin: string;
  readonly count: () => number;
}> {
  let count = 0;
  const server = createServer((_request, response) => {
    count += 1;
    response.end("{}");
  });
  server.on("connection", () => (count += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve();
    });
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  const port =
    typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${String(port)}`, count: () => count };
}

function documents(
  targets: Readonly<Record<string, string>>,
  more = "",
): Record<string, string> {
  return Object.fromEntries([
    ["connections/gmail.yaml", connectionText("gmail", ["read"])],
    ...Object.entries(targets).map(([name, target]) => [
      `environments/${name}/environment.yaml`,
      `environment: ${name}\ntarget: "${target}"\n${more}`,
    ]),
  ]) as Record<string, string>;
}

const REAL = {
  SCALEKIT_CLIENT_ID: "skc_123",
  SCALEKIT_CLIENT_SECRET: "canary-secret-1",
  TIELINE_API_TOKEN: "canary-secret-2",
  SCALEKIT_DEV_CLIENT_ID: "skc_124",
  SCALEKIT_DEV_CLIENT_SECRET: "canary-secret-3",
};

const REACHING: readonly (readonly string[])[] = [
  ["plan", "dev"],
  ["apply", "dev", "--yes"],
  ["drift", "dev"],
  ["consent", "dev"],
  ["adopt", "dev", "gmail", "--yes"],
  ["test", "dev"],
  ["doctor", "dev"],
  ["import", "dev"],
  ["state", "rebuild", "dev"],
];

describe("an address on this machine that only a document names", () => {
  it.each(["scalekit", "agent-auth"])(
    "gets no credentials of driver %s from any command",
    async (driver) => {
      const listener = await aListener();
      const root = await aWorkspace(
        documents({ dev: listener.origin }, `driver: ${driver}\n`),
      );
      const generic = Object.fromEntries(
        Object.entries(REAL).filter(([name]) => !name.includes("_DEV_")),
      );
      for (const args of REACHING)
        for (const env of [REAL, generic]) {
          const result = await tieline(args, { cwd: root, env });
          const said = result.stdout + result.stderr;
          expect(result.status, args.join(" ")).not.toBe(0);
          expect(said, args.join(" ")).toContain("DRV081");
          expect(said).not.toContain("canary");
        }
      expect(listener.count()).toBe(0);
    },
    60_000,
  );

  it("gets them when the one who runs the command names it", async () => {
    const api = await anApiFor("dev");
    const root = await aWorkspace(documents({ dev: api.origin }));
    const pair = {
      SCALEKIT_CLIENT_ID: "id-dev",
      SCALEKIT_CLIENT_SECRET: "only-for-dev",
    };
    for (const [args, env] of [
      [["--target", api.origin], {}],
      [[], { TIELINE_TARGET: api.origin }],
      [[], { TIELINE_ALLOWED_HOSTS: new URL(api.origin).host }],
      [[], { SCALEKIT_ENVIRONMENT_URL: api.origin }],
    ] as const) {
      const result = await tieline(["plan", "dev", ...args], {
        cwd: root,
        env: { ...pair, ...env },
      });
      expect(result.status).toBe(0);
    }
  });
});

describe("credentials of several environments", () => {
  const own = (
    apis: Readonly<Record<string, EmbeddedApi>>,
  ): Record<string, string> =>
    Object.fromEntries(
      Object.entries(apis).flatMap(([name, { origin }]) => {
        const prefix = `SCALEKIT_${name.toUpperCase().replaceAll("-", "_")}`;
        return [
          [`${prefix}_CLIENT_ID`, `id-${name}`],
          [`${prefix}_CLIENT_SECRET`, `only-for-${name}`],
          [`${prefix}_ENVIRONMENT_URL`, origin],
        ];
      }),
    );

  it("are used each for its environment, by import, doctor and plan", async () => {
    const apis = {
      dev: await anApiFor("dev"),
      "eu-prod": await anApiFor("eu-prod"),
    };
    const root = await aWorkspace(
      documents({
        dev: apis.dev.origin,
        "eu-prod": apis["eu-prod"].origin,
      }),
    );
    const env = own(apis);
    for (const args of [
      ["import", "dev", "eu-prod"],
      ["plan", "dev"],
      ["plan", "eu-prod"],
    ]) {
      const result = await tieline(args, { cwd: root, env });
      expect(result.status, result.stderr).toBe(0);
    }
    const { stdout } = await tieline(["doctor"], { cwd: root, env });
    expect(stdout).toContain(
      `SCALEKIT_EU_PROD_CLIENT_ID and SCALEKIT_EU_PROD_CLIENT_SECRET, bound to ${new URL(apis["eu-prod"].origin).host}`,
    );
    expect(stdout).not.toContain("only-for");
    // A document that sends one environment to the other's host moves no credentials.
    const swapped = await aWorkspace(
      documents({
        dev: apis["eu-prod"].origin,
        "eu-prod": apis.dev.origin,
      }),
    );
    const before = apis["eu-prod"].requests().length;
    for (const name of ["dev", "eu-prod"]) {
      const result = await tieline(["plan", name], { cwd: swapped, env });
      expect(result.stderr).toContain("DRV081");
    }
    expect(apis["eu-prod"].requests().length).toBe(before);
  });

  it("are not one pair for all hosts unless it is bound, and then for its host only", async () => {
    const apis = { dev: await anApiFor("dev"), prod: await anApiFor("prod") };
    const hosts = Object.values(apis).map(({ origin }) => new URL(origin).host);
    const root = await aWorkspace(
      documents({ dev: apis.dev.origin, prod: apis.prod.origin }),
    );
    const pair = {
      SCALEKIT_CLIENT_ID: "id-dev",
      SCALEKIT_CLIENT_SECRET: "only-for-dev",
    };
    for (const [env, code] of [
      [{ TIELINE_ALLOWED_HOSTS: hosts.join(",") }, "DRV080"],
      [{ SCALEKIT_ENVIRONMENT_URL: apis.dev.origin }, "DRV081"],
    ] as const)
      for (const args of [["import", "dev", "prod"], ["doctor"]]) {
        const result = await tieline(args, {
          cwd: root,
          env: { ...pair, ...env },
        });
        const said = result.stdout + result.stderr;
        expect(said, args.join(" ")).toContain(code);
        if (code === "DRV080")
          expect(said).toMatch(/SCALEKIT_(?:DEV|PROD)_CLIENT_SECRET/u);
      }
    expect(apis.prod.requests()).toEqual([]);
  });

  it("come from a file, and from a command that no commit brought", async () => {
    const api = await anApiFor("dev");
    const root = await aWorkspace({
      ...documents({ dev: api.origin }),
      "bin/give": "#!/bin/sh\necho only-for-dev\n",
    });
    const outside = await aWorkspace({ secret: "only-for-dev\n" });
    const base = {
      SCALEKIT_DEV_CLIENT_ID: "id-dev",
      SCALEKIT_DEV_ENVIRONMENT_URL: api.origin,
    };
    for (const [env, status] of [
      [{ SCALEKIT_DEV_CLIENT_SECRET_FILE: join(outside, "secret") }, 0],
      [{ SCALEKIT_DEV_CLIENT_SECRET_COMMAND: "echo only-for-dev" }, 0],
      [{ SCALEKIT_DEV_CLIENT_SECRET_COMMAND: "sh bin/give" }, 7],
      [{ SCALEKIT_DEV_CLIENT_SECRET_COMMAND: join(root, "bin/give") }, 7],
      [{ SCALEKIT_DEV_CLIENT_SECRET_COMMAND: "bin/give" }, 7],
    ] as const) {
      const result = await tieline(["plan", "dev"], {
        cwd: root,
        // The home folder is another one than the workspace.
        env: { ...base, ...env, HOME: outside },
      });
      expect(result.status, JSON.stringify(env) + result.stderr).toBe(status);
    }
  });
});
