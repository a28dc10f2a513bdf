/**
 * A PostgreSQL of its own for the tests of one file, in a temporary folder, reached over a socket
 * and loopback. Where the program is not installed, or may not run, tests are skipped and say so.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import type { TestCertificate } from "./certificates.ts";

/** A server that runs. */
export interface Cluster {
  /** Folder of its socket. */
  readonly socket: string;
  readonly port: number;
  /** A new database of the administrator, empty; the address reaches it over the socket. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

const MOST_WAITS = 300;

/** Folder of `initdb` and `postgres`; `undefined` where there is none. */
function programs(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  const root = "/usr/lib/postgresql";
  const installed = existsSync(root)
    ? readdirSync(root).map((version) => join(root, version, "bin"))
    : [];
  return [...installed.sort().reverse(), ...onPath].find(
    (folder) =>
      folder !== "" &&
      existsSync(join(folder, "initdb")) &&
      existsSync(join(folder, "postgres")),
  );
}

/** An account to run it as: it refuses to run as root. `null`: our own. */
function account(): { uid: number; gid: number } | null | undefined {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout),
    );
    if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0)
      return { uid, gid };
  }
  return undefined;
}

/** Why there is no PostgreSQL here; `undefined` where there is one. */
export const NO_POSTGRES: string | undefined =
  programs() === undefined
    ? "PostgreSQL is not installed"
    : account() === undefined
      ? "PostgreSQL refuses to run as root, and there is no other account"
      : undefined;

/** Starts one. @param tls - what it proves itself with; nothing is encrypted without. */
export async function startPostgres(tls?: TestCertificate): Promise<Cluster> {
  const bin = programs();
  const as = account();
  if (bin === undefined || as === undefined) throw new Error(NO_POSTGRES);
  // Sockets have short paths only.
  const folder = mkdtempSync(join(tmpdir(), "tl-pg-"));
  chmodSync(folder, 0o755);
  if (as !== null) chownSync(folder, as.uid, as.gid);
  const data = join(folder, "data");
  const options = { cwd: folder, ...(as ?? {}), env: { LC_ALL: "C" } };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "admin", "-A", "trust", "-E", "UTF8", "--no-sync"],
    { ...options, stdio: "ignore" },
  );
  const port = await freePort();
  const secured = (
    tls === undefined ? [] : (Object.entries(tls) as [string, string][])
  ).flatMap(([name, text]) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, text, { mode: 0o600 });
    if (as !== null) chownSync(file, as.uid, as.gid);
    return ["-c", `ssl_${name}_file=${file}`];
  });
  const server = spawn(
    join(bin, "postgres"),
    [
      ...["-D", data, "-p", String(port), "-k", folder],
      ...["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
      // What a crash of the machine would lose does not matter here.
      ...["-c", "fsync=off", "-c", "full_page_writes=off"],
      ...(tls === undefined ? [] : ["-c", "ssl=on", ...secured]),
    ],
    { ...options, stdio: "ignore" },
  );
  const ended = new Promise((resolve) => server.once("close", resolve));
  const stop = async (): Promise<void> => {
    server.kill("SIGQUIT");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const addressOf = (name: string): string =>
    `postgresql://admin@localhost/${name}?host=${encodeURIComponent(folder)}&port=${String(port)}`;
  await untilReady(addressOf("postgres"));
  return {
    socket: folder,
    port,
    stop,
    async database() {
      const name = `d${randomBytes(6).toString("hex")}`;
      await sql(addressOf("postgres"), `CREATE DATABASE ${name}`);
      return addressOf(name);
    },
  };
}

/** Runs statements as whoever the address names. */
export async function sql(
  address: string,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text);
    return result.rows;
  } finally {
    await client.end();
  }
}

async function untilReady(address: string): Promise<void> {
  for (let round = 0; round < MOST_WAITS; round += 1) {
    try {
      await sql(address, "SELECT 1");
      return;
    } catch {
      await wait(50);
    }
  }
  throw new Error("PostgreSQL did not start");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a host and port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
