import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROGRAM, tieline } from "../support/cli.ts";

interface Started {
  readonly origin: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly certificate: string | null;
}

/** Runs the program until it is told to stop; gives what it printed first. */
async function emulate(...args: readonly string[]): Promise<{
  readonly started: Started;
  readonly stop: () => Promise<unknown>;
}> {
  const child = spawn(
    process.execPath,
    [PROGRAM, "emulate", "--json", ...args],
    {
      cwd: tmpdir(),
      env: { PATH: process.env["PATH"] ?? "", HOME: tmpdir() },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout.setEncoding("utf8");
  while (!text.includes("\n")) {
    const [chunk] = (await once(child.stdout, "data")) as [string];
    text += chunk;
  }
  const stop = (): Promise<unknown> => {
    child.kill("SIGINT");
    return once(child, "close");
  };
  return { started: JSON.parse(text) as Started, stop };
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

function call(
  { origin, certificate }: Started,
  path: string,
  init: { readonly token?: string; readonly form?: string } = {},
): Promise<Reply> {
  const { token, form } = init;
  return new Promise((resolve, reject) => {
    const sent = request(
      `${origin}${path}`,
      {
        method: form === undefined ? "GET" : "POST",
        ca: readFileSync(certificate ?? ""),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(form === undefined
            ? {}
            : { "content-type": "application/x-www-form-urlencoded" }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          const body = JSON.parse(text) as Reply["body"];
          resolve({ status: response.statusCode ?? 0, body });
        });
      },
    );
    sent.on("error", reject);
    sent.end(form);
  });
}

describe("tieline emulate", () => {
  it("speaks TLS to whoever trusts the file it names, with the permissions given, and leaves nothing", async () => {
    const { started, stop } = await emulate(
      "--tls",
      "--permissions",
      "agent_connectors:read",
    );
    expect(started.origin).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const { body } = await call(started, "/oauth/token", {
      form: `grant_type=client_credentials&client_id=${started.client_id}&client_secret=${started.client_secret}`,
    });
    const token = String(body["access_token"]);
    const listed = await call(started, "/api/v1/connections/app", { token });
    expect(listed.status).toBe(200);
    const denied = await call(started, "/api/v1/connections/conn_1", { token });
    expect(denied.status).toBe(403);
    expect(JSON.stringify(denied.body)).toContain('"sso:read"');
    await stop();
    expect(existsSync(started.certificate ?? "")).toBe(false);
  });

  it("does not know permissions that no call asks for", async () => {
    const { status, stderr } = await tieline(
      ["emulate", "--permissions", "sso:write,sso:everything"],
      { cwd: tmpdir() },
    );
    expect(status).toBe(64);
    expect(stderr).toContain("CLI001");
    expect(stderr).toContain("sso:everything");
  });
});
