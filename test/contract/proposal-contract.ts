import { describe, expect, it } from "vitest";
import { RemoteError } from "../../src/domain/problem/error.ts";
import type { FileChange } from "../../src/domain/source-file.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { HttpClient } from "../../src/ports/http-client.ts";
import type { ProposalForge } from "../../src/ports/proposal-forge.ts";
import { createFakeClock } from "../support/clock.ts";
import { JOB_TOKEN, type FakeForge } from "../support/fake-forge.ts";

/** How an adapter is opened. */
export type OpenProposals = (options: {
  readonly apiUrl: string;
  readonly token: string;
  readonly repository: string;
  readonly connect: (origin: string) => HttpClient;
}) => ProposalForge;

const OURS = "tieline/drift-dev";

const change = (
  path: string,
  before: string | null,
  after: string | null,
): FileChange => ({ path, before, after });
const EDIT = change("a.yaml", "a: 1\n", "a: 2\n");

/** What every forge is held to where a change is proposed. */
export function describeProposals(
  name: string,
  serve: () => Promise<FakeForge>,
  openProposals: OpenProposals,
): void {
  describe(`proposals: ${name}`, () => {
    const start = async () => {
      const fake = await serve();
      const signal = new AbortController().signal;
      const open = (token = JOB_TOKEN): ProposalForge =>
        openProposals({
          apiUrl: fake.apiUrl,
          token,
          repository: fake.repository,
          connect: (origin) =>
            createHttpClient({
              origin,
              clock: createFakeClock(),
              limits: {
                concurrency: 4,
                requestsPerSecond: 10_000,
                timeoutMs: 5000,
              },
              scrub: (text) => text,
              userAgent: "tieline/test",
            }),
        });
      const base = fake.git.branches.get("main") ?? "";
      const write = (
        expected: string | null,
        changes: readonly FileChange[] = [EDIT],
      ): Promise<string | null> =>
        open().write(
          OURS,
          expected,
          { base, changes, message: "take it over" },
          signal,
        );
      const filesOf = (branch: string): Record<string, string> =>
        Object.fromEntries(
          fake.git.commits.get(fake.git.branches.get(branch) ?? "")?.files ??
            [],
        );
      return { fake, git: fake.git, signal, open, base, write, filesOf };
    };

    it("makes a branch with the files of the base and the changes, and leaves the base alone", async () => {
      const { git, open, base, write, filesOf, signal } = await start();
      expect(await open().headOf(OURS, signal)).toBeNull();
      const written = await write(null, [
        EDIT,
        change("envs/dev/b c.yaml", null, "b: ü\n"),
      ]);
      expect(await open().headOf(OURS, signal)).toBe(written);
      expect(filesOf(OURS)).toEqual({
        "a.yaml": "a: 2\n",
        "envs/dev/b c.yaml": "b: ü\n",
      });
      expect(git.branches.get("main")).toBe(base);
      expect(git.forced).not.toContain("main");
    });

    it("gives its own commit another one, of which the base decides what else there is", async () => {
      const { git, open, write, filesOf, signal } = await start();
      const first = await write(null);
      const base = git.push("main", { "other.yaml": "o: 1\n" });
      const content = { base, changes: [change("a.yaml", "a: 1\n", null)] };
      const second = await open().write(
        OURS,
        first,
        { ...content, message: "again" },
        signal,
      );
      expect(filesOf(OURS)).toEqual({ "other.yaml": "o: 1\n" });
      expect(await open().holds(second ?? "", content, signal)).toBe(true);
      expect(await open().holds(first ?? "", content, signal)).toBe(false);
    });

    it.each([
      ["was there", null],
      ["moved on", "own"],
    ] as const)("writes nothing to a branch that %s", async (_, of) => {
      const { git, write } = await start();
      const expected = of === null ? null : await write(null);
      const theirs = git.push(OURS, { "a.yaml": "theirs\n" });
      expect(await write(expected)).toBeNull();
      expect(git.branches.get(OURS)).toBe(theirs);
    });

    it("writes nothing to a branch that somebody makes at the same moment", async () => {
      const { git, write } = await start();
      git.beforeWrite = () => git.push(OURS, { "a.yaml": "theirs\n" });
      expect(await write(null)).toBeNull();
      expect(git.commits.get(git.branches.get(OURS) ?? "")?.message).toBe(
        "by somebody",
      );
    });

    it("knows a commit by its files alone, and one more file for another content", async () => {
      const { git, open, base, write, signal } = await start();
      const content = { base, changes: [EDIT] };
      const written = (await write(null)) ?? "";
      expect(await open().holds(written, content, signal)).toBe(true);
      const more = git.push(OURS, { "c.yaml": "c\n" });
      expect(await open().holds(more, content, signal)).toBe(false);
      const other = git.push("other", { ...{ "a.yaml": "a: 3\n" } });
      expect(await open().holds(other, content, signal)).toBe(false);
    });

    it("opens, finds, changes and closes one", async () => {
      const { git, open, write, signal } = await start();
      await write(null);
      const forge = open();
      expect(await forge.findOpen(OURS, "main", signal)).toBeNull();
      const made = await forge.open(
        OURS,
        "main",
        { title: "one", body: "first" },
        signal,
      );
      expect(made.url).toMatch(/^https:\/\/forge\.example\//u);
      expect(await forge.findOpen(OURS, "main", signal)).toEqual(made);
      await forge.update(made.number, { title: "two", body: "2nd" }, signal);
      expect(git.proposals).toMatchObject([
        { title: "two", body: "2nd", branch: OURS, into: "main" },
      ]);
      await forge.closeProposal(made.number, signal);
      expect(git.proposals[0]?.state).toBe("closed");
      expect(await forge.findOpen(OURS, "main", signal)).toBeNull();
      expect(git.branches.has(OURS)).toBe(true);
    });

    it("takes none of a fork for its own", async () => {
      const { git, open, write, signal } = await start();
      await write(null);
      git.propose(OURS, "main", { isFork: true });
      expect(await open().findOpen(OURS, "main", signal)).toBeNull();
    });

    it.each([
      ["a token it does not know", "unknown-token-1", 401],
      ["a token without the right", "weak-token-12345", 403],
    ])("fails with %s, without the token in it", async (_, token, status) => {
      const { fake, base, open, signal } = await start();
      fake.tokens.set("weak-token-12345", { user: "weak", rights: new Set() });
      const error: unknown = await open(token)
        .write(OURS, null, { base, changes: [EDIT], message: "m" }, signal)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RemoteError);
      expect(error).toMatchObject({ code: "REV001", status });
      expect(JSON.stringify(error) + String(error)).not.toContain(token);
      expect(fake.git.branches.has(OURS)).toBe(false);
    });

    it("fails where the base is in another repository", async () => {
      const { open, signal } = await start();
      const content = { base: "b".repeat(40), changes: [EDIT], message: "m" };
      await expect(
        open().write(OURS, null, content, signal),
      ).rejects.toMatchObject({ code: "REV001" });
    });
  });
}
