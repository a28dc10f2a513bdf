import { describe, expect, it } from "vitest";
import {
  approvalBench,
  mailText,
  prodText,
  READ,
  SEND,
  type ApprovalBench,
} from "../support/approval-bench.ts";
import { connectionText, tieline, type CliResult } from "../support/cli.ts";

const PROPOSED = { "connections/mail.yaml": mailText() };

/** A pull request that was reviewed, and merged. */
async function merged(
  approvals: string | null = "{count: 1}",
  how: "merge" | "squash" = "merge",
): Promise<ApprovalBench> {
  const bench = await approvalBench(approvals);
  await bench.propose(PROPOSED);
  expect((await bench.review()).status).toBe(0);
  bench.merge(how);
  return bench;
}

/** What a run ended with: its exit status, and the code that it named. */
function endOf({ status, stderr }: CliResult): string {
  const code = /error ([A-Z]{3}\d{3})/u.exec(stderr)?.[1] ?? "none";
  return `${String(status)} ${code}`;
}

describe("tieline apply --expect-approved", { timeout: 180_000 }, () => {
  it.each(["merge", "squash"] as const)(
    "applies what was reviewed, approved and merged (%s)",
    async (how) => {
      const bench = await merged("{count: 1}", how);
      bench.approve("bob");
      const done = await bench.apply();
      expect(done.stderr).toContain("Pull request 7, approved by bob: sha256:");
      expect(endOf(done)).toBe("0 none");
      const again = await bench.apply();
      expect(again.stderr).toContain("It was applied before");
      expect(endOf(again)).toBe("0 none");
    },
  );

  it("applies nothing that was not approved by the right people", async () => {
    const bench = await merged("{count: 2, by: [bob, '@acme/platform']}");
    const { fake } = bench;
    const { change } = fake;
    const [comment] = fake.comments;
    if (comment === undefined) throw new Error("no comment");
    const body = comment.body;
    const good = (): void => {
      change.reviews = [];
      bench.approve("bob", "carol");
      change.teams.set("acme/platform", new Set(["carol"]));
      change.author = "alice";
      change.state = "merged";
      change.baseBranch = "main";
      fake.comments.splice(0, fake.comments.length, {
        ...comment,
        body,
        isHidden: false,
      });
      delete comment.editor;
    };
    const own = (): string => fake.comments[0]?.body ?? "";
    const rewrite = (text: string): void => {
      fake.comments.splice(0, 1, { ...comment, body: text });
    };
    const attacks: Readonly<Record<string, readonly [() => void, string]>> = {
      "nobody approved": [() => (change.reviews = []), "6 PLN223"],
      "too few approved": [() => change.reviews.pop(), "6 PLN223"],
      "the same person approved twice": [
        () => {
          change.reviews = [];
          bench.approve("bob", "BOB");
        },
        "6 PLN223",
      ],
      "its author approved": [() => (change.author = "Bob"), "6 PLN223"],
      "an earlier commit was approved": [
        () => {
          change.reviews = ["bob", "carol"].map((user) => ({
            user,
            state: "APPROVED",
            commit: bench.baseCommit,
          }));
        },
        "6 PLN223",
      ],
      "an approval was dismissed": [
        () =>
          change.reviews.push({
            user: "bob",
            state: "DISMISSED",
            commit: fake.headCommit,
          }),
        "6 PLN223",
      ],
      "a reviewer asks for changes": [
        () => {
          change.writers.add("dave");
          change.reviews.push({
            user: "dave",
            state: "CHANGES_REQUESTED",
            commit: fake.headCommit,
          });
        },
        "6 PLN223",
      ],
      "a program approved": [
        () => {
          change.reviews = change.reviews.map((each) => ({
            ...each,
            isBot: true,
          }));
        },
        "6 PLN223",
      ],
      "somebody who may not write approved": [
        () => {
          change.reviews = [];
          bench.approve("bob", "mallory");
          change.teams.set("acme/platform", new Set(["mallory"]));
        },
        "6 PLN223",
      ],
      "a team cannot be looked up": [
        () => change.teams.set("acme/platform", null),
        "6 PLN223",
      ],
      "somebody of another team approved": [
        () => change.teams.set("acme/platform", new Set(["erin"])),
        "6 PLN223",
      ],
      "the comment is somebody else's": [
        () =>
          fake.comments.splice(0, 1, { ...comment, author: "mallory", body }),
        "6 PLN223",
      ],
      "somebody else changed the comment": [
        () => {
          fake.comments.splice(0, 1, { ...comment, body, editor: "mallory" });
        },
        "5 REV002",
      ],
      "somebody folded the comment away": [
        () => {
          fake.comments.splice(0, 1, { ...comment, body, isHidden: true });
        },
        "6 PLN223",
      ],
      "the comment is of an earlier commit": [
        () => {
          rewrite(body.replaceAll(fake.headCommit, bench.baseCommit));
        },
        "5 REV002",
      ],
      "the comment is of another environment": [
        () => {
          rewrite(body.replace(" prod=", " dev="));
        },
        "6 PLN223",
      ],
      "the comment says two digests": [
        () => {
          rewrite(
            body.replace(" prod=", ` prod=sha256:${"0".repeat(64)} prod=`),
          );
        },
        "6 PLN223",
      ],
      "the review did not plan it": [
        () => {
          rewrite(body.replace(/ prod=sha256:[0-9a-f]{64}/u, " prod=failed"));
        },
        "6 PLN223",
      ],
      "another digest was approved": [
        () => {
          rewrite(
            body.replace(/ prod=sha256:[0-9a-f]{4}/u, " prod=sha256:0000"),
          );
        },
        "5 PLN209",
      ],
      "the mark is quoted below other words": [
        () => {
          rewrite(`They said:\n${own()}`);
        },
        "6 PLN223",
      ],
      "there is no comment": [() => fake.comments.splice(0), "6 PLN223"],
      "it is not merged": [() => (change.state = "open"), "6 PLN223"],
      "it was merged into another branch": [
        () => (change.baseBranch = "topic"),
        "6 PLN223",
      ],
    };
    const found: Record<string, string> = {};
    for (const [name, [attack]] of Object.entries(attacks)) {
      good();
      attack();
      found[name] = endOf(await bench.apply());
    }
    expect(found).toEqual(
      Object.fromEntries(
        Object.entries(attacks).map(([name, [, end]]) => [name, end]),
      ),
    );
    good();
    expect(endOf(await bench.apply())).toBe("0 none");
  });

  it("holds a change to the rule that it loosens", async () => {
    const bench = await approvalBench("{count: 2}");
    await bench.propose({
      ...PROPOSED,
      "environments/prod/environment.yaml": prodText("{count: 0}"),
    });
    await bench.review();
    bench.merge();
    bench.approve("bob");
    const refused = await bench.apply();
    expect(endOf(refused)).toBe("6 PLN223");
    expect(refused.stderr).toContain("1 approval of 2");
    bench.approve("carol");
    expect(endOf(await bench.apply())).toBe("0 none");
  });

  it("holds a change to the rule of the last apply when its base is not known", async () => {
    const bench = await merged("{count: 2}");
    bench.approve("bob", "carol");
    expect(endOf(await bench.apply())).toBe("0 none");
    const { fake, git } = bench;
    const base = git("rev-parse", "HEAD");
    await bench.propose({
      "environments/prod/environment.yaml": prodText(null),
    });
    await bench.review(["prod", "--base", base]);
    fake.change.state = "merged";
    fake.change.mergeCommit = fake.headCommit;
    fake.change.reviews = [];
    bench.approve("bob");
    const event = {
      ref: "refs/heads/main",
      before: "c".repeat(40),
      after: fake.headCommit,
    };
    expect(endOf(await bench.apply([], { event }))).toBe("6 PLN223");
    const plain = await tieline(["apply", "prod", "--yes"], {
      cwd: bench.clone,
      env: { CI: "true" },
    });
    expect(endOf(plain)).toBe("6 PLN223");
    bench.approve("carol");
    expect(endOf(await bench.apply([], { event }))).toBe("0 none");
  });

  it("asks the owners of each file, as the base has them", async () => {
    const bench = await approvalBench("{count: 1, by: [codeowners]}", {
      ".github/CODEOWNERS": "* @bob\n/connections/ @carol\n",
    });
    await bench.propose({ ...PROPOSED, ".github/CODEOWNERS": "* @bob\n" });
    await bench.review();
    bench.merge();
    bench.approve("bob");
    expect(endOf(await bench.apply())).toBe("6 PLN223");
    bench.approve("carol");
    expect(endOf(await bench.apply())).toBe("0 none");
  });

  it("names what differs from what was approved", async () => {
    const bench = await approvalBench("{count: 0}");
    await bench.propose({
      ...PROPOSED,
      "connections/going.yaml": connectionText("going", [READ]),
    });
    await bench.review();
    bench.merge();
    const { git, fake } = bench;
    await bench.repositories.commit(bench.clone, {
      "connections/mail.yaml": mailText([SEND]),
      "connections/extra.yaml": connectionText("extra", [READ]),
    });
    git("rm", "--quiet", "connections/going.yaml");
    await bench.repositories.commit(bench.clone, {});
    fake.change.mergeCommit = git("rev-parse", "HEAD");
    const { stderr, status } = await bench.apply();
    expect(status).toBe(5);
    expect(stderr).toContain('not approved: create "extra"');
    expect(stderr).toContain('approved and no longer there: create "going"');
    expect(stderr).toContain('other content than was approved: create "mail"');
    expect(stderr).toContain("what would have to be approved is sha256:");
  });

  it("takes nothing to do for success only where nothing differs", async () => {
    const bench = await merged("{count: 0}");
    expect(endOf(await bench.apply())).toBe("0 none");
    bench.fake.comments.length = 0;
    const calm = await bench.apply();
    expect(endOf(calm)).toBe("0 none");
    expect(calm.stderr).toContain("Nothing was up for approval");
    await bench.repositories.commit(bench.clone, {
      "connections/mail.yaml": mailText([SEND]),
    });
    expect(endOf(await bench.apply())).toBe("6 PLN223");
  });

  it("is refused on somebody's machine too, and says how it goes", async () => {
    const bench = await merged();
    const run = await tieline(["apply", "prod", "--yes"], {
      cwd: bench.clone,
      env: { CI: "true" },
    });
    expect(endOf(run)).toBe("6 PLN223");
    expect(run.stderr).toContain("tieline apply prod --expect-approved");
  });

  describe("for a comment", () => {
    const command = (
      body: string,
      user: object = { login: "bob", type: "User" },
    ): { name: string; event: object } => ({
      name: "issue_comment",
      event: {
        action: "created",
        repository: { default_branch: "main" },
        issue: { number: 7, pull_request: {} },
        comment: { body, user },
      },
    });

    it("applies before the merge what was approved, and nothing else", async () => {
      const bench = await approvalBench("{count: 1}");
      await bench.propose(PROPOSED);
      await bench.review();
      const { fake, git } = bench;
      const ask = "/tieline apply prod";
      const found: string[] = [];
      const attempt = async (
        ...args: Parameters<typeof command>
      ): Promise<void> => {
        found.push(endOf(await bench.apply([], command(...args))));
      };
      await attempt(ask);
      bench.approve("bob");
      await attempt("/tieline apply dev");
      await attempt(`please\n${ask}`);
      await attempt(`${ask} --approve PLN104:mail`);
      await attempt(`${ask}; rm -rf .`);
      await attempt(ask, { login: "mallory", type: "User" });
      await attempt(ask, { login: "bob", type: "Bot" });
      fake.isFork = true;
      await attempt(ask);
      fake.isFork = false;
      git("checkout", "--quiet", "--detach", bench.baseCommit);
      await attempt(ask);
      git("checkout", "--quiet", "--detach", fake.headCommit);
      fake.change.state = "closed";
      await attempt(ask);
      fake.change.state = "open";
      await attempt(ask);
      expect(found).toEqual([
        "6 PLN223",
        ...Array.from({ length: 4 }, () => "64 CLI001"),
        "6 PLN223",
        "6 PLN223",
        "6 REV003",
        "5 REV002",
        "6 PLN223",
        "0 none",
      ]);
    });
  });

  it("applies what a merge queue is about to merge", async () => {
    const bench = await approvalBench("{count: 1}");
    await bench.propose(PROPOSED);
    await bench.review();
    const { fake } = bench;
    const commit = bench.merge();
    fake.change.state = "open";
    fake.change.mergeCommit = null;
    const event = {
      merge_group: {
        head_sha: commit,
        head_ref: `refs/heads/gh-readonly-queue/main/pr-7-${bench.baseCommit}`,
        base_ref: "refs/heads/main",
        base_sha: bench.baseCommit,
      },
    };
    const more = { name: "merge_group", event };
    expect(endOf(await bench.apply([], more))).toBe("6 PLN223");
    bench.approve("bob");
    expect(endOf(await bench.apply([], more))).toBe("0 none");
  });

  it("takes nothing else that would say what to apply", async () => {
    const bench = await merged();
    const found: string[] = [];
    for (const args of [
      ["--expect", `sha256:${"0".repeat(64)}`],
      ["--approve", "PLN104:mail", "--reason", "because"],
      ["--resume"],
    ])
      found.push(endOf(await bench.apply(args)));
    expect(found).toEqual(["64 CLI001", "64 CLI001", "64 CLI001"]);
  });
});
