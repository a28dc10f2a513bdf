import type { StandingReview } from "../domain/approval.ts";
import { isSameRepository } from "../domain/fork-event.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import type {
  ApprovalSource,
  ProposedChange,
} from "../ports/approval-source.ts";
import { strangeAnswer } from "./forge-error.ts";
import { GithubReader, type GithubRead } from "./github-rest.ts";
import { repositoryPath } from "./github-request.ts";
import type { GithubOptions } from "./options.ts";

/** Pages of 100: GitHub itself tells at most 3,000 files. */
const MOST_FILES = 30;
const MOST_REVIEWS = 30;
const MOST_PULLS = 3;

const READ = "pull-requests: read";

/** Roles that may push, as GitHub names the classes of them. */
const WRITERS: readonly unknown[] = ["admin", "maintain", "write"];

/**
 * Approvals of GitHub or GitHub Enterprise. @throws UserError CLI001 for an address that is not
 * used.
 */
export function openGithubApprovals(options: GithubOptions): ApprovalSource {
  return new GithubApprovals(options);
}

class GithubApprovals implements ApprovalSource {
  readonly #repository: string;
  readonly #reader: GithubReader;

  constructor(options: GithubOptions) {
    this.#repository = repositoryPath(options.repository);
    this.#reader = new GithubReader(options);
  }

  async mergedBy(
    commit: string,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const what = "finding the pull request of the commit";
    const found = await this.#reader.list(
      {
        what,
        permission: READ,
        path: `${this.#repository}/commits/${encodeURIComponent(commit)}/pulls`,
        route: "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
      },
      MOST_PULLS,
      signal,
    );
    return (found ?? []).flatMap((each) => {
      if (!isJsonObject(each) || typeof each["number"] !== "number")
        throw strangeAnswer(what, "the answer is not a list of pull requests");
      const isOf =
        typeof each["merged_at"] === "string" &&
        each["merge_commit_sha"] === commit;
      return isOf ? [each["number"]] : [];
    });
  }

  async change(number: number, signal: AbortSignal): Promise<ProposedChange> {
    const what = "reading the pull request";
    const body = await this.#reader.read(this.#pull(number, what, ""), signal);
    const change = changeOf(body);
    if (change?.number === number) return change;
    throw strangeAnswer(what, "the answer is not a pull request");
  }

  async reviews(
    { number, headCommit }: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly StandingReview[]> {
    const what = "reading the reviews";
    const call = this.#pull(number, what, "/reviews");
    const list = await this.#reader.list(call, MOST_REVIEWS, signal);
    if (list === null) throw strangeAnswer(what, "the list does not end");
    const last = new Map<string, Said>();
    for (const each of list) {
      const said = saidOf(each);
      if (said === undefined)
        throw strangeAnswer(what, "the answer is not a list of reviews");
      // Remarks change nothing about what was said before them.
      if (said !== null) last.set(said.reviewer.toLowerCase(), said);
    }
    const standing: StandingReview[] = [];
    for (const { reviewer, state, commit, isPerson } of last.values()) {
      if (state === "DISMISSED") continue;
      standing.push({
        reviewer,
        verdict: state === "APPROVED" ? "approved" : "objected",
        isOfHead: commit === headCommit,
        isPerson,
        mayWrite: isPerson && (await this.mayWrite(reviewer, signal)),
      });
    }
    return standing;
  }

  async files(
    { number }: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly string[] | null> {
    const what = "reading the files of the pull request";
    const call = this.#pull(number, what, "/files");
    const list = await this.#reader.list(call, MOST_FILES, signal);
    return (
      list?.flatMap((each) => {
        const name = isJsonObject(each) ? each["filename"] : undefined;
        const old = isJsonObject(each) ? each["previous_filename"] : undefined;
        if (typeof name !== "string")
          throw strangeAnswer(what, "the answer is not a list of files");
        return typeof old === "string" ? [name, old] : [name];
      }) ?? null
    );
  }

  async mayWrite(login: string, signal: AbortSignal): Promise<boolean> {
    const body = await this.#reader.find(
      {
        what: "reading what somebody may do in the repository",
        permission: "metadata: read",
        path: `${this.#repository}/collaborators/${encodeURIComponent(login)}/permission`,
        route: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
      },
      signal,
    );
    return isJsonObject(body) && WRITERS.includes(body["permission"]);
  }

  /** A team that is not seen looks like one that somebody is not in: then nothing is known. */
  async isMember(
    team: string,
    login: string,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    const [owner = "", slug = "", ...rest] = team.split("/");
    if (rest.length > 0) return null;
    const at = `/orgs/${encodeURIComponent(owner)}/teams/${encodeURIComponent(slug)}`;
    const call = (path: string, route: string): GithubRead => ({
      what: "reading who is in a team",
      permission: "members: read (of a GitHub App)",
      path,
      route,
    });
    const found = await this.#reader.find(
      call(
        `${at}/memberships/${encodeURIComponent(login)}`,
        "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
      ),
      signal,
      [403],
    );
    if (isJsonObject(found)) return found["state"] === "active";
    const isSeen = await this.#reader.find(
      call(at, "GET /orgs/{org}/teams/{team_slug}"),
      signal,
      [403],
    );
    return isJsonObject(isSeen) ? false : null;
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #pull(number: number, what: string, rest: string): GithubRead {
    return {
      what,
      permission: READ,
      path: `${this.#repository}/pulls/${String(number)}${rest}`,
      route: `GET /repos/{owner}/{repo}/pulls/{pull_number}${rest}`,
    };
  }
}

interface Said {
  readonly reviewer: string;
  readonly state: string;
  readonly commit: unknown;
  readonly isPerson: boolean;
}

/** States that settle what a reviewer says. */
const SETTLING: readonly unknown[] = [
  "APPROVED",
  "CHANGES_REQUESTED",
  "DISMISSED",
];

/** `null` for one that says nothing, or whose author is gone; `undefined` for no review. */
function saidOf(review: unknown): Said | null | undefined {
  if (!isJsonObject(review) || typeof review["state"] !== "string")
    return undefined;
  const { user, state, commit_id: commit } = review;
  if (!isJsonObject(user) || !SETTLING.includes(state)) return null;
  const { login, type } = user;
  if (typeof login !== "string") return undefined;
  return {
    reviewer: login,
    state,
    commit,
    isPerson: type === "User",
  };
}

function changeOf(body: unknown): ProposedChange | undefined {
  if (!isJsonObject(body)) return undefined;
  const { number, user, head, base, state, merged_at: merged } = body;
  if (!isJsonObject(head) || !isJsonObject(base)) return undefined;
  const headCommit = head["sha"];
  const baseBranch = base["ref"];
  if (
    typeof number !== "number" ||
    typeof headCommit !== "string" ||
    typeof baseBranch !== "string"
  )
    return undefined;
  const isMerged = typeof merged === "string";
  return {
    number,
    // Whoever is gone approves nothing either.
    author: (isJsonObject(user) ? textOf(user["login"]) : null) ?? "",
    state: isMerged ? "merged" : state === "open" ? "open" : "closed",
    headCommit,
    baseBranch,
    baseCommit: textOf(base["sha"]),
    mergeCommits: isMerged ? [textOf(body["merge_commit_sha"]) ?? ""] : [],
    isFork: !isSameRepository(head["repo"], base["repo"]),
  };
}

function textOf(value: JsonObject[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}
