/** Proxies of the surroundings, as the conventional variables name them. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, lower case first as other tools do. Empty means not set. */
export function proxyFromEnv(
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings {
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

/** True when requests to this origin go through a proxy. Loopback never does: a proxy could not reach it and must not see it. */
export function usesProxy(origin: string, proxy: ProxySettings): boolean {
  const url = new URL(origin);
  if (isLoopbackHost(url.hostname)) return false;
  return url.protocol === "https:"
    ? proxy.httpsProxy !== undefined
    : proxy.httpProxy !== undefined;
}

/** True for `localhost`, `127.0.0.0/8` and `::1`, as `URL.hostname` spells them. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === "localhost" ||
    hostname === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/u.test(hostname)
  );
}
