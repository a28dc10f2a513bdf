import type { ProcessEnv } from "../../domain/environment-access.ts";
import { isLoopbackHost } from "../../domain/address.ts";
import { UserError } from "../../domain/problem/error.ts";
import { readVariableFile } from "../../platform/files/index.ts";

/** Where the database is, and how it is spoken to. Holds the password. */
export interface DatabaseAddress {
  /** A host name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `null`: nothing is encrypted. */
  readonly tls: DatabaseTls | null;
}

/** How the server is held to who it is, in libpq's words. */
export interface DatabaseTls {
  readonly mode: "require" | "verify-ca" | "verify-full";
  /** Certificates to trust, PEM; `null`: those of the system. */
  readonly roots: string | null;
}

/** Variables that the address comes from; documents never hold it. */
const VALUE = "TIELINE_DATABASE_URL";
const FILE = "TIELINE_DATABASE_URL_FILE";

/** Far above any address, and any bundle of certificates. */
const MAX_URL_BYTES = 8_192;
const MAX_ROOTS_BYTES = 1_048_576;
const DEFAULT_PORT = 5432;

/** Parameters of an address that have a meaning here; libpq's names. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "dbname",
  "host",
  "password",
  "port",
  "sslmode",
  "sslrootcert",
  "user",
]);

/**
 * Reads the address from exactly one of its variables. @throws UserError STA040; no part of the
 * address is in a message.
 */
export async function readDatabaseAddress(
  env: ProcessEnv,
  register: (secret: string, name: string) => void,
): Promise<DatabaseAddress> {
  const [value, file] = [env[VALUE] ?? "", env[FILE] ?? ""];
  if (value !== "" && file !== "")
    throw unusable(`${VALUE} and ${FILE} are both set`);
  if (value === "" && file === "")
    throw unusable(`neither ${VALUE} nor ${FILE} is set`);
  const url =
    value === "" ? (await readText(file, FILE, MAX_URL_BYTES)).trim() : value;
  register(url, VALUE);
  const address = await parseDatabaseUrl(url);
  if (address.password !== "") register(address.password, VALUE);
  return address;
}

/** An address as libpq writes it. @throws UserError STA040. */
export async function parseDatabaseUrl(url: string): Promise<DatabaseAddress> {
  if (!/^postgres(?:ql)?:\/\//u.test(url) || !URL.canParse(url))
    throw unusable("it is not postgresql://user:password@host:port/database");
  const parsed = new URL(url);
  const parameters = parsed.searchParams;
  for (const name of parameters.keys()) {
    if (!PARAMETERS.has(name))
      throw unusable(
        `it has a parameter that is not known; known are ${[...PARAMETERS].join(", ")}`,
      );
    if (parameters.getAll(name).length > 1)
      throw unusable(`it gives ${name} twice`);
  }
  const part = (name: string, inPlace: string): string =>
    parameters.get(name) ?? decoded(inPlace);
  const host = part("host", parsed.hostname.replace(/^\[(.*)\]$/u, "$1"));
  const user = part("user", parsed.username);
  const database = part("dbname", parsed.pathname.slice(1));
  const port = Number(part("port", parsed.port) || DEFAULT_PORT);
  if (host === "" || host.includes(","))
    throw unusable("it does not name one host");
  if (user === "") throw unusable("it names no user");
  if (database === "") throw unusable("it names no database");
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw unusable("its port is no port");
  const password = part("password", parsed.password);
  const tls = await tlsOf(host, parameters);
  return { host, port, user, password, database, tls };
}

/**
 * Nobody between here and the server may read or change what is said, unless the address says so:
 * plain only on this machine, or where `sslmode=disable` asks for it.
 */
async function tlsOf(
  host: string,
  parameters: URLSearchParams,
): Promise<DatabaseTls | null> {
  const isHere =
    host.startsWith("/") ||
    isLoopbackHost(host.includes(":") ? `[${host}]` : host);
  const mode =
    parameters.get("sslmode") ?? (isHere ? "disable" : "verify-full");
  const rootFile = parameters.get("sslrootcert") ?? "system";
  switch (mode) {
    case "disable":
      return null;
    case "require":
    case "verify-ca":
    case "verify-full":
      return {
        mode,
        roots:
          rootFile === "system"
            ? null
            : await readText(rootFile, "sslrootcert", MAX_ROOTS_BYTES),
      };
    case "allow":
    case "prefer":
      throw unusable(
        `sslmode=${mode} would go on in plain text with whoever asks for it`,
      );
    default:
      throw unusable(
        "its sslmode is none of disable, require, verify-ca and verify-full",
      );
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable("it has a % that begins no character");
  }
}

async function readText(
  path: string,
  name: string,
  maxBytes: number,
): Promise<string> {
  const read = await readVariableFile(path, name, maxBytes);
  if ("why" in read) throw unusable(read.why);
  return read.text;
}

function unusable(why: string): UserError {
  return new UserError("STA040", "the address of the database cannot be used", {
    why,
    fix: `set ${VALUE}, or ${FILE} to a file that holds it: postgresql://user:password@host/database?sslmode=verify-full`,
    notDone: "the database was not asked",
  });
}
