import {
  type AppError,
  TransientError,
  UserError,
} from "../../domain/problem/error.ts";

/**
 * What a failure of the database means: `lost`: no connection, or none any more; `busy`: it could
 * not do it now; `schema`: its tables are not there; `denied`: this account may not; `broken`:
 * anything else.
 */
export type FailureKind = "lost" | "busy" | "schema" | "denied" | "broken";

/**
 * Sorts what the library throws. Only the state code is looked at and kept: messages and details of
 * a server can quote rows and passwords.
 */
export function kindOf(error: unknown): FailureKind {
  const state = sqlState(error);
  // What has no state code did not come from the server.
  if (state === undefined) return "lost";
  if (state === "42P01" || state === "3F000") return "schema";
  if (state === "42501" || state.startsWith("28") || state === "3D000")
    return "denied";
  // Connection, resources, operator intervention, rollback, lock and idle time limits.
  if (/^(?:08|57P0|25P0)/u.test(state)) return "lost";
  if (/^(?:53|57|40|55P03)/u.test(state) || state === "23505") return "busy";
  return "broken";
}

/** The five characters that say what went wrong; `undefined` for what no server said. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error))
    return undefined;
  const { code } = error;
  return typeof code === "string" && /^[0-9A-Z]{5}$/u.test(code)
    ? code
    : undefined;
}

/** A failure as one of our errors. */
export function failureError(
  error: unknown,
  place: string,
  mayHaveCommitted: boolean,
): AppError {
  const kind = kindOf(error);
  const state = sqlState(error);
  const said = state === undefined ? codeOf(error) : `the server says ${state}`;
  switch (kind) {
    case "schema":
      return schemaMissing(place);
    case "denied":
      return new UserError("STA040", `the state in ${place} may not be used`, {
        why: `${said}: the account, its password, the database or a right is not what it should be`,
        fix: "look at the grants with: tieline state migrate <environment> --roles",
        notDone: "this was not stored",
      });
    case "lost":
    case "busy":
    case "broken":
      return new TransientError(
        "STA013",
        `the state in ${place} cannot be reached`,
        {
          status: null,
          mayHaveCommitted,
          why: said,
          fix: "check that the database runs, that it can be reached from here, and its own log",
          notDone: "what was not confirmed is read again by the next run",
        },
      );
  }
}

/** The system's own code of an error, and nothing else of it. */
function codeOf(error: unknown): string {
  const code =
    error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{2,60}$/u.test(code)
    ? `the connection failed with ${code}`
    : "the connection was lost, or no answer came in time";
}

/** What every command but `state migrate` says where the tables are not there. */
export function schemaMissing(place: string): UserError {
  return schemaError(
    `the state in ${place} has no tables yet`,
    "the schema is made by a command of its own, with the rights of its owner",
  );
}

/** A schema that this version cannot work with. */
export function schemaError(message: string, why: string): UserError {
  return new UserError("STA041", message, {
    why,
    fix: "as the owner of the schema, run: tieline state migrate <environment>",
    notDone: "nothing was changed",
  });
}
