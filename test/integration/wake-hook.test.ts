import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createWakeProof } from "../../src/domain/wake-proof.ts";
import { createMetrics } from "../../src/features/page/metrics.ts";
import type { PageOptions } from "../../src/features/page/options.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createStandingClock } from "../support/clock.ts";
import { ask, aServedPage, type ServedPage } from "../support/served-page.ts";

const WORD = "a-made-up-word-of-the-hook";
const KEY = `whsec_${Buffer.from("a made-up secret of 32 bytes xxx").toString("base64")}`;
const BODY = '{"ref":"refs/heads/main","environment":"prod"}';

const open: ServedPage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

interface Hooked {
  readonly page: ServedPage;
  /** How often every environment was woken. */
  readonly wakeCount: () => number;
  readonly clock: ReturnType<typeof createStandingClock>;
}

async function hooked(some: Partial<PageOptions> = {}): Promise<Hooked> {
  let count = 0;
  const clock = createStandingClock();
  const page = await aServedPage({
    clock,
    wakeHook: {
      proof: createWakeProof([WORD, KEY]),
      wakeAll: () => {
        count += 1;
        return Promise.resolve();
      },
    },
    ...some,
  });
  open.push(page);
  return { page, wakeCount: () => count, clock };
}

const now = createStandingClock().now();
const hub = (secret: string, body: string): Record<string, string> => ({
  "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
});
const gitlab = (word: string): Record<string, string> => ({
  "x-gitlab-token": word,
});
function standard(
  secret: string,
  body: string,
  seconds = Math.floor(now / 1000),
): Record<string, string> {
  const id = "msg_1";
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signed = `${id}.${String(seconds)}.${body}`;
  const mac = createHmac("sha256", key).update(signed).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${mac}`,
  };
}

type Sent = Readonly<Record<string, string | readonly string[]>>;

async function post(
  { page }: Hooked,
  headers: Sent,
  body = BODY,
  path = "/hooks/wake",
): Promise<number> {
  const host = new URL(page.address).host;
  const answered = await ask(page, path, {
    method: "POST",
    headers: {
      host,
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  });
  return answered.status;
}

describe("a wake-up", () => {
  it.each<[string, Sent, string]>([
    ["GitHub's signature", hub(WORD, BODY), BODY],
    ["GitHub's signature with the next secret", hub(KEY, BODY), BODY],
    ["GitHub's signature of nothing", hub(WORD, ""), ""],
    [
      "GitHub's signature of what is no JSON",
      hub(WORD, "payload=%7B"),
      "payload=%7B",
    ],
    ["GitLab's token", gitlab(WORD), BODY],
    ["the signature of Standard Webhooks", standard(KEY, BODY), BODY],
    [
      "one of two signatures of Standard Webhooks",
      {
        ...standard(KEY, BODY),
        "webhook-signature": `v1,AAAA v1a,BBBB ${standard(KEY, BODY)["webhook-signature"] ?? ""}`,
      },
      BODY,
    ],
  ])("is taken with %s", async (_what, headers, body) => {
    const world = await hooked();
    expect(await post(world, headers, body)).toBe(202);
    await expect.poll(world.wakeCount).toBe(1);
  });

  const signature = hub(WORD, BODY)["x-hub-signature-256"] ?? "";
  const old = Math.floor(now / 1000) - 301;
  it.each<[string, Sent]>([
    ["nothing", {}],
    ["an empty signature", { "x-hub-signature-256": "" }],
    ["another secret", hub("another-made-up-word", BODY)],
    ["a signature of another body", hub(WORD, `${BODY} `)],
    ["a signature of no body", hub(WORD, "")],
    [
      "a signature in capitals",
      { "x-hub-signature-256": signature.toUpperCase() },
    ],
    [
      "a signature that is cut",
      { "x-hub-signature-256": signature.slice(0, -1) },
    ],
    ["a signature and more", { "x-hub-signature-256": `${signature}0` }],
    [
      "a signature without its name",
      { "x-hub-signature-256": signature.slice(7) },
    ],
    ["the older signature", { "x-hub-signature": signature }],
    ["two signatures", { "x-hub-signature-256": [signature, signature] }],
    ["another token", gitlab("another-made-up-word")],
    ["the beginning of the token", gitlab(WORD.slice(0, -1))],
    ["both tokens in one", gitlab(`${WORD} ${KEY}`)],
    ["an empty token", gitlab("")],
    ["two tokens", { "x-gitlab-token": [WORD, WORD] }],
    ["a right way beside a wrong one", { ...hub(WORD, BODY), ...gitlab("x") }],
    ["two right ways", { ...hub(WORD, BODY), ...gitlab(WORD) }],
    ["the token as a bearer", { authorization: `Bearer ${WORD}` }],
    ["an old time", standard(KEY, BODY, old)],
    ["a time to come", standard(KEY, BODY, Math.floor(now / 1000) + 301)],
    ["no time", { ...standard(KEY, BODY), "webhook-timestamp": "" }],
    [
      "a time that was changed",
      {
        ...standard(KEY, BODY, old),
        "webhook-timestamp": String(Math.floor(now / 1000)),
      },
    ],
    [
      "an id that was changed",
      { ...standard(KEY, BODY), "webhook-id": "msg_2" },
    ],
    ["no id", { ...standard(KEY, BODY), "webhook-id": "" }],
    ["a key that is empty", standard("whsec_", BODY)],
    ["a key made of the word", standard(`whsec_${WORD}`, BODY)],
  ])("is refused with %s", async (_what, headers) => {
    const world = await hooked();
    expect(await post(world, headers)).toBe(401);
    expect(world.wakeCount()).toBe(0);
    expect(world.page.failures).toEqual([
      "1 wake-up refused: the signature is missing or wrong",
    ]);
  });

  it("is not there without a secret, whoever asks", async () => {
    const world = await hooked({ wakeHook: null });
    expect(await post(world, hub(WORD, BODY))).toBe(404);
    expect(await post(world, {})).toBe(404);
    const { page } = world;
    expect((await ask(page, "/hooks/wake")).status).toBe(404);
  });

  it("takes no other method, no other name and no other address", async () => {
    const world = await hooked();
    const { page } = world;
    const { host } = new URL(page.address);
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
      expect(
        (await ask(page, "/hooks/wake", { method, headers: { host } })).status,
      ).toBe(405);
    const named = { ...hub(WORD, BODY), host: "evil.example" };
    expect(await post(world, named)).toBe(421);
    for (const path of [
      "/hooks/wake/",
      "/hooks/wake/x",
      "/hooks",
      "/Hooks/wake",
      "//hooks/wake",
    ])
      expect(await post(world, hub(WORD, BODY), BODY, path)).not.toBe(202);
    expect(world.wakeCount()).toBe(0);
  });

  it("takes a body of one MiB and none that is larger", async () => {
    const world = await hooked();
    const full = "x".repeat(1_048_576);
    expect(await post(world, hub(WORD, full), full)).toBe(202);
    // Refused by what it says of itself, before it is sent.
    const more = { ...hub(WORD, BODY), "content-length": "1048577" };
    const answered = ask(world.page, "/hooks/wake", {
      method: "POST",
      headers: { ...more, host: new URL(world.page.address).host },
      body: `${full}x`,
    });
    const status = await answered.then(
      (reply) => reply.status,
      () => "reset",
    );
    expect([413, "reset"]).toContain(status);
    await expect.poll(world.wakeCount).toBe(1);
  });

  it("needs no sign-in where the page does, and lets nobody in", async () => {
    const world = await hooked({
      auth: {
        tokens: [
          {
            name: "eyes",
            word: new Secret("made-up-word-of-prometheus"),
            rights: ["view"],
          },
        ],
        proxy: null,
      },
    });
    expect(await post(world, hub(WORD, BODY))).toBe(202);
    expect(
      await post(world, { authorization: "Bearer made-up-word-of-prometheus" }),
    ).toBe(401);
    const { host } = new URL(world.page.address);
    const listed = await ask(world.page, "/", {
      headers: { host, ...gitlab(WORD) },
    });
    expect(listed.status).toBe(401);
  });

  it("is one in five seconds, and the last one counts", async () => {
    const world = await hooked();
    for (let sent = 0; sent < 20; sent += 1)
      expect(await post(world, gitlab(WORD))).toBe(202);
    expect(world.wakeCount()).toBe(1);
    await world.clock.advance(4_999);
    expect(world.wakeCount()).toBe(1);
    await world.clock.advance(1);
    await expect.poll(world.wakeCount).toBe(2);
    await world.clock.advance(60_000);
    expect(world.wakeCount()).toBe(2);
    expect(await post(world, gitlab(WORD))).toBe(202);
    await expect.poll(world.wakeCount).toBe(3);
  });

  it("fills no log when it is refused again and again", async () => {
    const world = await hooked();
    for (let sent = 0; sent < 5; sent += 1) await post(world, {});
    await world.clock.advance(60_000);
    await post(world, {});
    expect(world.page.failures).toEqual([
      "1 wake-up refused: the signature is missing or wrong",
      "5 wake-ups refused: the signature is missing or wrong",
    ]);
  });

  it("is counted by how it ended", async () => {
    const clock = createStandingClock();
    const metrics = await createMetrics({ clock, settingsOf: () => null });
    const world = await hooked({ metrics });
    await post(world, gitlab(WORD));
    await post(world, {});
    await post(world, gitlab("x"));
    const text = await metrics?.text([]);
    expect(text).toContain('tieline_wake_total{result="taken"} 1');
    expect(text).toContain('tieline_wake_total{result="refused"} 2');
  });

  it("goes on where waking fails, and says so without a word of what was sent", async () => {
    const world = await hooked({
      wakeHook: {
        proof: createWakeProof([WORD]),
        wakeAll: () => Promise.reject(new Error("the database is gone")),
      },
    });
    expect(await post(world, gitlab(WORD))).toBe(202);
    await expect
      .poll(() => world.page.failures)
      .toEqual(["a wake-up was taken, and not every environment was woken"]);
    await world.clock.advance(5_000);
    expect(await post(world, gitlab(WORD))).toBe(202);
  });
});
