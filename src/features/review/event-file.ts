import type { Io } from "../../command/io.ts";
import { readNamedText } from "../../command/named-files.ts";
import { MAX_EVENT_BYTES } from "../../platform/jobs/fork-job.ts";

/** The event that began the job of GitHub Actions, as text; `undefined` in no such job. */
export function readEvent(io: Io): string | undefined {
  const file = io.env["GITHUB_EVENT_PATH"] ?? "";
  if (file === "" || io.env["GITHUB_ACTIONS"] !== "true") return undefined;
  return readNamedText(io.cwd, file, {
    kind: "the event of the job",
    maxBytes: MAX_EVENT_BYTES,
    code: "CLI105",
    fix: "run it in a job of GitHub Actions",
    notDone: "nothing was planned and nothing was sent",
  });
}
