import type { JsonObject } from "../../domain/json.ts";

/**
 * gRPC status numbers the service core answers with, and the HTTP status each becomes on REST.
 * @remarks Source: the mapping table of the vendor's Node SDK 2.11.0.
 */
const HTTP_STATUS = new Map([
  [3, 400],
  [5, 404],
  [6, 409],
  [7, 403],
  [8, 429],
  [9, 400],
  [12, 501],
  [13, 500],
  [14, 503],
  [16, 401],
]);

/** One rule of a message definition that a request broke. Never holds the offending value. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
  readonly constraint: string;
}

/** What a {@link StatusError} tells besides its sentence. */
export interface StatusDetail {
  readonly errorCode: string;
  readonly violations?: readonly FieldViolation[];
  /** Permissions of which the caller needs one. */
  readonly permissions?: readonly string[];
  /** Overrides the mapped HTTP status where plain HTTP has a more exact one (413, 415). */
  readonly httpStatus?: number;
}

/**
 * A refusal on its way to the caller of the embedded API. It is turned into a reply by the
 * transport and never leaves this folder, which is why it is no `AppError`.
 */
export class StatusError extends Error {
  readonly grpcCode: number;
  readonly detail: StatusDetail;

  constructor(grpcCode: number, message: string, detail: StatusDetail) {
    super(message);
    this.name = "StatusError";
    this.grpcCode = grpcCode;
    this.detail = detail;
  }
}

/** INVALID_ARGUMENT without a rule of its own. */
export function invalidArgument(
  message: string,
  errorCode = "INVALID_ARGUMENT",
): StatusError {
  return new StatusError(3, message, { errorCode });
}

/**
 * INVALID_ARGUMENT for broken field rules.
 * @remarks Source: vendor SDK reference text: the message is "Validation error"; the violations
 * follow the error schema.
 */
export function validationError(
  violations: readonly FieldViolation[],
): StatusError {
  return new StatusError(3, "Validation error", {
    errorCode: "INVALID_ARGUMENT",
    violations,
  });
}

/** NOT_FOUND for an object (the code is seen in vendor test fixtures only). */
export function notFound(what: string): StatusError {
  return new StatusError(5, `${what} not found`, {
    errorCode: "RESOURCE_NOT_FOUND",
  });
}

/** UNAUTHENTICATED: the vendor's SDK asks for its first token only when it hears this. */
export function unauthenticated(): StatusError {
  return new StatusError(16, "a valid access token is required", {
    errorCode: "UNAUTHENTICATED",
  });
}

/**
 * PERMISSION_DENIED: the caller is known, and this is not for it.
 * @param permissions - those of which one is needed; none where no client may make the call.
 */
export function permissionDenied(permissions: readonly string[]): StatusError {
  return new StatusError(7, "this client may not call this method", {
    errorCode: "PERMISSION_DENIED",
    ...(permissions.length === 0 ? {} : { permissions }),
  });
}

/**
 * The refusal of a request that names another host than this machine. Whoever owns a name can let
 * it lead here, and the pages under it may then read what is served here (DNS rebinding); their
 * requests give themselves away by that name.
 */
export function misdirected(): StatusError {
  return new StatusError(7, "this request is for another host", {
    errorCode: "PERMISSION_DENIED",
    httpStatus: 421,
  });
}

/** FAILED_PRECONDITION: the request is fine, the state of the environment is not. */
export function failedPrecondition(message: string): StatusError {
  return new StatusError(9, message, { errorCode: "FAILED_PRECONDITION" });
}

/** UNIMPLEMENTED, as a gateway answers for what it does not serve. */
export function unimplemented(message: string): StatusError {
  return new StatusError(12, message, { errorCode: "UNIMPLEMENTED" });
}

/** RESOURCE_EXHAUSTED by the platform's own limit (`TOOL_ERROR` would be the upstream app's). */
export function rateLimited(): StatusError {
  return new StatusError(8, "rate limit exceeded", {
    errorCode: "RATE_LIMITED",
  });
}

/** HTTP status of a refusal. */
export function httpStatusOf(error: StatusError): number {
  return error.detail.httpStatus ?? HTTP_STATUS.get(error.grpcCode) ?? 500;
}

/** What is told of something that is no refusal: nothing but that it happened. */
export function internalError(): StatusError {
  return new StatusError(13, "internal error", { errorCode: "INTERNAL" });
}

/** The vendor's ErrorInfo of a refusal. */
export function encodeErrorInfo(
  { detail: { errorCode, violations, permissions } }: StatusError,
  requestId: string,
): JsonObject {
  const resource =
    permissions === undefined
      ? {}
      : { resource_info: { required_permissions: permissions } };
  const validation =
    violations === undefined
      ? {}
      : {
          validation_error_info: {
            field_violations: violations.map((violation) => ({ ...violation })),
          },
        };
  return {
    error_code: errorCode,
    request_info: { request_id: requestId },
    ...resource,
    ...validation,
  };
}

/** The google.rpc.Status body with the vendor's ErrorInfo. */
export function encodeStatus(
  error: StatusError,
  requestId: string,
): JsonObject {
  return {
    code: error.grpcCode,
    message: error.message,
    details: [
      {
        "@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
        ...encodeErrorInfo(error, requestId),
      },
    ],
  };
}
