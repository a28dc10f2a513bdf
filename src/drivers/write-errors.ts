import { ConflictError, RemoteError } from "../domain/problem/error.ts";
import type { StepRequest } from "../ports/connections-api.ts";
import { isNotFound } from "./wire-reading.ts";

/** What was sent to a connection; a 404 means that it is gone. @throws ConflictError DRV021 */
export async function orGone<T>(
  request: StepRequest,
  sent: Promise<T>,
): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (isNotFound(error))
      throw gone(request, "it does not exist any more", error);
    throw error;
  }
}

/**
 * True for the refusal of a name that is taken: by the vendor's code, or by the status other APIs
 * use for it.
 */
export function isDuplicate(error: unknown): boolean {
  return (
    error instanceof RemoteError &&
    (error.vendorCode === "DUPLICATE_IDENTIFIER" || error.status === 409)
  );
}

/** @returns The error for a name that someone else took meanwhile. */
export function nameTaken(
  request: StepRequest,
  cause?: unknown,
): ConflictError {
  return new ConflictError(
    "DRV021",
    `the name "${request.key}" is taken by another connection`,
    {
      ...(cause === undefined ? {} : { cause }),
      why: "someone made a connection of this name after the plan was made",
      fix: "plan again: the connection is then adopted when provider and auth type agree, or reported",
      notDone: "no connection was made",
    },
  );
}

/** @returns The error for a connection that is not what the plan saw. */
export function gone(
  request: StepRequest,
  what: string,
  cause?: unknown,
): ConflictError {
  return new ConflictError(
    "DRV021",
    `"${request.key}" cannot be written: ${what}`,
    {
      ...(cause === undefined ? {} : { cause }),
      why: "someone changed it after the plan was made",
      fix: "plan again and review the difference",
      notDone: `the step "${request.step}" was not carried out`,
    },
  );
}
