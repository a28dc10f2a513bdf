import { isJsonList, isJsonObject, type JsonObject } from "../domain/json.ts";
import { RemoteError } from "../domain/problem/error.ts";
import { append } from "../util/append.ts";
import type { Forge, ForgeComment, PullRequest } from "../ports/forge.ts";
import type { HttpClient, HttpReply } from "../ports/http-client.ts";
import {
  asForge,
  assertFits,
  cut,
  refusedAnswer,
  strangeAnswer,
} from "./forge-error.ts";
import { githubHeaders, repositoryPath } from "./github-request.ts";
import {
  setCheckRun,
  type CheckApi,
  type DetailedVerdict,
} from "./github-checks.ts";
import { githubToken, type GithubToken } from "./github-app.ts";
import {
  apiPlace,
  type ApiPlace,
  type GithubOptions,
  type OfPullRequest,
} from "./options.ts";

/** Comments of one page: 30 of the longest ones stay below what the client reads at most. */
const PAGE_SIZE = 30;
/** GitHub itself ends at 2,500 comments. */
const MAX_PAGES = 100;
/** @remarks Source: GitHub REST, "Create a commit status": longer ones are refused. */
const MAX_DESCRIPTION = 140;

const READ = `query($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    headRefOid isCrossRepository
    comments(first: $first, after: $after) {
      nodes { id body isMinimized viewerDidAuthor author { login } editor { login } }
      pageInfo { hasNextPage endCursor } } } } }`;
const UPDATE = `mutation($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { issueComment { id } } }`;
const HIDE = `mutation($id: ID!) {
  minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized } } }`;

/** Closed: an answer's own words are not repeated. */
const KNOWN_KINDS: readonly string[] = [
  "FORBIDDEN",
  "INSUFFICIENT_SCOPES",
  "NOT_FOUND",
  "RATE_LIMITED",
  "UNPROCESSABLE",
];

const COMMENTS = "pull-requests: write";

/**
 * A pull request of GitHub or of GitHub Enterprise. @throws UserError CLI001 for an address that is
 * not used.
 */
export function openGithub(options: GithubOptions & OfPullRequest): Forge {
  return new GithubForge(options);
}

/** One request below the repository, and what it takes. */
type RepositoryCall = Parameters<CheckApi>[0] & { readonly permission: string };

class GithubForge implements Forge {
  readonly #options: GithubOptions & OfPullRequest;
  readonly #place: ApiPlace;
  readonly #http: HttpClient;
  readonly #token: GithubToken;

  constructor(options: GithubOptions & OfPullRequest) {
    this.#options = options;
    this.#place = apiPlace(options.apiUrl);
    this.#http = options.connect(this.#place.origin);
    this.#token = githubToken(options, this.#http);
  }

  async read(signal: AbortSignal): Promise<PullRequest> {
    const what = "reading the pull request";
    const [owner = "", name = ""] = this.#options.repository.split("/");
    const comments: ForgeComment[] = [];
    let after: string | null = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const variables: JsonObject = {
        owner,
        name,
        number: this.#options.pullRequest,
        first: PAGE_SIZE,
        after,
      };
      const data = await this.#query({ what, query: READ, variables }, signal);
      const read = pageOf(data);
      if (read === undefined)
        throw strangeAnswer(what, "the answer is not a pull request");
      append(comments, read.comments);
      if (read.next === null) return { ...read.head, comments };
      after = read.next;
    }
    throw strangeAnswer(what, "the list of comments does not end");
  }

  async createComment(body: string, signal: AbortSignal): Promise<void> {
    assertFits(body);
    const number = String(this.#options.pullRequest);
    await this.#post(
      {
        what: "posting the comment",
        permission: COMMENTS,
        path: `issues/${number}/comments`,
        route: "POST /repos/{owner}/{repo}/issues/{number}/comments",
        isIdempotent: false,
      },
      { body },
      signal,
    );
  }

  async updateComment(
    { id }: ForgeComment,
    body: string,
    signal: AbortSignal,
  ): Promise<void> {
    assertFits(body);
    const what = "changing the comment";
    const data = await this.#query(
      { what, query: UPDATE, variables: { id, body } },
      signal,
    );
    if (at(data, "updateIssueComment", "issueComment") === undefined)
      throw strangeAnswer(what, "the answer confirms no change");
  }

  async hideComment(
    { id }: ForgeComment,
    _folded: string,
    signal: AbortSignal,
  ): Promise<void> {
    const what = "hiding an earlier comment";
    const data = await this.#query(
      { what, query: HIDE, variables: { id } },
      signal,
    );
    const hidden = at(data, "minimizeComment", "minimizedComment");
    if (hidden?.["isMinimized"] !== true)
      throw strangeAnswer(what, "the answer confirms no change");
  }

  async setVerdict(
    verdict: Parameters<Forge["setVerdict"]>[0],
    signal: AbortSignal,
  ): Promise<void> {
    const { detail } = verdict;
    if (
      detail !== undefined &&
      (await this.#asCheck({ ...verdict, detail }, signal))
    )
      return;
    await this.#post(
      {
        what: "setting the commit status",
        permission: "statuses: write",
        path: `statuses/${encodeURIComponent(verdict.commit)}`,
        route: "POST /repos/{owner}/{repo}/statuses/{sha}",
        // The newest one of a name counts, so that one more of the same changes nothing.
        isIdempotent: true,
      },
      {
        state: verdict.isSuccess ? "success" : "failure",
        context: verdict.name,
        description: cut(verdict.description, MAX_DESCRIPTION),
      },
      signal,
    );
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** Check runs are for Apps alone. `false` where it has to be a status. */
  async #asCheck(
    verdict: DetailedVerdict,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { app } = await this.#token.take(signal);
    if (app === null) return false;
    try {
      if (app.permissions["checks"] === "write") {
        await setCheckRun(verdict, app.id, async (call, body) => {
          const permission = "checks: write";
          const reply = await this.#send({ ...call, permission }, body, signal);
          if (isJsonObject(reply.body)) return reply.body;
          throw strangeAnswer(call.what, "the answer confirms nothing");
        });
        return true;
      }
    } catch (error) {
      if (!(error instanceof RemoteError) || error.status !== 403) throw error;
    }
    verdict.detail.tell(
      "A commit status was set in the place of a check run: the App may not write those (checks: write).",
    );
    return false;
  }

  async #post(
    call: Omit<RepositoryCall, "method">,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<void> {
    const reply = await this.#send({ ...call, method: "POST" }, body, signal);
    if (reply.status !== 201 || !hasId(reply))
      throw strangeAnswer(call.what, "the answer confirms nothing");
  }

  async #send(
    { what, permission, path, ...rest }: RepositoryCall,
    body: JsonObject | undefined,
    signal: AbortSignal,
  ): Promise<HttpReply> {
    const repository = repositoryPath(this.#options.repository);
    const { text } = await this.#token.take(signal);
    return asForge(what, permission, () =>
      this.#http.send(
        {
          ...rest,
          path: `${this.#place.prefix}${repository}/${path}`,
          headers: githubHeaders(text),
          ...(body === undefined ? {} : { body: json(body) }),
        },
        signal,
      ),
    );
  }

  async #query(
    call: {
      readonly what: string;
      readonly query: string;
      readonly variables: JsonObject;
    },
    signal: AbortSignal,
  ): Promise<unknown> {
    const { what, query, variables } = call;
    // Enterprise has REST at /api/v3 and GraphQL beside it.
    const path = `${this.#place.prefix.replace(/\/v3$/u, "")}/graphql`;
    const { text } = await this.#token.take(signal);
    const { body } = await asForge(what, COMMENTS, () =>
      this.#http.send(
        {
          method: "POST",
          path,
          route: "POST /graphql",
          headers: githubHeaders(text),
          body: json({ query, variables }),
          // Reading, setting a text and hiding can be done twice.
          isIdempotent: true,
        },
        signal,
      ),
    );
    if (!isJsonObject(body) || body["errors"] !== undefined)
      throw refusedAnswer(what, COMMENTS, errorKind(body));
    return body["data"];
  }
}

interface Page {
  readonly head: Pick<PullRequest, "headCommit" | "isFork">;
  readonly comments: readonly ForgeComment[];
  readonly next: string | null;
}

/** `undefined` for anything that is not a whole page. */
function pageOf(data: unknown): Page | undefined {
  const pull = at(data, "repository", "pullRequest");
  const headCommit = pull?.["headRefOid"];
  const isFork = pull?.["isCrossRepository"];
  const list = at(pull, "comments");
  const nodes = list?.["nodes"];
  const info = at(list, "pageInfo");
  const next = info?.["hasNextPage"] === true ? info["endCursor"] : null;
  if (
    typeof headCommit !== "string" ||
    typeof isFork !== "boolean" ||
    !isJsonList(nodes) ||
    typeof info?.["hasNextPage"] !== "boolean" ||
    (next !== null && typeof next !== "string")
  )
    return undefined;
  const comments = nodes.map(commentOf);
  if (!comments.every((each) => each !== undefined)) return undefined;
  return { head: { headCommit, isFork }, comments, next };
}

function commentOf(node: unknown): ForgeComment | undefined {
  if (!isJsonObject(node)) return undefined;
  const { id, body, viewerDidAuthor: isOwn, isMinimized: isHidden } = node;
  const editor = at(node, "editor")?.["login"];
  const isEdited =
    editor !== undefined && editor !== at(node, "author")?.["login"];
  return typeof id === "string" &&
    typeof body === "string" &&
    typeof isOwn === "boolean" &&
    typeof isHidden === "boolean"
    ? { id, body, isOwn, isHidden, isEdited }
    : undefined;
}

function at(
  value: unknown,
  ...path: readonly string[]
): JsonObject | undefined {
  let found: unknown = value;
  for (const step of path)
    found = isJsonObject(found) ? found[step] : undefined;
  return isJsonObject(found) ? found : undefined;
}

function errorKind(body: unknown): string {
  const errors = isJsonObject(body) ? body["errors"] : undefined;
  const first = isJsonList(errors) ? errors[0] : undefined;
  const kind = isJsonObject(first) ? first["type"] : undefined;
  return typeof kind === "string" && KNOWN_KINDS.includes(kind)
    ? kind
    : "no, without a reason that is known";
}

function hasId({ body }: HttpReply): boolean {
  return isJsonObject(body) && typeof body["id"] === "number";
}

function json(body: JsonObject): {
  readonly contentType: string;
  readonly text: string;
} {
  return { contentType: "application/json", text: JSON.stringify(body) };
}
