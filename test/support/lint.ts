import type { SecretKey } from "../../src/environment/secrets/secret-keys.ts";
import { lintDocuments } from "../../src/features/lint/lint.ts";
import type { LintOptions, LintReport } from "../../src/features/lint/lint.ts";

import { textSource } from "./text-source.ts";

/** The day every test of lint runs on. */
export const TODAY = "2026-11-22";

/** A connection without anything to find. */
export function tidy(name: string, more: readonly string[] = []): string {
  return [
    `connection_id: ${name}`,
    "provider: gmail",
    "auth_type: oauth2",
    "description: Sends replies for the support agent",
    "owner: team-support",
    ...more,
    "",
  ].join("\n");
}

/** An environment file; further lines are added at the end. */
export function anEnvironment(
  name: string,
  more: readonly string[] = [],
): string {
  return [`environment: ${name}`, 'target: "embedded:"', ...more, ""].join(
    "\n",
  );
}

/** Options that ask every rule about every environment. */
export function lintOptions(
  more: Partial<LintOptions> = {},
  secretKeys: readonly SecretKey[] = [],
): LintOptions {
  return {
    names: [],
    env: {},
    checksFor: () => ({
      audit: () => [],
      checkReference: () => Promise.resolve(),
      checkFiles: () => Promise.resolve([]),
    }),
    listSecretKeys: (files) =>
      Promise.resolve(secretKeys.filter(({ file }) => files.includes(file))),
    today: TODAY,
    levels: new Map(),
    ...more,
  };
}

/** Lints a workspace of texts by path. */
export function lintTexts(
  files: Readonly<Record<string, string>>,
  more: Partial<LintOptions> = {},
  secretKeys: readonly SecretKey[] = [],
): Promise<LintReport> {
  return lintDocuments(textSource(files), lintOptions(more, secretKeys));
}

/** `CODE file:line:column` of each finding that is not quiet. */
export function foundIn({ diagnostics }: LintReport): string[] {
  return diagnostics.map(
    ({ code, location }) =>
      `${code} ${location?.file ?? ""}:${String(location?.line)}:${String(location?.column)}`,
  );
}
