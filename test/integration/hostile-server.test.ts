import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionText, writeFiles } from "../support/cli.ts";
import { aPlace, CREDENTIALS, runTidily } from "../support/hostile.ts";
import {
  sendJson,
  startRawServer,
  type RawServer,
} from "../support/raw-server.ts";
import {
  CONNECTION,
  SERVER_CASES,
  type ServerCase,
} from "./hostile-server-cases.ts";

const TIMEOUT = "limits: {timeout: 0.5, requests_per_second: 10000}";

function serve(one: ServerCase, elsewhere: string): Promise<RawServer> {
  return startRawServer((_index, request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const asked = { response, url, elsewhere };
    const { pathname } = url;
    if (pathname === "/oauth/token")
      (
        one.token ??
        (() => {
          sendJson(response, 200, { access_token: "t", expires_in: 3600 });
        })
      )(asked);
    else if (pathname === "/api/v1/connections/app")
      (
        one.list ??
        (() => {
          sendJson(response, 200, { connections: [CONNECTION], total_size: 1 });
        })
      )(asked);
    else if (pathname.startsWith("/api/v1/connections/"))
      (
        one.get ??
        (() => {
          sendJson(response, 200, { connection: CONNECTION });
        })
      )(asked);
    else if (pathname === "/api/v1/providers")
      sendJson(response, 200, { providers: [] });
    else sendJson(response, 404, { code: 5, message: "not found" });
  });
}

describe("a plan against a hostile server", () => {
  let elsewhere: RawServer;
  let outer: string;
  beforeAll(async () => {
    outer = await mkdtemp(join(tmpdir(), "tieline-hostile-"));
    elsewhere = await startRawServer((_index, _request, response) => {
      sendJson(response, 200, {});
    });
  });
  afterAll(async () => {
    await elsewhere.close();
    await rm(outer, { recursive: true, force: true });
  });

  it.concurrent.for(SERVER_CASES)(
    "says what happened: $name",
    async (one, test) => {
      const server = await serve(one, elsewhere.origin);
      try {
        const { root } = await aPlace(outer);
        await writeFiles(root, {
          "environments/dev/environment.yaml": `environment: dev\ntarget: "embedded:"\n${TIMEOUT}\n`,
          "connections/good.yaml": connectionText("good", ["a"]),
        });
        const { status, stdout, stderr } = await runTidily(
          ["plan", "dev", "--target", server.origin],
          {
            cwd: root,
            env: CREDENTIALS,
          },
        );
        test.expect
          .soft(status, `${stderr.slice(0, 3000)}${stdout.slice(0, 2000)}`)
          .toBe(one.status);
        const isPlanned = stdout.includes("warning DRV062");
        if (one.says !== undefined)
          test.expect
            .soft((isPlanned ? stdout : stderr).slice(0, 3000))
            .toMatch(one.says);
        if (isPlanned)
          test.expect.soft(stdout).toContain("No changes in what can be read");
        else if (one.status !== 0 && one.status !== 6)
          test.expect.soft(stdout).toBe("");
        test
          .expect(
            server.seen.filter(
              (line) =>
                !line.startsWith("GET ") && line !== "POST /oauth/token",
            ),
          )
          .toEqual([]);
      } finally {
        await server.close();
      }
    },
  );

  it("and no other host heard anything", () => {
    expect(elsewhere.seen).toEqual([]);
  });
});
