import type { Git, GitAnswer } from "../../ports/git.ts";

/** What a remote says of one of its refs. */
export type RemoteTip =
  | { readonly kind: "tip"; readonly commit: string }
  | { readonly kind: "none" }
  | { readonly kind: "unreachable"; readonly answer: GitAnswer };

/** A ref of a remote. */
export interface RemoteRef {
  /** Name of the remote. */
  readonly remote: string;
  /** Full name of the ref. */
  readonly ref: string;
}

/** The commit a remote's ref stands at, fetched with every file in it. Moves no ref here. */
export async function fetchRemoteTip(
  git: Git,
  { remote, ref }: RemoteRef,
): Promise<RemoteTip> {
  const answer = await git.run(
    ["ls-remote", "--exit-code", "--refs", "--", remote, ref],
    { remote },
  );
  if (answer.status === 2) return { kind: "none" };
  if (answer.status !== 0) return { kind: "unreachable", answer };
  // A pattern of ls-remote matches the end of a name; only this very ref counts.
  const line = Buffer.from(answer.stdout)
    .toString("utf8")
    .split("\n")
    .find((each) => each.endsWith(`\t${ref}`));
  if (line === undefined) return { kind: "none" };
  const commit = line.slice(0, line.indexOf("\t"));
  if (await isWhole(git, commit)) return { kind: "tip", commit };
  const fetched = await fetchRef(git, { remote, ref });
  return fetched.status === 0
    ? { kind: "tip", commit }
    : { kind: "unreachable", answer: fetched };
}

/**
 * True when the commit and every file in it are here. Another run in this clone may be fetching it
 * right now, and git stores a commit before what is in it.
 */
async function isWhole(git: Git, commit: string): Promise<boolean> {
  const { status } = await git.run([
    "rev-list",
    "--objects",
    "--no-walk",
    "--quiet",
    commit,
    "--",
  ]);
  return status === 0;
}

function fetchRef(git: Git, { remote, ref }: RemoteRef): Promise<GitAnswer> {
  return git.run(
    [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      // A partial clone would fetch the commit without the files in it.
      "--no-filter",
      "--no-prune",
      "--refmap=",
      "--",
      remote,
      ref,
    ],
    { remote },
  );
}
