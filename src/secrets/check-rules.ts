import { argumentWord } from "../util/shell-word.ts";
import { relative } from "node:path";
import type { DiagnosticCode } from "../domain/problem/codes.ts";
import type { Diagnostic } from "../domain/problem/diagnostic.ts";
import { AppError } from "../domain/problem/error.ts";
import { recipientDifference } from "./sops/edit/rekey.ts";
import {
  findCreationRule,
  type CreationRule,
} from "./sops/file/sops-config.ts";
import { readSopsFile, type SopsFile } from "./sops/file/sops-file.ts";

/** A file that is checked. */
export interface CheckedFile {
  /** Relative to the workspace, with forward slashes. */
  readonly path: string;
  /** Absolute: where `.sops.yaml` is looked for from. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Prefixes that tokens of well-known services have. Each needs enough characters behind it to be
 * one.
 */
const TOKEN =
  /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,}|xox[abeprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,}|rk_live_[A-Za-z0-9]{16,}|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|GOCSPX-[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{36}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})/u;
const PRIVATE_KEY =
  /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{40,}|-----BEGIN (?:PGP PRIVATE KEY BLOCK|(?:[A-Z]+ )?PRIVATE KEY)-----/u;
const CONFLICT = /^(?:<{7}|>{7}) /mu;

/** Start of a JSON Schema, which may describe a field `sops` without being encrypted. */
const JSON_SCHEMA = /^\s*\{\s*"\$schema"\s*:\s*"https?:\/\/json-schema\.org\//u;

/**
 * True for text that says it is a SOPS file, sound or not. What is taken for readable is searched
 * for readable secrets instead.
 */
export function looksEncrypted(text: string): boolean {
  if (JSON_SCHEMA.test(text)) return false;
  return (
    /ENC\[AES256_GCM,/u.test(text) ||
    /^["\s]*sops["]?\s*:/mu.test(text) ||
    /^sops_mac=/mu.test(text)
  );
}

/**
 * What is wrong with a readable file: private keys, tokens, conflict markers. Tells lines, never
 * text.
 */
export function checkReadable(checked: CheckedFile): readonly Diagnostic[] {
  const text = Buffer.from(checked.bytes).toString("utf8");
  const found: Diagnostic[] = [];
  const look = (
    pattern: RegExp,
    code: DiagnosticCode,
    message: string,
    fix: string,
  ): void => {
    const at = pattern.exec(text)?.index;
    if (at === undefined) return;
    const line = text.slice(0, at).split("\n").length;
    found.push({
      code,
      severity: "error",
      message: `${checked.path}: ${message}`,
      location: { file: checked.path, line, column: 1 },
      fix,
    });
  };
  look(
    PRIVATE_KEY,
    "SEC027",
    "a private key in a readable file",
    "take it out of the repository, and replace it: it must be treated as known",
  );
  look(
    TOKEN,
    "SEC027",
    "text that has the form of a token",
    "move it into the file of secrets, and replace it: it must be treated as known",
  );
  look(
    CONFLICT,
    "SEC003",
    "conflict markers",
    "finish the merge; for files of secrets, tieline secrets install-git makes git merge them value by value",
  );
  return found;
}

/**
 * What can be told about a file of secrets without a key: that it is one, that nothing in it is
 * readable that should not be, and that its recipients and its selection rule are those of
 * `.sops.yaml`.
 */
export async function checkEncrypted(
  checked: CheckedFile,
  isExpected: boolean,
): Promise<{
  readonly file: SopsFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const rule = await ruleOrProblem(checked);
  const isWanted =
    isExpected || looksEncrypted(Buffer.from(checked.bytes).toString("utf8"));
  if (!isWanted) return { file: undefined, diagnostics: [] };
  try {
    const file = await readSopsFile(checked.bytes, { path: checked.path });
    if (rule instanceof AppError)
      return { file, diagnostics: [located(rule, checked.path)] };
    return {
      file,
      diagnostics:
        rule === undefined ? [] : compareWithRule(file, rule, checked),
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { file: undefined, diagnostics: [located(error, checked.path)] };
  }
}

/** An error as a diagnostic of a file. */
export function located(error: AppError, path: string): Diagnostic {
  return {
    code: error.code,
    severity: "error",
    message: error.message,
    location: { file: path, line: 1, column: 1 },
    ...(error.why === undefined ? {} : { why: error.why }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  };
}

/** Readable copies: names that say so, and files beside `x.enc.yaml` that are called `x.yaml`. */
export function checkCopies(paths: readonly string[]): readonly Diagnostic[] {
  const encrypted = new Set(
    paths.filter((path) => /\.enc\.[a-z]+$/u.test(path)),
  );
  return paths
    .filter(
      (path) =>
        /\.dec(?:rypted)?\.[a-z]+$/u.test(path) ||
        encrypted.has(path.replace(/(\.[a-z]+)$/u, ".enc$1")),
    )
    .map((path) => ({
      code: "SEC002",
      severity: "error",
      message: `${path}: a readable copy of a file of secrets`,
      location: { file: path, line: 1, column: 1 },
      fix: "delete it; to look at or change values use: tieline secrets edit <file>",
    }));
}

async function ruleOrProblem(
  checked: CheckedFile,
): Promise<CreationRule | AppError | undefined> {
  try {
    return await findCreationRule(checked.file);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function compareWithRule(
  file: SopsFile,
  rule: CreationRule,
  checked: CheckedFile,
): readonly Diagnostic[] {
  const location = { file: checked.path, line: 1, column: 1 };
  const config =
    relative(checked.file, rule.config).split("/").at(-1) ?? ".sops.yaml";
  const found: Diagnostic[] = [];
  const difference = recipientDifference(file, rule);
  if (difference !== undefined)
    found.push({
      code: "SEC023",
      severity: "error",
      message: `${checked.path}: its recipients are not those of ${config}`,
      location,
      why: difference,
      fix: `review the difference, then run: tieline secrets updatekeys ${argumentWord(checked.path)}`,
    });
  const { metadata } = file;
  const isSameRule =
    metadata.rule.kind === rule.rule.kind &&
    metadata.rule.pattern === rule.rule.pattern &&
    metadata.macOnlyEncrypted === rule.macOnlyEncrypted;
  if (!isSameRule && file.format !== "binary")
    found.push({
      code: "SEC023",
      severity: "error",
      message: `${checked.path}: what it encrypts is not what ${config} says`,
      location,
      why: `the file has ${metadata.rule.kind}, the rule ${rule.rule.kind}, or their patterns or mac_only_encrypted differ`,
      fix: "encrypt the file anew under the rule, or correct the rule",
    });
  return found;
}
