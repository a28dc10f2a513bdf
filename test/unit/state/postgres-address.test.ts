import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  parseDatabaseUrl,
  readDatabaseAddress,
} from "../../../src/state/postgres/address.ts";
import { aRealFolder } from "../../support/folder.ts";

const URL = "postgresql://app:canary-8841@db.example/state";

describe("the address of a database", () => {
  it("is encrypted and proven by name where it says nothing else", async () => {
    expect(await parseDatabaseUrl(URL)).toEqual({
      host: "db.example",
      port: 5432,
      user: "app",
      password: "canary-8841",
      database: "state",
      tls: { mode: "verify-full", roots: null },
    });
  });

  it.each([
    ["loopback", "postgresql://app@127.0.0.1:5433/state"],
    ["loopback", "postgresql://app@[::1]/state"],
    ["a name of this machine", "postgresql://app@localhost/state"],
    ["a socket", "postgresql:///state?host=/run/postgresql&user=app"],
    ["a socket", "postgresql://app@%2Frun%2Fpostgresql/state"],
    ["a host that is asked for in plain text", `${URL}?sslmode=disable`],
  ])("is plain for %s: %s", async (_what, url) => {
    expect((await parseDatabaseUrl(url)).tls).toBeNull();
  });

  it.each([
    ["no scheme of ours", "mysql://app@db.example/state"],
    ["no address", "db.example"],
    ["no user", "postgresql://db.example/state"],
    ["no database", "postgresql://app@db.example"],
    ["no host", "postgresql:///state?user=app"],
    ["several hosts", "postgresql://app@/state?host=a,b"],
    ["no port", "postgresql://app@db.example/state?port=x"],
    ["a mode that falls back", `${URL}?sslmode=prefer`],
    ["a mode that falls back", `${URL}?sslmode=allow`],
    ["no mode", `${URL}?sslmode=on`],
    ["the same twice", `${URL}?sslmode=disable&sslmode=verify-full`],
    ["options of a session", `${URL}?options=-csearch_path=x`],
    ["a half character", "postgresql://app:%E0@db.example/state"],
    ["certificates by a relative path", `${URL}?sslrootcert=root.pem`],
    ["certificates that are not there", `${URL}?sslrootcert=/nowhere/root.pem`],
  ])("is refused with %s, and shown nowhere: %s", async (_what, url) => {
    const error: unknown = await parseDatabaseUrl(url).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "STA040" });
    expect(JSON.stringify(error) + String(error)).not.toMatch(
      /canary|db\.example/u,
    );
  });

  it("comes from one of two variables, and becomes known as a secret", async () => {
    const known: string[] = [];
    const read = (env: Record<string, string>) =>
      readDatabaseAddress(env, (secret) => known.push(secret));
    const file = join(aRealFolder(), "url");
    await writeFile(file, `${URL}\n`, { mode: 0o600 });
    expect(await read({ TIELINE_DATABASE_URL_FILE: file })).toEqual(
      await read({ TIELINE_DATABASE_URL: URL }),
    );
    expect(new Set(known)).toEqual(new Set([URL, "canary-8841"]));
    for (const env of [
      {},
      { TIELINE_DATABASE_URL: URL, TIELINE_DATABASE_URL_FILE: file },
      { TIELINE_DATABASE_URL_FILE: "url" },
    ])
      await expect(read(env)).rejects.toMatchObject({ code: "STA040" });
  });
});
