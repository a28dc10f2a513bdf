import { isLoopbackHost } from "../domain/address.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { UserError } from "../domain/problem/error.ts";

/** Proxies of the surroundings, as the conventional variables name them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** A proxy, ready to be asked. */
export interface Proxy {
  /** Scheme, host and port; `http:` or `https:`. */
  readonly origin: string;
  /** Value of `Proxy-Authorization`, where the variable holds a user. */
  readonly authorization?: string;
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, lower case first as other tools do. Empty means
 * not set.
 */
export function proxyFromEnv(env: ProcessEnv): ProxySettings {
  const pick = (name: string): string | undefined => {
    const value = env[name.toLowerCase()] ?? env[name];
    return value === "" ? undefined : value;
  };
  const httpProxy = pick("HTTP_PROXY");
  const httpsProxy = pick("HTTPS_PROXY");
  const noProxy = pick("NO_PROXY");
  return {
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}

/**
 * The proxy that requests to an origin go through. Loopback never has one: a proxy could not reach
 * it and must not see it.
 * @throws UserError CLI110 when the variable names none that can be used.
 */
export function proxyFor(
  origin: string,
  { httpProxy, httpsProxy, noProxy = "" }: ProxySettings,
): Proxy | undefined {
  const url = new URL(origin);
  if (isLoopbackHost(url.hostname) || isExempt(url, noProxy)) return undefined;
  const isTls = url.protocol === "https:";
  const text = isTls ? httpsProxy : httpProxy;
  return text === undefined
    ? undefined
    : parseProxy(text, isTls ? "HTTPS_PROXY" : "HTTP_PROXY");
}

/** The variable's value is shown nowhere: it may hold a password. */
function parseProxy(text: string, variable: string): Proxy {
  // Other programs take host and port alone, so that is what people have set.
  const address = /^[a-z][a-z0-9+.-]*:\/\//iu.test(text)
    ? text
    : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.hostname === "")
    throw unusable(variable, "it is not an address");
  if (!/^https?:$/u.test(url.protocol))
    throw unusable(variable, "only proxies that speak http or https are used");
  const user = `${decodeOnce(url.username)}:${decodeOnce(url.password)}`;
  return {
    origin: url.origin,
    ...(user === ":"
      ? {}
      : { authorization: `Basic ${Buffer.from(user).toString("base64")}` }),
  };
}

function unusable(variable: string, why: string): UserError {
  return new UserError("CLI110", `the proxy in ${variable} cannot be used`, {
    why,
    fix: `write it like ${variable}=http://proxy.example.com:3128, with user and password percent-encoded where there are any, or unset it`,
    notDone: "nothing was sent",
  });
}

/** A percent sign that begins no escape stands for itself. */
function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether `NO_PROXY` exempts a host: `*`, names of hosts and of domains with or without a leading
 * dot, each with a port if need be.
 * @remarks There is no standard; this is what curl, Go and undici have in common.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const port =
    url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return noProxy.split(/[,\s]+/u).some((entry) => {
    if (entry === "*") return true;
    const [, name = "", ofPort] = /^\*?\.?(.*?)(?::(\d+))?$/u.exec(entry) ?? [];
    if (name === "" || (ofPort !== undefined && ofPort !== port)) return false;
    const host = name.toLowerCase();
    return url.hostname === host || url.hostname.endsWith(`.${host}`);
  });
}
