import { reviewMarkdown } from "./comment.ts";
import type { ReviewReport } from "./report.ts";

/** Most bytes of a comment; see `comment.ts`. */
const MAX_BYTES = 60_000;

const NOTICE = [
  "> [!WARNING]",
  "> A job of the fork made these plans, from a snapshot and without credentials. Whoever opened the pull request may have changed what that job does: read the documents, too. No plan of it is applied; `apply --expect` does what its own plan says, where that is the same.",
].join("\n");

/**
 * The body of a comment about what an untrusted job found. Its mark finds it again and names no
 * digest, so that nothing takes one from it.
 */
export function untrustedBody(
  report: ReviewReport,
  key: string,
  previous: { readonly commit: string | null } | undefined,
): string {
  const mark = `<!-- tieline-review:v1 key=${key} commit=${report.commit ?? "none"} -->`;
  const start = `${mark}\n${NOTICE}\n\n`;
  const room = MAX_BYTES - new TextEncoder().encode(start).length;
  return `${start}${reviewMarkdown(report, previous, room)}`;
}
