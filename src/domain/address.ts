/**
 * Splits an address without decoding it, so that placeholders such as `{{domain}}` survive. Not the
 * platform's URL parser on purpose: that one rewrites paths and escapes, and two spellings the
 * provider may tell apart would look equal. A backslash ends the authority as a slash does, because
 * the clients that follow the address read it so.
 * @remarks Source: RFC 3986 section 6.2.2.1 (scheme and host are case-insensitive), 6.2.3 (default
 * port, empty path), and appendix B.
 */
const ADDRESS =
  /^([a-z][a-z0-9+.-]*):\/\/([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/iu;
const AUTHORITY = /^(.*@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/u;
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: "80",
  https: "443",
};

/** The parts of an address that decide where it leads. */
export interface Address {
  /** Lower case, without the colon. */
  readonly scheme: string;
  /** Lower case, with the port unless it is the scheme's own. */
  readonly host: string;
  /** Canonical text of the whole address. */
  readonly text: string;
}

/** Reads an absolute address; `undefined` for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, rawScheme, rawAuthority, path, query, fragment] =
    ADDRESS.exec(text) ?? [];
  if (rawScheme === undefined || rawAuthority === undefined) return undefined;
  const [, user = "", rawHost, port = ""] = AUTHORITY.exec(rawAuthority) ?? [];
  if (rawHost === undefined) return undefined;
  const scheme = rawScheme.toLowerCase();
  const isDefaultPort = port === "" || port === DEFAULT_PORTS[scheme];
  const host = `${rawHost.toLowerCase()}${isDefaultPort ? "" : `:${port}`}`;
  const canonicalPath = path === undefined || path === "" ? "/" : path;
  return {
    scheme,
    host,
    text: `${scheme}://${user}${host}${canonicalPath}${query ?? ""}${fragment ?? ""}`,
  };
}

/**
 * The host of an address, with a port that is not the scheme's own; `undefined` for anything that
 * is no absolute address.
 */
export function hostOf(value: unknown): string | undefined {
  return typeof value === "string" ? parseAddress(value)?.host : undefined;
}

const HERE =
  /^(localhost|[^:]*\.localhost|127(\.\d{1,3}){1,3}|0\.0\.0\.0|\[(::|::1)\])\.?(:\d+)?$/u;

/**
 * True for a host that leads to the machine it is used on, whoever it is that uses it: every
 * spelling that resolvers and URL parsers take, with or without a port.
 */
export function leadsHere(host: string): boolean {
  return HERE.test(host);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/iu;

/**
 * True for the names of loopback alone, as `URL.hostname` spells them: what is sent there stays on
 * this machine, so that no TLS is asked for and no proxy is used.
 */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * Where an address that a credential may be sent to leads: by TLS, or not off this machine, and
 * without a user in it. `undefined` for every other text.
 */
export function credentialAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  return isSafe && url.username === "" && url.password === "" ? url : undefined;
}

/**
 * Longest address that is repeated anywhere. @remarks Source: what browsers and servers take in
 * common, about 2,000 characters.
 */
const MAX_ADDRESS = 2048;

/**
 * Whether a text from the platform can be shown and kept as an address for people: plain, absolute,
 * and not too long.
 */
export function isPlainAddress(text: string): boolean {
  return (
    text.length <= MAX_ADDRESS &&
    /^https?:\/\/[\u0021-\u007e]+$/u.test(text) &&
    parseAddress(text) !== undefined
  );
}
