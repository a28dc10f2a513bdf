/**
 * What jobs of a pipeline run: a word for word the same in what `init --ci` writes, in the actions,
 * reusable workflows and templates of this repository, and in the guide. Nothing of them is put
 * together from names: what differs stands in variables.
 */

/** The variable that holds the name of the environment. */
export const ENVIRONMENT_VARIABLE = "CONNECTIONS_ENVIRONMENT";

/** The lines that jobs run. */
export const CI_COMMANDS = {
  install: "npm ci --ignore-scripts",
  lint: "npx --no-install tieline lint --output github",
  lintPlain: "npx --no-install tieline lint",
  review: "npx --no-install tieline review",
  apply:
    'npx --no-install tieline apply --yes --expect-approved -- "$CONNECTIONS_ENVIRONMENT"',
  drift:
    'npx --no-install tieline drift --detailed-exitcode --output markdown -- "$CONNECTIONS_ENVIRONMENT" >> "$GITHUB_STEP_SUMMARY"',
  driftPlain:
    'npx --no-install tieline drift --detailed-exitcode -- "$CONNECTIONS_ENVIRONMENT"',
} as const;

/** Actions of others, each at one commit; the comment behind it is its release. */
export const CI_ACTIONS = {
  checkout:
    "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
  setupNode:
    "actions/setup-node@a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0",
} as const;

/** An expression of GitHub Actions. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Lines, each further in by a number of spaces; empty ones stay empty. */
export function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}
