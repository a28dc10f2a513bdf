import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  isSignedBy,
  signatureOf,
  webhookKey,
  type WebhookKey,
} from "../../../src/domain/webhook-signature.ts";
import { openWebhook } from "../../../src/notifiers/webhook.ts";
import type { HttpRequest } from "../../../src/ports/http-client.ts";
import { createFakeClock } from "../../support/clock.ts";
import { aNotice } from "../../support/notices.ts";

const secretOf = (seed: string): string =>
  `whsec_${Buffer.from(seed.padEnd(32, ".")).toString("base64")}`;

function keyOf(secret: string): WebhookKey {
  const key = webhookKey(secret);
  if (key === undefined) throw new Error("the secret of the test is none");
  return key;
}

/** As the specification says it, without our code. */
function independent(secret: string, signed: string): string {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

async function sent(secrets: readonly string[]): Promise<HttpRequest> {
  const requests: HttpRequest[] = [];
  const webhook = openWebhook({
    name: "webhook",
    address: new URL("https://hooks.example/a?b=c"),
    keys: secrets.map(keyOf),
    clock: createFakeClock(Date.UTC(2026, 0, 1) + 999),
    connect: (origin) => ({
      origin,
      send(request) {
        requests.push(request);
        const reply = { status: 200, headers: {}, body: {} };
        return Promise.resolve({ ...reply, requestId: undefined });
      },
      close: () => Promise.resolve(),
    }),
  });
  await webhook.send(aNotice(), new AbortController().signal);
  const [request] = requests;
  if (request === undefined) throw new Error("nothing was sent");
  return request;
}

describe("the signature of Standard Webhooks", () => {
  it("is that of the example of the specification's libraries", () => {
    const key = keyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    const message = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: "1614265330",
      body: '{"test": 2432232314}',
    };
    const signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    expect(signatureOf(key, message)).toBe(signature);
    expect(isSignedBy([key], message, signature)).toBe(true);
  });

  it("covers id, time and the bytes that are sent", async () => {
    const secret = secretOf("one");
    const { headers = {}, body, path } = await sent([secret]);
    expect(path).toBe("/a?b=c");
    expect(headers["webhook-id"]).toBe(aNotice().id);
    expect(headers["webhook-timestamp"]).toBe(
      String(Date.UTC(2026, 0, 1) / 1000),
    );
    expect(headers["webhook-signature"]).toBe(
      independent(
        secret,
        `${aNotice().id}.${headers["webhook-timestamp"] ?? ""}.${body?.text ?? ""}`,
      ),
    );
  });

  it("is made with every secret, so that a receiver can go from one to the next", async () => {
    const secrets = [secretOf("old"), secretOf("new")];
    const { headers = {}, body } = await sent(secrets);
    const signed = `${headers["webhook-id"] ?? ""}.${headers["webhook-timestamp"] ?? ""}.${body?.text ?? ""}`;
    expect(headers["webhook-signature"]?.split(" ")).toEqual(
      secrets.map((secret) => independent(secret, signed)),
    );
  });

  it("is another one for another id, time, body or key", () => {
    const key = keyOf(secretOf("one"));
    const message = { id: "a", timestamp: "1", body: "{}" };
    const signature = signatureOf(key, message);
    for (const other of [
      { ...message, id: "b" },
      { ...message, timestamp: "2" },
      { ...message, body: "{ }" },
    ])
      expect(isSignedBy([key], other, signature)).toBe(false);
    expect(isSignedBy([keyOf(secretOf("two"))], message, signature)).toBe(
      false,
    );
    expect(isSignedBy([], message, signature)).toBe(false);
    expect(isSignedBy([key], message, signature.replace("v1,", "v1a,"))).toBe(
      false,
    );
  });

  it.each([
    "",
    "whsec_",
    "whsec_c2hvcnQ=",
    `whsec_${Buffer.alloc(65, 1).toString("base64")}`,
    Buffer.alloc(32, 1).toString("base64"),
    `whsec_${Buffer.alloc(32, 1).toString("base64").replace("A", "-")}!`,
    ` ${secretOf("one")}`,
  ])("takes no %j for a secret", (text) => {
    expect(webhookKey(text)).toBeUndefined();
  });
});
