import {
  appendFile,
  mkdir,
  readFile,
  readdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { UserError } from "../../src/domain/problem/error.ts";
import { openStore } from "../../src/embedded/data/store.ts";
import { aClient, aFolder, createConnection } from "../support/embedded.ts";
import type { Client } from "../support/embedded.ts";

async function restarted(client: Client, dataFile: string): Promise<Client> {
  await client.api.close();
  return aClient({ dataFile });
}

describe("the data file", () => {
  it("carries everything over a restart", async () => {
    const dataFile = join(await aFolder(), "deep", "data");
    const first = await aClient({ dataFile });
    const { id } = await createConnection(first, "mail");
    await createConnection(first, "gone");
    first.api.remove("gone");
    first.api.seedAccounts("mail", 2);
    first.api.mutate("mail", {
      oauth_config: { client_secret: "a-secret-of-some-length" },
    });
    const before = first.api.snapshot();

    const second = await restarted(first, dataFile);
    expect(second.api.snapshot()).toEqual(before);
    expect(
      second.api.holdsSecret(
        "mail",
        "oauth_config.client_secret",
        "a-secret-of-some-length",
      ),
    ).toBe(true);
    const next = await createConnection(second, "new");
    expect(next["id"]).not.toBe(id);
    expect(Number(next.id.slice(5))).toBeGreaterThan(Number(id.slice(5)) + 1);
  });

  it("holds a write before its reply is sent, whatever becomes of the process", async () => {
    const dataFile = join(await aFolder(), "data");
    const client = await aClient({ dataFile });
    await createConnection(client, "mail");
    // A second reader stands for the next process: the first one never closed.
    expect(openStore(dataFile).findByName("mail")).toBeDefined();
  });

  it("drops a torn last line, and only that", async () => {
    const dataFile = join(await aFolder(), "data");
    const first = await aClient({ dataFile });
    await createConnection(first, "mail");
    await first.api.close();
    await appendFile(dataFile, '{"number":1002,"changes":[{"kind":"connec');
    const second = await aClient({ dataFile });
    await createConnection(second, "chat");
    const third = await restarted(second, dataFile);
    expect(third.api.snapshot().connections.map((c) => c["key_id"])).toEqual([
      "mail",
      "chat",
    ]);
  });

  it("never holds a secret and is closed to others", async () => {
    const dataFile = join(await aFolder(), "data");
    const client = await aClient({ dataFile });
    const { id } = await createConnection(client, "mail");
    await client.send("PATCH", `/api/v1/connections/${id}`, {
      provider_key: "GMAIL",
      type: "OAUTH",
      key_id: "mail",
      oauth_config: {
        client_secret: "canary-0123456789",
        googleads_developer_token: "canary-9876543210",
      },
    });
    const text = await readFile(dataFile, "utf8");
    expect(text).toContain('"mail"');
    expect(text).not.toContain("canary-");
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
  });

  it("stays small under many changes and leaves no other file", async () => {
    const folder = await aFolder();
    const dataFile = join(folder, "data");
    const client = await aClient({ dataFile });
    await createConnection(client, "mail");
    for (let n = 0; n < 200; n += 1)
      client.api.mutate("mail", { enabled: n % 2 === 0 });
    await client.api.close();
    expect((await readFile(dataFile, "utf8")).split("\n")).toHaveLength(3);
    expect(await readdir(folder)).toEqual(["data"]);
    expect((await stat(dataFile)).mode & 0o777).toBe(0o600);
  });

  it("is not touched by reads", async () => {
    const dataFile = join(await aFolder(), "data");
    const client = await aClient({ dataFile });
    await client.send("GET", "/api/v1/connections/app");
    await client.api.close();
    await expect(stat(dataFile)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.each([
    "not json\n",
    '{"format":"other"}\n',
    '{"format":"tieline-embedded/1","salt":"s","number":1}\n{"x":1}\n',
  ])("of someone else is refused and left alone: %j", async (content) => {
    const dataFile = join(await aFolder(), "data");
    await writeFile(dataFile, content);
    await expect(aClient({ dataFile })).rejects.toMatchObject({
      code: "CLI011",
    });
    expect(await readFile(dataFile, "utf8")).toBe(content);
  });

  it("cannot be a folder", async () => {
    const dataFile = join(await aFolder(), "data");
    await mkdir(dataFile);
    await expect(aClient({ dataFile })).rejects.toBeInstanceOf(UserError);
  });

  it("takes a thousand connections", async () => {
    const client = await aClient({ dataFile: join(await aFolder(), "data") });
    for (let n = 0; n < 1000; n += 1)
      await createConnection(client, `c-${String(n)}`);
    expect(client.api.snapshot().connections).toHaveLength(1000);
    expect(client.api.requests().filter(({ isWrite }) => isWrite)).toHaveLength(
      1000,
    );
  });
});

describe("the address", () => {
  it("is loopback, given or free, and a taken one is CLI011", async () => {
    const client = await aClient();
    expect(client.api.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(new URL(client.api.origin).port);
    await expect(aClient({ port })).rejects.toMatchObject({ code: "CLI011" });
    await client.api.close();
    await client.api.close();
    const again = await aClient({ port });
    const made = await createConnection(again, "mail");
    expect(made).toMatchObject({
      oauth_config: {
        redirect_uri: expect.stringContaining(again.api.origin) as unknown,
      },
    });
  });
});
