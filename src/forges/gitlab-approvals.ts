import type { StandingReview } from "../domain/approval.ts";
import { isJsonList, isJsonObject, type JsonObject } from "../domain/json.ts";
import { append } from "../util/append.ts";
import type {
  ApprovalSource,
  ProposedChange,
} from "../ports/approval-source.ts";
import { strangeAnswer } from "./forge-error.ts";
import { GitlabRest, type GitlabRead } from "./gitlab-rest.ts";
import type { GitlabOptions } from "./options.ts";

const PAGE_SIZE = 100;
const MOST_PAGES = 30;
/** Least role that may push, and approve. @remarks Source: GitLab, "Members API: roles". */
const DEVELOPER = 30;

const READ = "read_api (as Developer or above)";

/**
 * Approvals of GitLab. @throws UserError CLI001 for an address that is not used.
 */
export function openGitlabApprovals(options: GitlabOptions): ApprovalSource {
  return new GitlabApprovals(options);
}

/** Answers to a question about somebody that say that there is nobody. */
const NOBODY = [403];

class GitlabApprovals implements ApprovalSource {
  readonly #rest: GitlabRest;

  constructor(options: GitlabOptions) {
    this.#rest = new GitlabRest(options, READ);
  }

  async mergedBy(
    commit: string,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const what = "finding the merge request of the commit";
    const found = await this.#list(
      {
        what,
        path: `${this.#rest.project}/repository/commits/${encodeURIComponent(commit)}/merge_requests`,
        route: "GET /projects/{id}/repository/commits/{sha}/merge_requests",
      },
      signal,
    );
    return (found ?? []).flatMap((each) => {
      const change = changeOf(each);
      if (change === undefined)
        throw strangeAnswer(what, "the answer is not a list of merge requests");
      return change.mergeCommits.includes(commit) ? [change.number] : [];
    });
  }

  async change(number: number, signal: AbortSignal): Promise<ProposedChange> {
    const what = "reading the merge request";
    const change = changeOf(
      await this.#rest.read(this.#request(number, what, ""), signal),
    );
    if (change?.number === number) return change;
    throw strangeAnswer(what, "the answer is not a merge request");
  }

  /**
   * An approval is of the newest commit when it was given after that was pushed. Older versions do
   * not say when it was given.
   */
  async reviews(
    { number, headCommit }: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly StandingReview[]> {
    const what = "reading the approvals";
    const pushedAt = await this.#pushedAt(number, headCommit, signal);
    const call = this.#request(number, what, "/approvals");
    const body = await this.#rest.read(call, signal);
    const list = isJsonObject(body) ? body["approved_by"] : undefined;
    if (!isJsonList(list))
      throw strangeAnswer(what, "the answer is not a list of approvals");
    const standing: StandingReview[] = [];
    for (const each of list) {
      const user = isJsonObject(each) ? each["user"] : undefined;
      const name = isJsonObject(user) ? user["username"] : undefined;
      if (typeof name !== "string")
        throw strangeAnswer(what, "the answer is not a list of approvals");
      const at = isJsonObject(each) ? each["approved_at"] : undefined;
      const when = typeof at === "string" ? Date.parse(at) : NaN;
      standing.push({
        reviewer: name,
        verdict: "approved",
        isOfHead:
          Number.isNaN(when) || pushedAt === null ? null : when > pushedAt,
        isPerson: !/^(?:project|group)_\d+_bot/u.test(name),
        mayWrite: await this.mayWrite(name, signal),
      });
    }
    return standing;
  }

  async files(
    { number }: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly string[] | null> {
    const what = "reading the files of the merge request";
    const list = await this.#list(
      this.#request(number, what, "/diffs"),
      signal,
    );
    return (
      list?.flatMap((each) => {
        const paths = isJsonObject(each)
          ? [each["new_path"], each["old_path"]]
          : [];
        const names = paths.filter((path) => typeof path === "string");
        if (names.length < 2)
          throw strangeAnswer(what, "the answer is not a list of files");
        return [...new Set(names)];
      }) ?? null
    );
  }

  async mayWrite(login: string, signal: AbortSignal): Promise<boolean> {
    const member = await this.#member(this.#rest.project, login, signal);
    return (member ?? 0) >= DEVELOPER;
  }

  async isMember(
    team: string,
    login: string,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    const group = `/groups/${encodeURIComponent(team)}`;
    const level = await this.#member(group, login, signal);
    if (level !== undefined) return level > 0;
    const call = { what: WHO, path: group, route: "GET /groups/{id}" };
    return (await this.#rest.find(call, signal, NOBODY)) === undefined
      ? null
      : false;
  }

  close(): Promise<void> {
    return this.#rest.close();
  }

  /** Role of a user in a project or group, inherited ones included; `undefined` for none. */
  async #member(
    of: string,
    login: string,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const users = await this.#rest.find(
      {
        what: WHO,
        path: "/users",
        route: "GET /users",
        query: { username: login },
      },
      signal,
      NOBODY,
    );
    const list: readonly unknown[] = Array.isArray(users) ? users : [];
    const [user] = list;
    const id = isJsonObject(user) ? user["id"] : undefined;
    if (typeof id !== "number") return undefined;
    const kind = of.startsWith("/groups") ? "groups" : "projects";
    const member = await this.#rest.find(
      {
        what: WHO,
        path: `${of}/members/all/${String(id)}`,
        route: `GET /${kind}/{id}/members/all/{user_id}`,
      },
      signal,
      NOBODY,
    );
    if (!isJsonObject(member) || member["state"] !== "active") return undefined;
    const level = member["access_level"];
    return typeof level === "number" ? level : undefined;
  }

  /** When the newest commit was pushed; `null` where the newest version is of another one. */
  async #pushedAt(
    number: number,
    headCommit: string,
    signal: AbortSignal,
  ): Promise<number | null> {
    const what = "reading the versions of the merge request";
    const list = await this.#list(
      this.#request(number, what, "/versions"),
      signal,
    );
    const versions = (list ?? []).flatMap((each) => {
      if (!isJsonObject(each)) return [];
      const { head_commit_sha: commit, created_at: at } = each;
      return typeof at === "string" ? [{ commit, at: Date.parse(at) }] : [];
    });
    const newest = versions.reduce<(typeof versions)[number] | undefined>(
      (last, each) => (last === undefined || each.at > last.at ? each : last),
      undefined,
    );
    return newest?.commit === headCommit && !Number.isNaN(newest.at)
      ? newest.at
      : null;
  }

  async #list(
    call: GitlabRead,
    signal: AbortSignal,
  ): Promise<readonly unknown[] | null> {
    const items: unknown[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { per_page: String(PAGE_SIZE), page: String(page) };
      const found = await this.#rest.read({ ...call, query }, signal);
      if (!Array.isArray(found))
        throw strangeAnswer(call.what, "the answer is not a list");
      append(items, found);
      if (found.length < PAGE_SIZE) return items;
    }
    return null;
  }

  #request(number: number, what: string, rest: string): GitlabRead {
    return {
      what,
      path: `${this.#rest.project}/merge_requests/${String(number)}${rest}`,
      route: `GET /projects/{id}/merge_requests/{iid}${rest}`,
    };
  }
}

const WHO = "reading who may do what";

function changeOf(body: unknown): ProposedChange | undefined {
  if (!isJsonObject(body)) return undefined;
  const { iid, sha, author, state, target_branch: baseBranch } = body;
  const { source_project_id: source, target_project_id: target } = body;
  if (
    typeof iid !== "number" ||
    typeof sha !== "string" ||
    typeof baseBranch !== "string"
  )
    return undefined;
  const refs = body["diff_refs"];
  const base = isJsonObject(refs) ? refs["base_sha"] : undefined;
  return {
    number: iid,
    author:
      isJsonObject(author) && typeof author["username"] === "string"
        ? author["username"]
        : "",
    state:
      state === "merged" ? "merged" : state === "opened" ? "open" : "closed",
    headCommit: sha,
    baseBranch,
    baseCommit: typeof base === "string" ? base : null,
    mergeCommits: state === "merged" ? mergeCommitsOf(body, sha) : [],
    isFork: source !== target,
  };
}

/** A merge that only moved the branch forward made no commit: the proposed one stands there. */
function mergeCommitsOf(body: JsonObject, sha: string): readonly string[] {
  const made = [body["merge_commit_sha"], body["squash_commit_sha"]].filter(
    (commit) => typeof commit === "string",
  );
  return made.length === 0 ? [sha] : made;
}
