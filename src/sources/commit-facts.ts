import { AppError } from "../domain/problem/error.ts";
import { isObjectName } from "../domain/provenance.ts";
import type { Git } from "../ports/git.ts";

/** A longer line is no subject; what is beyond is left out. */
const MOST_CHARACTERS = 72;

/**
 * First line of a commit's message; `null` where git does not tell. The object is read as it is, so
 * that no setting decides how.
 */
export async function subjectOf(
  git: Git,
  commit: string,
): Promise<string | null> {
  if (!isObjectName(commit)) return null;
  const answer = await unlessRefused(() =>
    git.run(["cat-file", "commit", commit]),
  );
  if (answer?.status !== 0) return null;
  const text = Buffer.from(answer.stdout).toString("utf8");
  const start = text.indexOf("\n\n");
  if (start < 0) return null;
  const [line = ""] = text.slice(start + 2).split("\n", 1);
  return line.slice(0, MOST_CHARACTERS).toWellFormed();
}

/**
 * Whether a commit is among the ancestors of another one, or that one itself; `null` where the
 * clone does not tell, as one does whose history is cut off.
 */
export async function isContained(
  git: Git,
  commit: string,
  other: string,
): Promise<boolean | null> {
  if (!isObjectName(commit) || !isObjectName(other)) return null;
  if (commit === other) return true;
  const answer = await unlessRefused(() =>
    git.run(["merge-base", "--is-ancestor", commit, other]),
  );
  if (answer?.status === 0) return true;
  if (answer?.status !== 1) return null;
  const shallow = await unlessRefused(() =>
    git.run(["rev-parse", "--is-shallow-repository"]),
  );
  const isWhole =
    shallow?.status === 0 &&
    Buffer.from(shallow.stdout).toString("utf8").trim() === "false";
  return isWhole ? false : null;
}

/** A git that refuses tells nothing. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/**
 * The commits that a commit came from, also where the clone ends before them; none where git does
 * not tell.
 */
export async function parentsOf(
  git: Git,
  commit: string,
): Promise<readonly string[]> {
  if (!isObjectName(commit)) return [];
  const answer = await unlessRefused(() =>
    git.run(["cat-file", "commit", commit]),
  );
  if (answer?.status !== 0) return [];
  const [head = ""] = Buffer.from(answer.stdout)
    .toString("utf8")
    .split("\n\n", 1);
  return head
    .split("\n")
    .flatMap((line) => /^parent ([0-9a-f]+)$/u.exec(line)?.[1] ?? []);
}

/** Where two commits parted; `null` where the clone does not tell. */
export async function mergeBaseOf(
  git: Git,
  commit: string,
  other: string,
): Promise<string | null> {
  if (!isObjectName(commit) || !isObjectName(other)) return null;
  const answer = await unlessRefused(() =>
    git.run(["merge-base", commit, other]),
  );
  const name = Buffer.from(answer?.stdout ?? [])
    .toString("utf8")
    .trim();
  return answer?.status === 0 && isObjectName(name) ? name : null;
}
