import { describe, expect, it } from "vitest";
import { createGit } from "../../../src/platform/git/index.ts";
import { isContained, subjectOf } from "../../../src/sources/commit-facts.ts";
import { aRepository } from "../../support/repository.ts";

async function aHistory() {
  const repository = await aRepository();
  const root = await repository.clone();
  const first = await repository.commit(root, { "a.yaml": "a: 1\n" });
  repository.git(root, "checkout", "--quiet", "-b", "side");
  repository.git(
    root,
    "commit",
    "--quiet",
    "--allow-empty",
    "--message",
    "Ask for less\n\nA body.",
  );
  const side = repository.git(root, "rev-parse", "HEAD").trim();
  repository.git(root, "checkout", "--quiet", first);
  repository.git(
    root,
    "commit",
    "--quiet",
    "--allow-empty",
    "--message",
    "another",
  );
  const other = repository.git(root, "rev-parse", "HEAD").trim();
  return { git: createGit(root, process.env), first, side, other };
}

describe("facts about commits", () => {
  it("are the first line of the message, and nothing for what is no commit", async () => {
    const { git, side } = await aHistory();
    expect(await subjectOf(git, side)).toBe("Ask for less");
    expect(await subjectOf(git, "0".repeat(40))).toBeNull();
    expect(await subjectOf(git, "--help")).toBeNull();
  });

  it("are which commit contains which, and nothing where the clone cannot tell", async () => {
    const { git, first, side, other } = await aHistory();
    expect(await isContained(git, first, side)).toBe(true);
    expect(await isContained(git, side, side)).toBe(true);
    expect(await isContained(git, side, first)).toBe(false);
    expect(await isContained(git, side, other)).toBe(false);
    expect(await isContained(git, "0".repeat(40), side)).toBeNull();
    expect(await isContained(git, "HEAD", side)).toBeNull();
  });
});
