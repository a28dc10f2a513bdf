import { ConflictError } from "../problem/error.ts";

/** The news that the time of a lease is up: others may have taken it. */
export function leaseNotRenewed(): ConflictError {
  return new ConflictError(
    "STA004",
    "the lease of this run was not renewed in time",
    {
      why: "its state could not be reached, or this process stood still; another run may have taken it over",
      fix: "plan again when the state can be reached",
      notDone: "no further change was started",
    },
  );
}
