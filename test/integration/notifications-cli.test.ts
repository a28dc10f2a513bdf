import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { PROGRAM, tieline } from "../support/cli.ts";
import {
  aReconcileWorld,
  type ReconcileWorld,
} from "../support/reconcile-world.ts";

const SECRET = `whsec_${Buffer.from("a made-up secret of 32 bytes xxx").toString("base64")}`;
const WAKE = "a-made-up-word-of-the-hook";

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Takes posts on loopback. */
async function aReceiver(): Promise<{ address: string; posts: Post[] }> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => (body += text));
    request.on("end", () => {
      posts.push({ headers: request.headers, body });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${String(port)}/a-made-up-path`, posts };
}

const variablesOf = (world: ReconcileWorld): Record<string, string> => ({
  SCALEKIT_CLIENT_ID: "id",
  SCALEKIT_CLIENT_SECRET: "client-secret",
  TIELINE_ALLOWED_HOSTS: new URL(world.platform.api.origin).host,
});

describe("tieline reconcile", () => {
  it("tells a webhook what it did, signed, and tells it once", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    const { address, posts } = await aReceiver();
    const options = {
      cwd: world.clone,
      env: {
        ...variablesOf(world),
        TIELINE_NOTIFY_WEBHOOK_URL: address,
        TIELINE_NOTIFY_WEBHOOK_SECRET: SECRET,
      },
    };
    const first = await tieline(["reconcile", "dev", "--once"], options);
    expect(first).toMatchObject({ status: 0 });
    expect(posts).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: "" }] = posts;
    expect(JSON.parse(body)).toMatchObject({
      type: "tieline.rolled_out",
      data: { environment: "dev", kind: "rolled-out", level: "info" },
    });
    const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    const mac = createHmac("sha256", key).update(signed).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${mac}`);
    const second = await tieline(["reconcile", "dev", "--once"], options);
    expect(second).toMatchObject({ status: 0 });
    expect(posts).toHaveLength(1);
    for (const { stdout, stderr } of [first, second])
      expect(stdout + stderr).not.toContain("a-made-up-path");
  });

  it("starts nothing where a receiver cannot be used", async () => {
    const world = await aReconcileWorld({ mode: "enforce" });
    world.requests();
    const { status, stderr } = await tieline(["reconcile", "dev", "--once"], {
      cwd: world.clone,
      env: {
        ...variablesOf(world),
        TIELINE_NOTIFY_SLACK_URL: "http://hooks.example/a-made-up-path",
      },
    });
    expect(status).toBe(64);
    expect(stderr).toContain("CLI110");
    expect(stderr).not.toContain("a-made-up-path");
    expect(world.requests()).toEqual([]);
  });

  it("is woken by who knows the secret", async () => {
    const world = await aReconcileWorld({ mode: "observe" });
    const child = spawn(
      process.execPath,
      [
        PROGRAM,
        "reconcile",
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--log-format",
        "json",
      ],
      {
        cwd: world.clone,
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: world.clone,
          ...variablesOf(world),
          TIELINE_WAKE_SECRET: WAKE,
        },
      },
    );
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    let out = "";
    let err = "";
    child.stdout
      .setEncoding("utf8")
      .on("data", (text: string) => (out += text));
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (err += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    const patience = { timeout: 30_000 };
    const address = (): string =>
      /status page: (\S+)/u.exec(err)?.[1] ?? "none";
    await expect.poll(address, patience).toMatch(/^http/u);
    await expect.poll(() => out, patience).toContain('"reason":"start"');
    const wake = (token: string): Promise<Response> =>
      fetch(`${address()}/hooks/wake`, {
        method: "POST",
        headers: { "x-gitlab-token": token },
        body: "{}",
      });
    expect((await wake("another-made-up-word")).status).toBe(401);
    expect((await wake(WAKE)).status).toBe(202);
    await expect.poll(() => out, patience).toContain('"reason":"commit"');
    expect(err).toContain("1 wake-up refused");
    child.kill("SIGTERM");
    await ended;
    expect(out + err).not.toContain(WAKE);
  }, 60_000);
});
