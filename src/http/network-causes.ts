import type { DiagnosticCode } from "../domain/problem/codes.ts";
import type { NetworkFailure } from "./attempt.ts";

/** Why no connection came about, in our words. Nothing was sent in any of these cases. */
export interface NetworkCause {
  readonly code: DiagnosticCode;
  /** Completes "… cannot be reached at …: ". */
  readonly what: string;
  readonly fix: string;
  /**
   * True when it stays so for the length of a run, so that asking again is pointless or does harm.
   */
  readonly isLasting: boolean;
}

/**
 * A row of the table: the codes of Node, OpenSSL, the HTTP library and our own connector that mean
 * the same.
 */
interface Row extends NetworkCause {
  readonly codes: RegExp;
}

const OTHER_PLACE =
  "check the environment's target, the network and any proxy, then run the command again";
const OWN_AUTHORITY =
  "if a proxy or gateway of yours opens TLS, name the certificate of its authority: NODE_EXTRA_CA_CERTS=/path/to/ca.pem; otherwise do not send credentials there";
const CERTIFICATE =
  "check that the environment's target is the right host; if it is, its operator has to renew or correct the certificate";
const CLOCK =
  "check the clock of this machine, then the certificate of the host";
const PROXY_AUTHENTICATION =
  "put the right user and password into HTTPS_PROXY (percent-encoded: @ is %40, : is %3A, / is %2F); it was asked once only, because many proxies lock an account after a few wrong passwords";

/**
 * What can go wrong on the way to a host or a proxy. The first row that knows a code says what it
 * means.
 */
const ROWS: readonly Row[] = [
  row(/^ENOTFOUND$/u, "DRV001", "there is no host with this name", {
    fix: "check the spelling of the environment's target and the name server of this machine",
    isLasting: true,
  }),
  row(/^EAI_/u, "DRV001", "the name server did not answer", {
    fix: "check the network and the name server of this machine, then run the command again",
  }),
  row(/^ECONNREFUSED$/u, "DRV001", "nothing listens there", {
    fix: "check host and port, and that the server runs",
  }),
  row(
    /^(?:EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENONET)$/u,
    "DRV001",
    "it cannot be reached from this network",
    {},
  ),
  row(
    /^(?:EACCES|EPERM)$/u,
    "DRV001",
    "this machine does not let the program connect",
    { fix: "check its firewall or sandbox", isLasting: true },
  ),
  row(
    /^(?:EADDRNOTAVAIL|EADDRINUSE|EMFILE|ENFILE|ENOBUFS|ENOMEM)$/u,
    "DRV001",
    "this machine has no socket left to connect with",
    {
      fix: "close other programs, or lower limits.concurrency of the environment",
    },
  ),
  row(
    /^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/u,
    "DRV001",
    "the connection was not accepted in time",
    {},
  ),
  row(
    /^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/u,
    "DRV001",
    "the connection was closed while it was being opened",
    {},
  ),
  row(
    /^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_REJECTED|INVALID_CA|ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)$/u,
    "DRV061",
    "its certificate comes from an authority that is not trusted here",
    { fix: OWN_AUTHORITY, isLasting: true },
  ),
  row(/^CERT_HAS_EXPIRED$/u, "DRV061", "its certificate has expired", {
    fix: CLOCK,
    isLasting: true,
  }),
  row(/^CERT_NOT_YET_VALID$/u, "DRV061", "its certificate is not valid yet", {
    fix: CLOCK,
    isLasting: true,
  }),
  row(
    /^(?:CERT_REVOKED|CRL_.*|.*_CRL.*)$/u,
    "DRV061",
    "its certificate was revoked, or that could not be checked",
    { fix: CERTIFICATE, isLasting: true },
  ),
  row(
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME_FORMAT)$/u,
    "DRV061",
    "its certificate is for another host",
    { fix: CERTIFICATE, isLasting: true },
  ),
  row(
    /^(?:CERT_.*|.*_CERT_.*|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|UNABLE_TO_DECRYPT_.*|UNABLE_TO_DECODE_.*|ERR_SSL_(?:CA|EE)_.*)$/u,
    "DRV061",
    "its certificate is not valid",
    { fix: CERTIFICATE, isLasting: true },
  ),
  row(
    /^(?:ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_HTTP_REQUEST|ERR_SSL_PACKET_LENGTH_TOO_LONG|ERR_SSL_BAD_RECORD_TYPE|ERR_SSL_HTTPS_PROXY_REQUEST)$/u,
    "DRV061",
    "what listens there does not speak TLS",
    {
      fix: "check the port of the environment's target, and whether the address is one of plain http",
      isLasting: true,
    },
  ),
  row(
    /^(?:ERR_SSL_UNSUPPORTED_PROTOCOL|ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION|ERR_SSL_NO_PROTOCOLS_AVAILABLE|ERR_SSL_VERSION_TOO_LOW|ERR_TLS_.*VERSION.*)$/u,
    "DRV061",
    "it and this program have no version of TLS in common",
    { fix: "have the host offer TLS 1.2 or 1.3", isLasting: true },
  ),
  row(
    /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN/u,
    "DRV061",
    "it asks for a client certificate",
    {
      fix: "reach it through something that holds one: tieline sends none",
      isLasting: true,
    },
  ),
  row(
    /^(?:EPROTO|ERR_SSL_.*|ERR_TLS_.*|ERR_OSSL_.*)$/u,
    "DRV061",
    "TLS could not be agreed on",
    { fix: OTHER_PLACE, isLasting: true },
  ),
];

/** The answers of a proxy, and what goes wrong on the way to it. */
const PROXY_ROWS: readonly Row[] = [
  row(/^PROXY_407$/u, "DRV060", "the proxy asks for other credentials (407)", {
    fix: PROXY_AUTHENTICATION,
    isLasting: true,
  }),
  row(
    /^PROXY_40[13]$/u,
    "DRV060",
    "the proxy does not let the program through to this host",
    {
      fix: "ask its operator to allow the host, or add it to NO_PROXY",
      isLasting: true,
    },
  ),
  row(/^PROXY_5\d\d$/u, "DRV060", "the proxy cannot reach the host", {
    fix: OTHER_PLACE,
  }),
  row(
    /^(?:PROXY_\d{3}|HPE_.*)$/u,
    "DRV060",
    "what HTTPS_PROXY names does not answer as a proxy does",
    { fix: "check the address in HTTPS_PROXY", isLasting: true },
  ),
];

const UNKNOWN: NetworkCause = {
  code: "DRV001",
  what: "the connection could not be opened",
  fix: OTHER_PLACE,
  isLasting: false,
};

/** What a failure to connect means. */
export function causeOf({ code, at }: NetworkFailure): NetworkCause {
  const known = ROWS.find(({ codes }) => codes.test(code));
  if (at !== "proxy") return known ?? UNKNOWN;
  const ofProxy = PROXY_ROWS.find(({ codes }) => codes.test(code));
  if (ofProxy !== undefined) return ofProxy;
  return {
    code: "DRV060",
    what: `the proxy of HTTPS_PROXY cannot be used: ${(known ?? UNKNOWN).what}`,
    fix:
      known?.code === "DRV061"
        ? known.fix
        : "check the address in HTTPS_PROXY, and that the proxy runs",
    isLasting: known?.isLasting ?? false,
  };
}

function row(
  codes: RegExp,
  code: DiagnosticCode,
  what: string,
  {
    fix = OTHER_PLACE,
    isLasting = false,
  }: { readonly fix?: string; readonly isLasting?: boolean },
): Row {
  return { codes, code, what, fix, isLasting };
}
