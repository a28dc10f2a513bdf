/** An exit status, and what it means. */
export interface ExitRow {
  readonly status: string;
  readonly meaning: string;
}

/**
 * The exit statuses, as docs/exit-codes.md has them with examples. @remarks Source: design, section
 * "Command line".
 */
export const EXIT_ROWS: readonly ExitRow[] = [
  {
    status: "0",
    meaning: "done; `plan` and `drift` with changes too, unless asked",
  },
  {
    status: "1",
    meaning: "an unexpected error, or the API failed or refused",
  },
  { status: "2", meaning: "changes or drift, with `--detailed-exitcode`" },
  { status: "3", meaning: "invalid documents, secrets or state" },
  {
    status: "4",
    meaning:
      "partial apply: a change failed, is unknown, not started or not recorded",
  },
  {
    status: "5",
    meaning: "stale plan, precondition failed, or lease held",
  },
  { status: "6", meaning: "refused by a guard" },
  { status: "7", meaning: "authentication or authorization" },
  { status: "64", meaning: "usage" },
  {
    status: "130, 143",
    meaning: "interrupted by SIGINT or SIGTERM, after a safe stop",
  },
];
