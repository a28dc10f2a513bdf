import type { Git, GitAnswer } from "../ports/git.ts";

/**
 * The contents of these objects, in their order, as they are stored.
 * @returns git's answer instead when one of them cannot be given.
 */
export async function readBlobs(
  git: Git,
  objects: readonly string[],
): Promise<readonly Uint8Array[] | GitAnswer> {
  if (objects.length === 0) return [];
  const answer = await git.run(["cat-file", "--batch"], {
    input: objects.map((object) => `${object}\n`).join(""),
  });
  if (answer.status !== 0) return answer;
  const output = Buffer.from(answer.stdout);
  const blobs: Uint8Array[] = [];
  let at = 0;
  while (blobs.length < objects.length) {
    const end = output.indexOf("\n", at);
    const header = output.subarray(at, end).toString("latin1");
    const size = Number(/^[0-9a-f]+ blob (\d+)$/u.exec(header)?.[1]);
    if (end < 0 || !Number.isSafeInteger(size)) return answer;
    blobs.push(output.subarray(end + 1, end + 1 + size));
    // Each object ends in a newline of its own.
    at = end + 1 + size + 1;
  }
  return blobs;
}
