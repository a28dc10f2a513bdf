import { isLoopbackHost } from "../domain/address.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";

/** Why credentials do not go to a target, and what to do about it. */
export interface TargetRefusal {
  /** A clause that completes "credentials are not sent to …:". */
  readonly reason: string;
  readonly fix: string;
}

/** What the decision looks at. */
export interface TargetContext {
  /** True for the embedded API's own address, which this process opened itself. */
  readonly isEmbedded: boolean;
  readonly env: ProcessEnv;
  /**
   * Variables that name the host the credentials belong to. Default: those of the vendor's client
   * credentials.
   */
  readonly boundBy?: readonly string[];
  /** True when the one who runs the command named the target, and no document did. */
  readonly isChosen?: boolean;
  /** True for credentials that protect nothing, such as those of the embedded API. */
  readonly isDemo?: boolean;
}

/** @remarks Source: docs/drivers/scalekit-api.md section 1. */
const VENDOR_DOMAINS: readonly string[] = [
  "scalekit.dev",
  "scalekit.com",
  "scalekit.cloud",
];

const CLIENT_BINDINGS = ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"];

const PLAIN_HOST =
  "write scheme and host only, such as https://acme.scalekit.com";

/**
 * Decides whether credentials may go to a target, which a document may have chosen. Pure: reads
 * only what it is given.
 * @returns `undefined` when they may.
 */
export function checkTarget(
  target: string,
  context: TargetContext,
): TargetRefusal | undefined {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol))
    return { reason: "it is not an https address", fix: PLAIN_HOST };
  const isLoopback = isLoopbackHost(url.hostname);
  if (context.isEmbedded && isLoopback) return undefined;
  return (
    checkForm(target, url) ??
    checkScheme(url, isLoopback) ??
    checkBinding(url, context) ??
    (isLoopback ? checkLoopback(url, context) : checkHost(url, context))
  );
}

/** The text itself, before a URL parser makes something harmless-looking of it. */
function checkForm(target: string, url: URL): TargetRefusal | undefined {
  if (/[^\u0021-\u007E]/u.test(target) || url.hostname.includes("xn--"))
    return {
      reason:
        "its host is not plain ASCII, so it may only look like the right one",
      fix: PLAIN_HOST,
    };
  if (target.includes("@") || url.username !== "" || url.password !== "")
    return { reason: "it carries a user name", fix: PLAIN_HOST };
  if (target.includes("\\") || target.includes("%"))
    return {
      reason: "its host is written in an ambiguous way",
      fix: PLAIN_HOST,
    };
  const isBare =
    url.pathname === "/" &&
    url.search === "" &&
    url.hash === "" &&
    !/[?#]/u.test(target);
  return isBare
    ? undefined
    : { reason: "it has more than scheme, host and port", fix: PLAIN_HOST };
}

function checkScheme(url: URL, isLoopback: boolean): TargetRefusal | undefined {
  if (url.protocol === "https:" || isLoopback) return undefined;
  return {
    reason: "it is not https",
    fix: "write https://; only loopback addresses may do without",
  };
}

/** Credentials belong to the host they come with, whatever a document says. */
function checkBinding(
  url: URL,
  { env, boundBy = CLIENT_BINDINGS }: TargetContext,
): TargetRefusal | undefined {
  for (const name of boundBy) {
    const bound = env[name];
    if (bound === undefined || bound === "") continue;
    if (URL.canParse(bound) && new URL(bound).host === url.host) continue;
    return {
      reason: `${name} binds the credentials to another host`,
      fix: `use the credentials of this host, or correct ${name}`,
    };
  }
  return undefined;
}

function checkHost(
  url: URL,
  context: TargetContext,
): TargetRefusal | undefined {
  const { hostname } = url;
  if (/^\d+(?:\.\d+){3}$/u.test(hostname) || hostname.startsWith("["))
    return {
      reason: "it is an IP address",
      fix: "use the host name the certificate is made for",
    };
  if (hostname.endsWith("."))
    return { reason: "its host ends in a dot", fix: PLAIN_HOST };
  const isVendor = VENDOR_DOMAINS.some((domain) =>
    hostname.endsWith(`.${domain}`),
  );
  if (isNamedOutside(url, context) || (isVendor && url.port === ""))
    return undefined;
  return {
    reason: "its host is neither the vendor's nor allowed",
    fix: `if it is right, allow it where the command runs: TIELINE_ALLOWED_HOSTS=${url.host}`,
  };
}

/**
 * Whatever listens on a port of this machine may be another user's program, so a document alone
 * does not send real credentials there.
 */
function checkLoopback(
  url: URL,
  context: TargetContext,
): TargetRefusal | undefined {
  const { isChosen = false, isDemo = false } = context;
  if (isChosen || isDemo || isNamedOutside(url, context)) return undefined;
  return {
    reason: "it is on this machine, and only a document names it",
    fix: `if it is right, say so where the command runs: --target ${url.origin}, or TIELINE_ALLOWED_HOSTS=${url.host}`,
  };
}

/**
 * Whether a variable allows the host, or binds the credentials to it: what binds them to another
 * was refused before.
 */
function isNamedOutside(
  url: URL,
  { env, boundBy = CLIENT_BINDINGS }: TargetContext,
): boolean {
  return (
    boundBy.some((name) => (env[name] ?? "") !== "") ||
    (env["TIELINE_ALLOWED_HOSTS"] ?? "")
      .split(",")
      .some((host) => host.trim().toLowerCase() === url.host)
  );
}
