import { isJsonObject } from "../domain/json.ts";
import type { RawReply } from "./attempt.ts";

/**
 * What is taken from an error body: words of closed lists, and an id that has the form of one.
 * Whoever answers had our credentials and often a secret in the request, and may repeat them in any
 * spelling, so nothing that is free text is taken.
 */
export interface VendorStatus {
  /** A code of the vendor's, of `google.rpc` or of OAuth, where it is one that is known. */
  readonly vendorCode?: string;
  /** As it came; see {@link requestIdOf}. */
  readonly requestId?: string;
  /** Names of fields and of the rules they broke, as far as both are known. */
  readonly violations: readonly string[];
}

/**
 * @remarks Source: google.rpc.Code (googleapis, code.proto), as docs/drivers/scalekit-api.md
 * section 12 lists the numbers.
 */
const CODE_NAMES: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};

/**
 * Codes of `ErrorInfo` and of token endpoints that may be shown. A code that is not here is shown
 * as the gRPC code beside it.
 * @remarks Source: docs/drivers/scalekit-api.md section 12 and the vendor's SDKs, which publish no
 * full list; RFC 6749 section 5.2.
 */
const KNOWN_CODES: ReadonlySet<string> = new Set([
  ...Object.values(CODE_NAMES),
  "DUPLICATE_IDENTIFIER",
  "INTERNAL_ERROR",
  "INVALID_RESOURCE_IDENTIFIER",
  "RATE_LIMITED",
  "REAUTHENTICATION_NEEDED",
  "REFRESH_TOKEN_MISSING",
  "RESOURCE_NOT_FOUND",
  "RESTRICTED_CONNECTION_NAME",
  "TOOL_ERROR",
  "VALIDATION_ERROR",
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
]);

/**
 * Rules a field can break. @remarks Source: the standard rules of protovalidate, which the vendor's
 * definitions use.
 */
const KNOWN_CONSTRAINT =
  /^(?:cel|required|(?:string|bytes|repeated|map|enum|u?int(?:32|64)|double|float|timestamp|duration)\.(?:const|in|not_in|len|min_len|max_len|min_bytes|max_bytes|len_bytes|pattern|prefix|suffix|contains|not_contains|email|hostname|ip|ipv4|ipv6|uri|uri_ref|address|uuid|tuuid|min_items|max_items|unique|items|min_pairs|max_pairs|keys|values|defined_only|lte?|gte?|finite))$/u;

/** Members of requests that a body may lack, so that their names are not to be found in it. */
const ENVELOPE_FIELDS: readonly string[] =
  `connection provider custom_provider flags key_id type provider_key auth_mode connection_id identifier page_size page_token
  oauth_config google_dwd_config static_config client_id client_secret scopes authorize_uri token_uri user_info_uri tenant_id app_name
  service_account_json googleads_developer_token extensions smart aud extra_authorize_params optional_scopes required_scopes
  required_optional_scopes token_endpoint_auth_method display_name description proxy_url auth_patterns`.split(
    /\s+/u,
  );

const MAX_VIOLATIONS = 5;
const MAX_REQUEST_ID = 64;
const MAX_FIELD_PATH = 200;

/**
 * Reads a `google.rpc.Status` body with the vendor's `ErrorInfo`, or the error of a token endpoint.
 * Takes anything; what is not known is left out.
 * @param sent - Text of the JSON body that was answered: names of its members may be repeated.
 */
export function parseVendorStatus(body: unknown, sent?: string): VendorStatus {
  if (!isJsonObject(body)) return { violations: [] };
  const details = Array.isArray(body["details"])
    ? body["details"].filter(isJsonObject)
    : [];
  const info = details.find((detail) => "error_code" in detail) ?? details[0];
  const grpcCode = body["code"];
  const vendorCode =
    known(info?.["error_code"]) ??
    known(body["error"]) ??
    (typeof grpcCode === "number" ? CODE_NAMES[grpcCode] : undefined);
  const requestInfo = info?.["request_info"];
  const requestId = isJsonObject(requestInfo)
    ? requestInfo["request_id"]
    : undefined;
  return {
    violations: violationsOf(info?.["validation_error_info"], sent),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(typeof requestId === "string" ? { requestId } : {}),
  };
}

function known(code: unknown): string | undefined {
  return typeof code === "string" && KNOWN_CODES.has(code) ? code : undefined;
}

/**
 * Forms of ids that systems make: numbers, UUIDs, ULIDs, hexadecimal trace ids, and short ones
 * behind a word for them.
 */
const REQUEST_ID =
  /^(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{16}|[0-9a-f]{32}|1-[0-9a-f]{8}-[0-9a-f]{24}|(?:req|request|trace)[-_][0-9A-Za-z]{1,26})$/iu;

/**
 * The request id of a reply as it may be shown and stored: what does not look like an id that a
 * machine made, or repeats a known secret in any spelling, is none.
 */
export function requestIdOf(
  {
    headers,
    body,
  }: { readonly headers: RawReply["headers"]; readonly body: unknown },
  scrub: (text: string) => string,
): string | undefined {
  return [headers["x-request-id"], parseVendorStatus(body).requestId].find(
    (id) =>
      id !== undefined &&
      id.length <= MAX_REQUEST_ID &&
      REQUEST_ID.test(id) &&
      scrub(id) === id,
  );
}

function violationsOf(info: unknown, sent: string | undefined): string[] {
  const list = isJsonObject(info) ? info["field_violations"] : undefined;
  if (!Array.isArray(list)) return [];
  const names = new Set(ENVELOPE_FIELDS);
  collectNames(sent, names);
  const violations = list.filter(isJsonObject).flatMap((violation) => {
    const field = knownPath(violation["field"], names);
    if (field === undefined) return [];
    const rule = violation["constraint"];
    const isKnownRule = typeof rule === "string" && KNOWN_CONSTRAINT.test(rule);
    return [isKnownRule ? `${field} (${rule})` : field];
  });
  return [...new Set(violations)].slice(0, MAX_VIOLATIONS);
}

/** A path of names of members, each with at most one position in a list behind it. */
function knownPath(
  path: unknown,
  names: ReadonlySet<string>,
): string | undefined {
  if (typeof path !== "string" || path.length > MAX_FIELD_PATH)
    return undefined;
  const steps = path.replaceAll(/\[(\d{1,3})\]/gu, ".$1").split(".");
  return steps.every((step, index) =>
    /^\d{1,3}$/u.test(step)
      ? names.has(steps[index - 1] ?? "")
      : names.has(step),
  )
    ? path
    : undefined;
}

function collectNames(text: string | undefined, names: Set<string>): void {
  if (text === undefined) return;
  try {
    JSON.parse(text, function (this: unknown, name, value: unknown) {
      if (!Array.isArray(this) && name !== "") names.add(name);
      return value;
    });
  } catch {
    // A form has no members to name.
  }
}
