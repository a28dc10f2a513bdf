import { RefusedError } from "../../domain/problem/error.ts";
import { isForkJob } from "../../platform/jobs/fork-job.ts";
import { readNamedText } from "../../command/named-files.ts";
import type { Io } from "../../command/io.ts";

/**
 * Reads a private key. What it holds is hidden from every output from then on. @throws UserError
 * CLI032; RefusedError REV003 in the job of a fork.
 */
export function readSigningKey(io: Io, file: string): string {
  if (isForkJob(io.env))
    throw new RefusedError("REV003", "nothing is signed in the job of a fork", {
      why: "the commits of this job come from another repository: keys are for nobody who can open a pull request",
      fix: "leave --sign-key-file out of this job",
      notDone: "nothing was read and nothing was written",
    });
  const pem = readNamedText(io.cwd, file, {
    kind: "the key file",
    maxBytes: MAX_KEY_BYTES,
    code: "CLI032",
    fix: "name another file",
    notDone: "nothing was written",
  });
  io.scrubber.register(pem.trim(), "signing key");
  return pem;
}

/** Largest key file that is read: a hundred times a key. */
const MAX_KEY_BYTES = 64 * 1024;
