import type { ProcessEnv } from "../../../domain/environment-access.ts";
import { parseJsonTree } from "../formats/json-tree.ts";
import { SOPS_LIMITS } from "../core/limits.ts";
import { isForkJob } from "../../../platform/jobs/fork-job.ts";
import { runProgram } from "../keys/run-program.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsFile } from "./sops-file.ts";
import type { SopsMap } from "../core/tree.ts";

/**
 * The first release that decrypts what comes on its standard input. @remarks Source: SOPS release
 * notes 3.10.
 */
const MIN_VERSION: readonly [number, number] = [3, 10];
/**
 * This release computes a wrong MAC for files with a comment in a list. @remarks Source: SOPS
 * release notes 3.13.3.
 */
const BROKEN_VERSION = "3.13.2";

/** Its status where no key at hand opens the file. @remarks Source: SOPS, cmd/sops/codes. */
const NO_KEY = 128;

/** The `sops` program, for the keys and formats that are not built in. */
export interface SopsProgram {
  /**
   * The decrypted tree of a file, or `undefined` when the program is not installed or has no key
   * for it. The program checks the MAC.
   * @throws UserError SEC020 when the program is too old, or does not decrypt the file.
   */
  decrypt(file: SopsFile): Promise<SopsMap | undefined>;
}

/** Makes one. The program is looked for, and asked for its version, at the first file. */
export function createSopsProgram(env: ProcessEnv): SopsProgram {
  let version: Promise<string | undefined> | undefined;
  const quietEnv = { ...env, SOPS_DISABLE_VERSION_CHECK: "1" };
  return {
    decrypt: async (file) => {
      if (isForkJob(env)) return undefined;
      const found = await (version ??= readVersion(quietEnv));
      if (found === undefined) return undefined;
      checkVersion(found, file.path);
      if (file.documents.length > 1)
        throw failed(file.path, "the program prints only the first document");
      return run(file, quietEnv);
    },
  };
}

/** True for a file with a key that only the program can use. */
export function hasKeyForProgram(file: SopsFile): boolean {
  return file.metadata.keyGroups.flat().some(
    ({ type, fields }) =>
      ["gcp_kms", "azure_kv", "hckms"].includes(type) ||
      // Recipients from ssh keys, and of plugins (`age1name1…`).
      (type === "age" &&
        /^(?:ssh-|age1(?!pq1)[a-z0-9]+1)/u.test(fields.get("recipient") ?? "")),
  );
}

async function readVersion(env: ProcessEnv): Promise<string | undefined> {
  const result = await runProgram("sops", ["--version"], { env });
  if (result.isMissing) return undefined;
  return /\b(\d+\.\d+\.\d+)\b/u.exec(result.stdout.toString("utf8"))?.[1] ?? "";
}

function checkVersion(version: string, file: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld =
    major < MIN_VERSION[0] ||
    (major === MIN_VERSION[0] && minor < MIN_VERSION[1]);
  if (!isOld && version !== BROKEN_VERSION) return;
  throw failed(
    file,
    isOld
      ? `version ${version === "" ? "unknown" : version} is older than ${MIN_VERSION.join(".")}`
      : `version ${version} computes wrong MACs`,
  );
}

async function run(
  file: SopsFile,
  env: ProcessEnv,
): Promise<SopsMap | undefined> {
  const result = await runProgram(
    "sops",
    [
      "decrypt",
      ...["--input-type", file.format, "--output-type", "json"],
      ...["--filename-override", "secrets"],
    ],
    { env, input: file.bytes },
  );
  try {
    if (result.status === NO_KEY) return undefined;
    // What the program says on its error stream may quote the file, so only its status is told.
    if (result.status !== 0)
      throw failed(
        file.path,
        result.status === null
          ? "it took too long or printed too much"
          : `it ended with status ${String(result.status)}`,
      );
    const context = { file: file.path, limits: SOPS_LIMITS };
    const [tree] = parseJsonTree(result.stdout.toString("utf8"), context);
    return tree ?? { kind: "map", entries: new Map() };
  } finally {
    result.stdout.fill(0);
  }
}

function failed(file: string, why: string): Error {
  return sopsError("SEC020", file, "the sops program cannot decrypt the file", {
    why,
    fix: "run: sops decrypt <file>, which says more; install sops 3.13.3 or newer",
  });
}
