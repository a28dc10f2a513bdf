import type { DiagnosticCode } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";

/**
 * Structured parts of an error, printed by `render/diagnostics` and carried by `--json`. None may
 * hold a secret.
 */
export interface ErrorDetail {
  readonly why?: string;
  readonly fix?: string;
  /** What was left undone, such as "nothing was changed". */
  readonly notDone?: string;
  readonly cause?: unknown;
}

/**
 * Something that stops the run. Subclasses say whose move is next. Match on `code`, never on the
 * text.
 */
export abstract class AppError extends Error {
  readonly code: DiagnosticCode;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly notDone: string | undefined;

  constructor(code: DiagnosticCode, message: string, detail: ErrorDetail = {}) {
    super(
      message,
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.why = detail.why;
    this.fix = detail.fix;
    this.notDone = detail.notDone;
  }
}

/** The documents are not valid: every problem found, at least one of them an error. Exit 3. */
export class InvalidDocumentsError extends AppError {
  readonly diagnostics: readonly Diagnostic[];
  constructor(
    code: DiagnosticCode,
    message: string,
    diagnostics: readonly Diagnostic[],
    fix = "correct the problems listed with it; tieline validate lists those of every file",
  ) {
    super(code, message, {
      fix,
      notDone: "nothing was changed",
    });
    this.diagnostics = diagnostics;
  }
}

/**
 * The input is wrong in a way that is no document problem (a flag, a missing folder, a secret that
 * does not open). Exit 3, or 64 for CLI codes.
 */
export class UserError extends AppError {}

/** A guard or policy refused the plan. Exit 6. */
export class RefusedError extends AppError {}

/** Someone else changed it, the plan is stale, or the lease is held: plan again. Exit 5. */
export class ConflictError extends AppError {}

/** What a remote failure tells besides its sentence. */
export interface RemoteDetail extends ErrorDetail {
  /** HTTP status, or `null` where no reply was understood. */
  readonly status: number | null;
  /** The vendor's error code, such as `DUPLICATE_IDENTIFIER`. */
  readonly vendorCode?: string;
  readonly requestId?: string;
  /** `METHOD /path/{template}`. Never holds a query value or a secret. */
  readonly route?: string;
}

/**
 * The API answered, and the answer is no. Exit 1; 7 for 401 and 403. Retrying the same request
 * cannot help.
 */
export class RemoteError extends AppError {
  readonly status: number | null;
  readonly vendorCode: string | undefined;
  readonly requestId: string | undefined;
  readonly route: string | undefined;
  constructor(code: DiagnosticCode, message: string, detail: RemoteDetail) {
    super(code, message, detail);
    this.status = detail.status;
    this.vendorCode = detail.vendorCode;
    this.requestId = detail.requestId;
    this.route = detail.route;
  }
}

/**
 * No usable answer: network, timeout, 5xx or a body that is not what it claims to be, after every
 * safe retry. Exit 1.
 */
export class TransientError extends RemoteError {
  /**
   * True when the request may have taken effect although no usable answer came. The caller must
   * look before it decides.
   */
  readonly mayHaveCommitted: boolean;
  /** How long it was asked to wait, where it was. */
  readonly retryAfterMs: number | undefined;
  constructor(
    code: DiagnosticCode,
    message: string,
    detail: RemoteDetail & {
      readonly mayHaveCommitted: boolean;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(code, message, detail);
    this.mayHaveCommitted = detail.mayHaveCommitted;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

/** The run was asked to stop and did so between two safe points. Exit 130, 143, 129 or 131. */
export class InterruptedError extends AppError {
  readonly signal: StopSignal;
  constructor(code: DiagnosticCode, message: string, signal: StopSignal) {
    super(code, message);
    this.signal = signal;
  }
}

/** The signals that ask to stop: Ctrl-C, the system, a terminal that went away, Ctrl-\\. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** A bug of ours: report it. Exit 1. */
export class InternalError extends AppError {}
