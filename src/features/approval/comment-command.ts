import { UserError } from "../../domain/problem/error.ts";

/** The whole comment: one line, one space between words, nothing else. */
const COMMAND = /^\/tieline apply ([a-z0-9][a-z0-9-]{0,62})$/u;

/**
 * The environment that a comment asks to apply. There is no other form: no option, no second line,
 * no text around it.
 * @throws UserError CLI001 for a comment that is none, or asks for another environment.
 */
export function assertCommandFor(environment: string, body: string): void {
  const [, asked] = COMMAND.exec(body.replace(/[\r\n]+$/u, "")) ?? [];
  if (asked === environment) return;
  throw new UserError(
    "CLI001",
    `the comment does not ask to apply "${environment}"`,
    {
      why:
        asked === undefined
          ? "a comment that asks for it is the one line /tieline apply <environment>, and nothing else"
          : "it asks for another environment",
      fix: `let the job run for this comment alone: /tieline apply ${environment}`,
      notDone: "nothing was changed",
    },
  );
}
