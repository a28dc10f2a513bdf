import type { CheckResult } from "./report.ts";
import type { AppError } from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";

/**
 * The oldest Node.js that works. @remarks Source: `engines` of package.json, docs/decisions/0001.
 */
const FLOOR = [20, 19] as const;

/** The running Node.js against the floor. @param version - as `process.versions.node` spells it. */
export function checkNode(version: string): CheckResult {
  const check = "node";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1]);
  if (!isOld) return { check, result: "ok", message: `Node.js ${version}` };
  return {
    check,
    result: "bad",
    message: `Node.js ${version} is older than ${FLOOR.join(".")}`,
    fix: `install Node.js ${FLOOR.join(".")} or later`,
  };
}

/** What git tells about the configuration's folder; `null` where it cannot tell. */
export function checkGit(provenance: {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** Why git told nothing, although there is a repository. */
  readonly problem?: AppError | null;
}): CheckResult {
  const check = "git";
  const problem = provenance.problem ?? null;
  if (problem !== null)
    return {
      check,
      result: "bad",
      message: `${problem.message} (${problem.code}): ${problem.why ?? "git tells nothing"}`,
      fix: problem.fix ?? `tieline explain ${problem.code}`,
      codes: [problem.code],
    };
  if (provenance.commit === null)
    return {
      check,
      result: "unknown",
      message: "the configuration is not in a git commit, so plans name none",
      fix: "keep it in a git repository",
    };
  const commit = shortCommit(provenance.commit);
  if (provenance.dirty === false)
    return {
      check,
      result: "ok",
      message: `commit ${commit}, nothing uncommitted`,
    };
  return provenance.dirty === true
    ? {
        check,
        result: "unknown",
        message: `commit ${commit}, with changes that are not committed`,
        fix: "commit them before a plan that others review",
      }
    : {
        check,
        result: "unknown",
        message: `commit ${commit}; only a filter could tell whether some files differ from it, and none is run`,
        fix: "run git status, so that git itself looks at them",
      };
}
