import { isLoopbackHost } from "../../domain/address.ts";
import { hasHeader, onlyHeader, type PageRequest } from "./exchange.ts";

/** Where the page is, as far as names go. */
export interface OwnPlace {
  /** What it listens on. */
  readonly host: string;
  /** In lower case. */
  readonly publicHosts: readonly string[];
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/iu;

/**
 * Whether a request is meant for this page. On loopback any site can make its own name lead here,
 * so only the names of loopback and those that were named count. Elsewhere names count where some
 * were named.
 */
export function isForUs(
  request: Pick<PageRequest, "headers">,
  { host, publicHosts }: OwnPlace,
): boolean {
  const given = onlyHeader(request, "host")?.toLowerCase() ?? "";
  const [, name] = HOST.exec(given) ?? [];
  if (name === undefined) return false;
  if (publicHosts.includes(given)) return true;
  return isLoopbackHost(bracketed(host))
    ? isLoopbackHost(name)
    : publicHosts.length === 0;
}

/** Where a request comes from, as browsers say it and pages cannot. */
export type Origin = "own" | "foreign" | "unknown";

/** Compares what a browser says of who asks with where the page is. */
export function originOf(
  request: Pick<PageRequest, "headers">,
  { publicHosts }: OwnPlace,
): Origin {
  const hasSite = hasHeader(request, "sec-fetch-site");
  const hasOrigin = hasHeader(request, "origin");
  if (!hasSite && !hasOrigin) return "unknown";
  if (hasSite && onlyHeader(request, "sec-fetch-site") !== "same-origin")
    return "foreign";
  if (!hasOrigin) return "own";
  const [, host] =
    /^https?:\/\/([^/]+)$/u.exec(
      onlyHeader(request, "origin")?.toLowerCase() ?? "",
    ) ?? [];
  const own = [onlyHeader(request, "host")?.toLowerCase(), ...publicHosts];
  return host !== undefined && own.includes(host) ? "own" : "foreign";
}

/** An address of IPv6 as addresses of pages spell it. */
export function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
