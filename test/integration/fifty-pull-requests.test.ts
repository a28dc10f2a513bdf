/**
 * A repository with three environments and fifty pull requests, one after another: opened, pushed
 * again, forked, overtaken, merged, reverted, closed, broken. Real git, a real API, one forge for
 * each pull request.
 */
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EmbeddedApi } from "../../src/embedded/index.ts";
import { anApi, API_CREDENTIALS } from "../support/api.ts";
import {
  connectionText,
  environmentText,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import {
  aGithub,
  BOT,
  JOB_TOKEN,
  type FakeForge,
} from "../support/fake-forge.ts";
import { tielineHere } from "../support/in-process.ts";
import { pullRequestPayload, pushPayload } from "../support/pipeline.ts";
import { aRepository, type Repositories } from "../support/repository.ts";

const READ = "https://www.googleapis.com/auth/gmail.readonly";
const SEND = "https://www.googleapis.com/auth/gmail.send";
const NAMES = ["dev", "staging", "prod"] as const;
const COUNT = 50;

class World {
  readonly api: EmbeddedApi;
  readonly #clone: string;
  readonly #repositories: Repositories;
  readonly #asked: { readonly count: number };
  /** A comment of ours: anybody can copy one. */
  sample = "";
  /** What the documents of the merged commits say: file by file. */
  readonly merged = new Map<string, string>();

  constructor(made: {
    readonly api: EmbeddedApi;
    readonly clone: string;
    readonly repositories: Repositories;
    readonly asked: { readonly count: number };
  }) {
    this.api = made.api;
    this.#clone = made.clone;
    this.#repositories = made.repositories;
    this.#asked = made.asked;
  }

  /** Requests that the API was asked so far. */
  get requests(): number {
    return this.#asked.count;
  }

  git(...args: string[]): string {
    return this.#repositories.git(this.#clone, ...args).trim();
  }

  /** A commit on top of another one, checked out. */
  async commit(
    on: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string> {
    this.git("checkout", "--quiet", "--detach", on);
    await writeFiles(this.#clone, files);
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "change");
    return this.git("rev-parse", "HEAD");
  }

  /**
   * Merges a commit into main, and applies it as the job of that push does; without a pull request
   * as a person does. Each apply must end with `status`.
   */
  async merge(
    commit: string,
    names: readonly string[],
    { fake, status = 0 }: { fake?: FakeForge; status?: number } = {},
  ): Promise<void> {
    const before = this.git("rev-parse", "main");
    this.git("checkout", "--quiet", "main");
    this.git("merge", "--quiet", "--no-ff", "--message", "merge", commit);
    const after = this.git("rev-parse", "HEAD");
    if (fake !== undefined) {
      fake.change.state = "merged";
      fake.change.mergeCommit = after;
    }
    await this.#write(
      "event.json",
      pushPayload("acme/connections", before, after),
    );
    const expects = fake === undefined ? [] : ["--expect-approved"];
    for (const name of names) {
      const done = await tielineHere(
        ["apply", "--yes", ...expects, "--", name],
        {
          cwd: this.#clone,
          env: {
            ...this.#job("push"),
            ...this.#credentials(),
            ...(fake === undefined ? {} : forgeOf(fake)),
          },
        },
      );
      expect(done.status, done.stderr).toBe(status);
    }
  }

  /** A commit that takes the last merge back. */
  revert(): string {
    this.git("checkout", "--quiet", "--detach", "main");
    this.git("revert", "--no-edit", "--mainline", "1", "HEAD");
    return this.git("rev-parse", "HEAD");
  }

  /** The review of what is proposed, as the job of its event runs it. */
  async review(
    fake: FakeForge,
    place: {
      readonly head: string;
      readonly base: string;
      readonly from?: string;
    },
  ): Promise<CliResult> {
    this.git("checkout", "--quiet", "--detach", place.head);
    const event = pullRequestPayload({
      repository: fake.repository,
      number: fake.pullRequest,
      ...place,
    });
    await this.#write("event.json", event);
    return tielineHere(["review"], {
      cwd: this.#clone,
      env: {
        ...this.#job("pull_request"),
        // A fork's job gets none; even where somebody hands them over, they go nowhere.
        ...this.#credentials(),
        ...forgeOf(fake),
      },
    });
  }

  /** Whatever is live is what merged documents say, and nothing else. */
  assertNothingElseIsLive(): void {
    const live = this.api
      .snapshot()
      .connections.map((each) =>
        JSON.stringify([each["key_id"], scopesOf(each)]),
      );
    const declared = [...this.merged.values()].map((text) =>
      JSON.stringify([nameIn(text), scopesIn(text)]),
    );
    expect(new Set(live)).toEqual(new Set(declared));
    expect(live).toHaveLength(declared.length);
  }

  #credentials(): Readonly<Record<string, string>> {
    return {
      ...API_CREDENTIALS,
      SCALEKIT_ENVIRONMENT_URL: this.api.origin,
    };
  }

  #job(event: string): Readonly<Record<string, string>> {
    return {
      PATH: process.env["PATH"] ?? "",
      HOME: dirname(this.#clone),
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: join(dirname(this.#clone), "event.json"),
    };
  }

  async #write(name: string, value: object): Promise<void> {
    await writeFile(join(dirname(this.#clone), name), JSON.stringify(value));
  }
}

function forgeOf(fake: FakeForge): Readonly<Record<string, string>> {
  return {
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_REPOSITORY: fake.repository,
    GITHUB_TOKEN: JOB_TOKEN,
  };
}

async function aWorld(): Promise<World> {
  const asked = { count: 0 };
  const [api, repositories] = await Promise.all([
    anApi(() => {
      asked.count += 1;
    }),
    aRepository(),
  ]);
  const clone = await repositories.clone();
  const world = new World({ api, clone, repositories, asked });
  const files = Object.fromEntries(
    NAMES.map((name) => [
      `environments/${name}/environment.yaml`,
      environmentText(api.origin).replace(
        "environment: dev",
        `environment: ${name}`,
      ),
    ]),
  );
  const documents = Object.fromEntries(
    NAMES.map((name) => document(name, "first", [READ])),
  );
  await repositories.commit(clone, { ...files, ...documents });
  for (const [path, text] of Object.entries(documents))
    world.merged.set(path, text);
  return world;
}

function document(
  environment: string,
  name: string,
  scopes: readonly string[],
): readonly [path: string, text: string] {
  return [
    `environments/${environment}/connections/${name}.yaml`,
    connectionText(`${name}-${environment}`, scopes),
  ];
}

function scopesOf(connection: Readonly<Record<string, unknown>>): string[] {
  const config = connection["oauth_config"] as
    { readonly scopes?: readonly string[] } | undefined;
  return [...(config?.scopes ?? [])].sort();
}

function nameIn(text: string): string {
  return /^connection_id: (.+)$/mu.exec(text)?.[1] ?? "";
}

function scopesIn(text: string): string[] {
  return [...text.matchAll(/^ {2}- (.+)$/gmu)]
    .map(([, scope = ""]) => scope)
    .sort();
}

/** One pull request, opened with a commit. */
class PullRequest {
  readonly world: World;
  readonly fake: FakeForge;
  readonly base: string;
  readonly names: readonly string[];
  /** Files of its newest commit. */
  files: Readonly<Record<string, string>>;
  head = "";

  constructor(
    world: World,
    fake: FakeForge,
    change: {
      readonly names: readonly string[];
      readonly files: Readonly<Record<string, string>>;
    },
  ) {
    this.world = world;
    this.fake = fake;
    this.base = world.git("rev-parse", "main");
    fake.change.baseCommit = this.base;
    this.names = change.names;
    this.files = change.files;
  }

  async push(files: Readonly<Record<string, string>>): Promise<void> {
    this.files = { ...this.files, ...files };
    this.head = await this.world.commit(this.head || this.base, files);
    this.fake.headCommit = this.head;
  }

  /** Its review, with what stands at the commit afterwards. */
  async review(
    status: number,
    place: { readonly head?: string; readonly from?: string } = {},
  ): Promise<void> {
    const { fake, base, head } = this;
    const done = await this.world.review(fake, { head, base, ...place });
    expect(done.status, done.stdout + done.stderr).toBe(status);
    if (place.from !== undefined) return;
    expect(fake.statuses.at(-1)).toMatchObject({
      commit: place.head ?? head,
      state: status === 0 ? "success" : "failure",
    });
  }

  async merge(): Promise<void> {
    for (const [path, text] of Object.entries(this.files))
      if (path.includes("/connections/")) this.world.merged.set(path, text);
    this.approve();
    const { fake } = this;
    await this.world.merge(this.head, this.names, { fake });
  }

  /** Somebody who may write approves its newest commit. */
  approve(): void {
    this.fake.change.reviews.push({
      user: "bob",
      state: "APPROVED",
      commit: this.head,
    });
  }

  /** The one comment, of the newest commit and of what that touches. */
  assertComment(names: readonly string[] = this.names): void {
    const own = this.fake.comments.filter(({ author }) => author === BOT);
    expect(own).toHaveLength(names.length === 0 ? 0 : 1);
    const [comment] = own;
    if (comment === undefined) return;
    this.world.sample ||= comment.body;
    expect(comment.isHidden).toBe(false);
    expect(comment.body).toContain(`commit=${this.head}`);
    const rows = comment.body.matchAll(/^\| <code>([a-z]+)<\/code>/gmu);
    expect([...rows].map(([, name]) => name)).toEqual([...names].sort());
  }
}

/** What happens to a pull request. They come in turns. */
const STORIES: readonly ((each: PullRequest) => Promise<void>)[] = [
  async function isMerged(each) {
    await each.review(0);
    await each.merge();
    each.assertComment();
  },
  async function isPushedAgain(each) {
    await each.review(0);
    await each.push(
      Object.fromEntries(
        Object.entries(each.files).map(([path, text]) => [
          path,
          `${text}  - openid\n`,
        ]),
      ),
    );
    await each.review(0);
    await each.merge();
    each.assertComment();
  },
  async function isOfFork(each) {
    const { fake, world } = each;
    fake.isFork = true;
    const { requests } = world;
    await each.review(6, { from: "mallory/connections" });
    expect(world.requests).toBe(requests);
    expect([fake.seen, fake.comments, fake.statuses]).toEqual([[], [], []]);
  },
  async function isOvertaken(each) {
    const older = each.head;
    await each.push({ "README.md": `${older}\n` });
    await each.review(0);
    // The job of the commit before comes in last.
    await each.review(0, { head: older });
    each.assertComment();
  },
  async function isReverted(each) {
    const { world, names } = each;
    const before = new Map(world.merged);
    await each.review(0);
    await each.merge();
    each.assertComment();
    world.assertNothingElseIsLive();
    const back = new PullRequest(world, await aGithub(), { names, files: {} });
    back.head = world.revert();
    back.fake.headCommit = back.head;
    await back.review(0);
    back.assertComment();
    world.merged.clear();
    for (const [path, text] of before) world.merged.set(path, text);
    await back.merge();
  },
  async function isClosed(each) {
    await each.review(0);
    each.assertComment();
  },
  async function isBroken(each) {
    await each.push({
      [`environments/${each.names[0] ?? ""}/connections/b.yaml`]:
        "connection_id: [",
    });
    await each.review(3);
    each.assertComment();
  },
  async function isAboutNothing(each) {
    each.head = "";
    await each.push({ "README.md": `not about ${each.base}\n` });
    await each.review(0);
    each.assertComment([]);
  },
  async function hasPlantedComment(each) {
    const { fake, world, head } = each;
    const planted = world.sample.replace(/commit=[0-9a-f]+/u, `commit=${head}`);
    const { body } = fake.comment("mallory", planted);
    expect(body).toContain(head);
    await each.review(0);
    await each.merge();
    expect(fake.comments[0]).toMatchObject({ body, isHidden: false });
    each.assertComment();
  },
  async function isNotApproved(each) {
    const { fake, world, names } = each;
    await each.review(0);
    each.approve();
    // What was approved is not what is merged.
    await each.push({ "README.md": `after ${each.head}\n` });
    await each.review(0);
    await world.merge(each.head, names, { fake, status: 6 });
    world.assertNothingElseIsLive();
    const back = new PullRequest(world, await aGithub(), { names, files: {} });
    back.head = world.revert();
    back.fake.headCommit = back.head;
    await back.review(0);
    await back.merge();
    each.assertComment();
  },
  async function isOfEveryEnvironment(each) {
    await each.review(0);
    await each.merge();
    each.assertComment();
  },
];

/** A change that makes a difference to what was merged so far. */
async function opened(number: number, world: World): Promise<PullRequest> {
  const isWide = number % STORIES.length === STORIES.length - 1;
  const names = isWide ? NAMES : [NAMES[number % 3] ?? "dev"];
  const files = Object.fromEntries(
    names.map((name) => {
      const file = `c${String(number % 7)}`;
      const [path, text] = document(name, file, [READ]);
      return world.merged.get(path) === text
        ? document(name, file, [READ, SEND])
        : [path, text];
    }),
  );
  const made = new PullRequest(world, await aGithub(), { names, files });
  await made.push(files);
  return made;
}

describe("fifty pull requests", () => {
  it(
    "have one current comment each, the right statuses, and nothing applied but what was merged",
    { timeout: 600_000 },
    async () => {
      const world = await aWorld();
      await world.merge(world.git("rev-parse", "HEAD"), NAMES);
      world.assertNothingElseIsLive();
      for (let number = 0; number < COUNT; number += 1) {
        const pullRequest = await opened(number, world);
        await STORIES[number % STORIES.length]?.(pullRequest);
        world.assertNothingElseIsLive();
      }
    },
  );
});
