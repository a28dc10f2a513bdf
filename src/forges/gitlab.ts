import { isJsonObject } from "../domain/json.ts";
import { append } from "../util/append.ts";
import type { Forge, ForgeComment, PullRequest } from "../ports/forge.ts";
import { assertFits, cut, strangeAnswer } from "./forge-error.ts";
import { GitlabRest, type GitlabCall } from "./gitlab-rest.ts";
import type { GitlabOptions, OfPullRequest } from "./options.ts";

/**
 * Notes of one page. GitLab takes notes of a million characters, so that few of them fill an
 * answer.
 */
const PAGE_SIZE = 20;
const MAX_PAGES = 500;
/** @remarks Source: GitLab, `generic_commit_statuses.description`. */
const MAX_DESCRIPTION = 255;

const NOTES = "api (as Reporter or above)";

/**
 * A merge request of GitLab, on gitlab.com or elsewhere. @throws UserError CLI001 for an address
 * that is not used.
 */
export function openGitlab(options: GitlabOptions & OfPullRequest): Forge {
  return new GitlabForge(options);
}

class GitlabForge implements Forge {
  readonly #options: GitlabOptions & OfPullRequest;
  readonly #rest: GitlabRest;

  constructor(options: GitlabOptions & OfPullRequest) {
    this.#options = options;
    this.#rest = new GitlabRest(options, NOTES);
  }

  async read(signal: AbortSignal): Promise<PullRequest> {
    const what = "reading the merge request";
    const own = await this.#ownId(what, signal);
    const body = await this.#rest.read(
      {
        what,
        path: this.#request(),
        route: "GET /projects/{id}/merge_requests/{iid}",
      },
      signal,
    );
    const head = headOf(body);
    if (head === undefined)
      throw strangeAnswer(what, "the answer is not a merge request");
    return { ...head, comments: await this.#comments(what, own, signal) };
  }

  async createComment(body: string, signal: AbortSignal): Promise<void> {
    assertFits(body);
    await this.#write(
      {
        what: "posting the comment",
        method: "POST",
        path: `${this.#request()}/notes`,
        route: "POST /projects/{id}/merge_requests/{iid}/notes",
        isIdempotent: false,
        body: { body },
      },
      signal,
    );
  }

  updateComment(
    comment: ForgeComment,
    body: string,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#rewrite("changing the comment", comment, body, signal);
  }

  /** GitLab hides nothing: what is outdated is folded by its own text. */
  hideComment(
    comment: ForgeComment,
    folded: string,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#rewrite("folding an earlier comment", comment, folded, signal);
  }

  async setVerdict(
    verdict: Parameters<Forge["setVerdict"]>[0],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#write(
      {
        what: "setting the commit status",
        method: "POST",
        path: `${this.#rest.project}/statuses/${encodeURIComponent(verdict.commit)}`,
        route: "POST /projects/{id}/statuses/{sha}",
        isIdempotent: true,
        body: {
          state: verdict.isSuccess ? "success" : "failed",
          name: verdict.name,
          description: cut(verdict.description, MAX_DESCRIPTION),
        },
      },
      signal,
    );
  }

  close(): Promise<void> {
    return this.#rest.close();
  }

  /** Who we are: of a job token the job says it, of any other the token itself. */
  async #ownId(what: string, signal: AbortSignal): Promise<number> {
    const path = this.#options.isJobToken ? "/job" : "/user";
    const body = await this.#rest.read(
      { what, path, route: `GET ${path}` },
      signal,
    );
    const user =
      this.#options.isJobToken && isJsonObject(body) ? body["user"] : body;
    const id = isJsonObject(user) ? user["id"] : undefined;
    if (typeof id === "number") return id;
    throw strangeAnswer(what, "the answer does not say whose token it is");
  }

  async #comments(
    what: string,
    own: number,
    signal: AbortSignal,
  ): Promise<readonly ForgeComment[]> {
    const comments: ForgeComment[] = [];
    let page = "1";
    for (let read = 0; read < MAX_PAGES; read += 1) {
      const { body, headers } = await this.#rest.send(
        {
          what,
          method: "GET",
          path: `${this.#request()}/notes`,
          route: "GET /projects/{id}/merge_requests/{iid}/notes",
          query: {
            per_page: String(PAGE_SIZE),
            page,
            sort: "asc",
            order_by: "created_at",
          },
          isIdempotent: true,
        },
        signal,
      );
      const notes = notesOf(body, own);
      if (notes === undefined)
        throw strangeAnswer(what, "the answer is not a list of notes");
      append(comments, notes);
      const next = headers["x-next-page"];
      if (next === undefined)
        throw strangeAnswer(what, "the answer does not say whether it is all");
      if (next === "") return comments;
      if (!/^\d{1,6}$/u.test(next)) break;
      page = next;
    }
    throw strangeAnswer(what, "the list of notes does not end");
  }

  async #rewrite(
    what: string,
    { id }: ForgeComment,
    body: string,
    signal: AbortSignal,
  ): Promise<void> {
    assertFits(body);
    await this.#write(
      {
        what,
        method: "PUT",
        path: `${this.#request()}/notes/${encodeURIComponent(id)}`,
        route: "PUT /projects/{id}/merge_requests/{iid}/notes/{note_id}",
        isIdempotent: true,
        body: { body },
      },
      signal,
    );
  }

  async #write(call: GitlabCall, signal: AbortSignal): Promise<void> {
    const { body } = await this.#rest.send(call, signal);
    if (!isJsonObject(body) || typeof body["id"] !== "number")
      throw strangeAnswer(call.what, "the answer confirms nothing");
  }

  #request(): string {
    return `${this.#rest.project}/merge_requests/${String(this.#options.pullRequest)}`;
  }
}

function headOf(
  body: unknown,
): Pick<PullRequest, "headCommit" | "isFork"> | undefined {
  if (!isJsonObject(body)) return undefined;
  const { sha, source_project_id: source, target_project_id: target } = body;
  // The source of a merge request is null once its fork is gone.
  return typeof sha === "string" && typeof target === "number"
    ? { headCommit: sha, isFork: source !== target }
    : undefined;
}

function notesOf(
  body: unknown,
  own: number,
): readonly ForgeComment[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const notes = body.map((note: unknown) => noteOf(note, own));
  return notes.every((note) => note !== undefined) ? notes : undefined;
}

function noteOf(note: unknown, own: number): ForgeComment | undefined {
  if (!isJsonObject(note)) return undefined;
  const { id, body, author, system } = note;
  if (typeof id !== "number" || typeof body !== "string") return undefined;
  const isOwn = system !== true && isJsonObject(author) && author["id"] === own;
  return { id: String(id), body, isOwn, isHidden: false, isEdited: false };
}
