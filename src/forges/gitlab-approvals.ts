import type { StandingReview } from "../domain/approval.ts";
import { isJsonList, isJsonObject, type JsonObject } from "../domain/json.ts";
import { RemoteError } from "../domain/problem/error.ts";
import { append } from "../util/append.ts";
import type {
  ApprovalSource,
  ProposedChange,
} from "../ports/approval-source.ts";
import type { HttpClient } from "../ports/http-client.ts";
import { asForge, strangeAnswer } from "./forge-error.ts";
import type { GitlabOptions } from "./gitlab.ts";
import { apiPlace, type ApiPlace } from "./options.ts";

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

interface Call {
  readonly what: string;
  readonly path: string;
  readonly route: string;
}

class GitlabApprovals implements ApprovalSource {
  readonly #options: GitlabOptions;
  readonly #place: ApiPlace;
  readonly #http: HttpClient;
  readonly #project: string;

  constructor(options: GitlabOptions) {
    this.#options = options;
    this.#place = apiPlace(options.apiUrl);
    this.#http = options.connect(this.#place.origin);
    this.#project = `/projects/${encodeURIComponent(options.repository)}`;
  }

  async mergedBy(
    commit: string,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    const what = "finding the merge request of the commit";
    const found = await this.#list(
      {
        what,
        path: `${this.#project}/repository/commits/${encodeURIComponent(commit)}/merge_requests`,
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
      await this.#read(this.#request(number, what, ""), signal),
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
    const body = await this.#read(call, signal);
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
    const member = await this.#member(this.#project, login, signal);
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
    return (await this.#find(call, signal)) === undefined ? null : false;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** Role of a user in a project or group, inherited ones included; `undefined` for none. */
  async #member(
    of: string,
    login: string,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const users = await this.#find(
      { what: WHO, path: "/users", route: "GET /users" },
      signal,
      { username: login },
    );
    const list: readonly unknown[] = Array.isArray(users) ? users : [];
    const [user] = list;
    const id = isJsonObject(user) ? user["id"] : undefined;
    if (typeof id !== "number") return undefined;
    const kind = of.startsWith("/groups") ? "groups" : "projects";
    const member = await this.#find(
      {
        what: WHO,
        path: `${of}/members/all/${String(id)}`,
        route: `GET /${kind}/{id}/members/all/{user_id}`,
      },
      signal,
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

  async #find(
    call: Call,
    signal: AbortSignal,
    query?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    try {
      return await this.#read(call, signal, query);
    } catch (error) {
      if (
        error instanceof RemoteError &&
        (error.status === 404 || error.status === 403)
      )
        return undefined;
      throw error;
    }
  }

  async #list(
    call: Call,
    signal: AbortSignal,
  ): Promise<readonly unknown[] | null> {
    const items: unknown[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { per_page: String(PAGE_SIZE), page: String(page) };
      const found = await this.#read(call, signal, query);
      if (!Array.isArray(found))
        throw strangeAnswer(call.what, "the answer is not a list");
      append(items, found);
      if (found.length < PAGE_SIZE) return items;
    }
    return null;
  }

  async #read(
    { what, path, route }: Call,
    signal: AbortSignal,
    query?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const { token, isJobToken } = this.#options;
    const { body } = await asForge(what, READ, () =>
      this.#http.send(
        {
          method: "GET",
          path: `${this.#place.prefix}${path}`,
          route,
          isIdempotent: true,
          headers: { [isJobToken ? "job-token" : "private-token"]: token },
          ...(query === undefined ? {} : { query }),
        },
        signal,
      ),
    );
    return body;
  }

  #request(number: number, what: string, rest: string): Call {
    return {
      what,
      path: `${this.#project}/merge_requests/${String(number)}${rest}`,
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
