import { describe, expect, it } from "vitest";
import { openGithubProposals } from "../../src/forges/github-proposals.ts";
import { openGitlabProposals } from "../../src/forges/gitlab-proposals.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ProposalForge } from "../../src/ports/proposal-forge.ts";
import { connectionText } from "../support/cli.ts";
import { createFakeClock } from "../support/clock.ts";
import {
  aGithub,
  aGitlab,
  JOB_TOKEN,
  type FakeForge,
} from "../support/fake-forge.ts";
import {
  aReconcileWorld,
  nameOf,
  type ReconcileWorld,
  type WorldOptions,
} from "../support/reconcile-world.ts";

const [first, second] = [nameOf(0), nameOf(1)];
const OURS = "tieline/drift-dev";

type Forge = readonly [
  string,
  () => Promise<FakeForge>,
  typeof openGithubProposals | typeof openGitlabProposals,
];

const FORGES: readonly Forge[] = [
  ["GitHub", aGithub, openGithubProposals],
  ["GitLab", aGitlab, openGitlabProposals],
];
/** What is no matter of the forge is asked of one of them. */
const forge: Forge = ["GitHub", aGithub, openGithubProposals];

function opened(fake: FakeForge, open: Forge[2]): ProposalForge {
  return open({
    apiUrl: fake.apiUrl,
    token: JOB_TOKEN,
    repository: fake.repository,
    connect: (origin) =>
      createHttpClient({
        origin,
        clock: createFakeClock(),
        limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5000 },
        scrub: (text) => text,
        userAgent: "tieline/test",
      }),
  });
}

/** The forge gets what was pushed, as the one repository that both are. */
function sync({ git }: FakeForge, world: ReconcileWorld): void {
  const { repository, elsewhere } = world;
  const run = (...args: string[]): string => repository.git(elsewhere, ...args);
  const id = run("rev-parse", "HEAD").trim();
  if (git.commits.has(id)) return;
  const paths = run("ls-tree", "-r", "--name-only", "HEAD").trim().split("\n");
  git.push(
    "main",
    Object.fromEntries(
      paths.map((path) => [path, `${run("show", `HEAD:${path}`).trimEnd()}\n`]),
    ),
    id,
  );
}

interface Bench {
  readonly world: ReconcileWorld;
  readonly fake: FakeForge;
  readonly push: (files: Readonly<Record<string, string>>) => Promise<void>;
  readonly onBranch: (path: string) => string | undefined;
}

/** An environment that was applied, its reconciler, and a forge. */
async function bench(
  [, serve, open]: Forge,
  more: Partial<WorldOptions> = {},
): Promise<Bench> {
  const fake = await serve();
  const world = await aReconcileWorld({
    mode: "propose",
    settings: ["full_read_every: 1"],
    proposals: opened(fake, open),
    ...more,
  });
  sync(fake, world);
  await world.approve();
  await world.tick("order");
  await world.tick();
  fake.seen.length = 0;
  return {
    world,
    fake,
    async push(files) {
      await world.commit(files);
      sync(fake, world);
    },
    onBranch: (path) =>
      fake.git.commits.get(fake.git.branches.get(OURS) ?? "")?.files.get(path),
  };
}

const drifted = (scope: string) => ({ oauth_config: { scopes: ["a", scope] } });

describe.each(FORGES)("drift that is proposed on %s", (...each) => {
  it("is one pull request with the documents edited in place, and no request while it stays the same", async () => {
    const { world, fake, push, onBranch } = await bench(each);
    const path = `connections/${first}.yaml`;
    const text = `# for the support team\n${connectionText(first, ["a"])}# the end\n`;
    await push({ [path]: text });
    expect(await world.tick("commit")).toMatchObject({ drift: [] });
    await world.move(first, drifted("by-hand"));
    const status = await world.tick();
    expect(status.proposal).toMatchObject({ state: "open", number: 40 });
    expect(status.problems).toEqual([]);
    const edited = onBranch(path) ?? "";
    expect(edited).toContain("by-hand");
    // Nothing but the one new scope is another line.
    const lines = new Set(text.split("\n"));
    expect(edited.split("\n").filter((line) => !lines.has(line))).toHaveLength(
      1,
    );
    expect(fake.git.proposals).toMatchObject([
      { branch: OURS, into: "main", state: "open" },
    ]);
    expect(fake.git.proposals[0]?.body).toContain("Secrets are no part of it");
    expect(
      world.notices.find(({ kind }) => kind === "drift-found")?.lines[0],
    ).toContain("https://forge.example/");
    fake.seen.length = 0;
    for (let round = 0; round < 3; round += 1) await world.tick();
    world.restart();
    await world.tick();
    expect(fake.seen).toEqual([]);
    expect(world.live(first)).toMatchObject(drifted("by-hand"));
  });

  it("follows the drift, and is closed when it is over", async () => {
    const { world, fake, push, onBranch } = await bench(each);
    await world.move(first, drifted("one"));
    await world.tick();
    await world.move(second, drifted("two"));
    await push({ "README.md": "words\n" });
    await world.tick();
    expect(onBranch(`connections/${first}.yaml`)).toContain("one");
    expect(onBranch(`connections/${second}.yaml`)).toContain("two");
    expect(onBranch("README.md")).toBe("words\n");
    await world.move(first, { oauth_config: { scopes: ["a"] } });
    await world.tick();
    expect(onBranch(`connections/${first}.yaml`)).not.toContain("one");
    expect(fake.git.proposals).toMatchObject([{ state: "open" }]);
    await world.move(second, { oauth_config: { scopes: ["a"] } });
    expect((await world.tick()).proposal).toMatchObject({ state: "ended" });
    expect(fake.git.proposals).toMatchObject([{ state: "closed" }]);
    fake.seen.length = 0;
    await world.tick();
    expect(fake.seen).toEqual([]);
    await world.move(first, drifted("again"));
    await world.tick();
    expect(fake.git.proposals).toMatchObject([
      { state: "closed" },
      { state: "open" },
    ]);
    expect(fake.git.forced).not.toContain("main");
  });
});

describe("drift that is proposed", () => {
  it("plans nothing of it any more once it is merged", async () => {
    const { world, fake, push, onBranch } = await bench(forge);
    await world.move(first, drifted("by-hand"));
    await world.tick();
    const path = `connections/${first}.yaml`;
    await push({ [path]: onBranch(path) ?? "" });
    const [proposal] = fake.git.proposals;
    if (proposal !== undefined) proposal.state = "merged";
    const status = await world.tick("commit");
    expect(status.pending?.summary.update ?? 0).toBe(0);
    expect(status.proposal).toMatchObject({ state: "ended" });
    expect(fake.git.proposals).toHaveLength(1);
  });

  it("leaves alone a branch that others committed to, says so, and goes on when it is gone", async () => {
    const { world, fake } = await bench(forge);
    await world.move(first, drifted("one"));
    await world.tick();
    const theirs = fake.git.push(OURS, { "theirs.yaml": "x: 1\n" });
    await world.move(first, drifted("two"));
    const status = await world.tick();
    expect(status.proposal).toMatchObject({ state: "blocked" });
    expect(status.proposal?.message).toContain(OURS);
    await world.move(first, { oauth_config: { scopes: ["a"] } });
    expect((await world.tick()).proposal?.message).toContain("left open");
    expect(fake.git.branches.get(OURS)).toBe(theirs);
    expect(fake.git.proposals).toMatchObject([{ state: "open" }]);
    fake.git.branches.delete(OURS);
    await world.move(first, drifted("three"));
    expect((await world.tick()).proposal).toMatchObject({ state: "open" });
  });

  it("goes on where a process died before it could record what it wrote", async () => {
    const { world, fake } = await bench(forge);
    await world.move(first, drifted("one"));
    const known = await world.store.readStatus("dev");
    await world.tick();
    const head = fake.git.branches.get(OURS);
    if (known !== null) await world.store.writeStatus(known);
    expect((await world.tick()).proposal).toMatchObject({
      state: "open",
      headCommit: head,
    });
    expect(fake.git.proposals).toHaveLength(1);
  });

  it("is told as a problem where the forge refuses, and done once it does not", async () => {
    const { world, fake } = await bench(forge);
    const token = fake.tokens.get(JOB_TOKEN);
    token?.rights.delete("pulls");
    await world.move(first, drifted("one"));
    expect(await world.tick()).toMatchObject({
      proposal: { state: "failed" },
      problems: [{ code: "REV001" }],
      drift: [{ key: first }],
    });
    token?.rights.add("pulls");
    expect(await world.tick()).toMatchObject({
      proposal: { state: "open" },
      problems: [],
    });
  });

  it("takes no field over that the documents changed as well, and none that is gone", async () => {
    const { world, fake, push, onBranch } = await bench(forge);
    await push({
      [`connections/${first}.yaml`]: connectionText(first, ["other"]),
    });
    await world.move(first, drifted("by-hand"));
    await world.remove(second);
    const status = await world.tick();
    expect(status.proposal).toMatchObject({ state: "nothing" });
    expect(onBranch(`connections/${first}.yaml`)).toBeUndefined();
    expect(fake.seen).toEqual([]);
    await world.move(nameOf(2), drifted("taken"));
    await world.tick();
    expect(onBranch(`connections/${first}.yaml`)).toContain("other");
    expect(fake.git.proposals[0]?.body).toMatch(/Not taken over:[^]*is gone/u);
  });

  it.each(["observe", "heal"])("is none where the mode is %s", async (mode) => {
    const fake = await forge[1]();
    const world = await aReconcileWorld({
      mode,
      settings: ["full_read_every: 1"],
      proposals: opened(fake, forge[2]),
    });
    sync(fake, world);
    if (mode !== "observe") {
      await world.approve();
      await world.tick("order");
      await world.move(first, drifted("by-hand"));
    }
    await world.tick();
    expect(fake.seen).toEqual([]);
  });
});

it("waits for an approval by its digest where no forge is told, and says so", async () => {
  const world = await aReconcileWorld({
    mode: "propose",
    settings: ["full_read_every: 1"],
  });
  await world.approve();
  await world.tick("order");
  await world.move(first, drifted("by-hand"));
  const status = await world.tick();
  expect(status).toMatchObject({
    pending: { kind: "heal", isApprovable: true },
    proposal: { state: "off" },
  });
  expect(status.proposal?.message).toContain("TIELINE_PROPOSE");
});
