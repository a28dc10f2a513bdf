import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { onTestFinished } from "vitest";
import {
  aChange,
  githubApprovalAnswer,
  gitlabApprovalAnswer,
  type FakeChange,
} from "./fake-approvals.ts";
import { checkRunAnswer, type KeptCheckRun } from "./fake-check-runs.ts";
import { githubAppAnswer, timeOf, type FakeApp } from "./fake-github-app.ts";
import {
  aRepositoryOf,
  githubProposalAnswer,
  gitlabProposalAnswer,
  type FakeRepository,
} from "./fake-proposals.ts";
import { githubReply, requestProblem } from "./github-schema.ts";

/** A comment as a fake keeps it. */
export interface KeptComment {
  readonly id: number;
  readonly author: string;
  body: string;
  isHidden: boolean;
  /** Who changed it last, where somebody did. */
  editor?: string;
}

/** A status as a fake keeps it. */
export interface KeptStatus {
  readonly commit: string;
  readonly name: string;
  readonly state: string;
  readonly description: string;
}

/** What a token may do. */
export type TokenRight =
  "comments" | "statuses" | "checks" | "contents" | "pulls";

/**
 * One forge on loopback with one repository and one pull request in it. It refuses whatever the
 * real one is documented to refuse.
 */
export interface FakeForge {
  readonly apiUrl: string;
  readonly repository: string;
  readonly pullRequest: number;
  headCommit: string;
  /** Owner and branch of the commits. */
  head: string;
  isFork: boolean;
  readonly change: FakeChange;
  /** Its branches, and pull requests beside that one. */
  git: FakeRepository;
  readonly comments: KeptComment[];
  readonly statuses: KeptStatus[];
  readonly checkRuns: KeptCheckRun[];
  /** Method and path of every request. */
  readonly seen: string[];
  /** Tokens with whose they are. The first one is `token-of-the-job`, which may do everything. */
  readonly tokens: Map<
    string,
    { user: string; rights: Set<TokenRight>; app?: number }
  >;
  /** The App that may ask for tokens, where there is one. */
  app?: FakeApp;
  /** As if somebody else had written it. */
  comment(author: string, body: string): KeptComment;
  /** The next requests are answered with "slow down". */
  slowDown(times: number, seconds: number): void;
  /** The next write is carried out and its answer lost. */
  loseAnswer(): void;
}

export const JOB_TOKEN = "token-of-the-job";
export const BOT = "tieline-bot";

/** A request, and who sends it. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
  readonly user: string;
  readonly rights: ReadonlySet<TokenRight>;
  /** The App whose token it is, where it is one of an App. */
  readonly app?: number;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

interface Kind {
  readonly prefix: string;
  readonly repository: string;
  tokenOf(headers: IncomingMessage["headers"]): string | undefined;
  answer(call: Call, forge: FakeForge): Answer;
  readonly tooFast: number;
}

/** GitHub with REST and GraphQL, as Enterprise has them: below `/api`. */
export function aGithub(): Promise<FakeForge> {
  return serve({
    prefix: "/api/v3",
    repository: "acme/connections",
    tooFast: 403,
    tokenOf: ({ authorization }) => authorization?.replace(/^Bearer /u, ""),
    answer: githubAnswer,
  });
}

/** GitLab with REST. */
export function aGitlab(): Promise<FakeForge> {
  return serve({
    prefix: "/api/v4",
    repository: "acme/connections",
    tooFast: 429,
    tokenOf: (headers) =>
      [headers["private-token"], headers["job-token"]]
        .flat()
        .find((token) => token !== undefined),
    answer: gitlabAnswer,
  });
}

async function serve(kind: Kind): Promise<FakeForge> {
  let slow = { times: 0, seconds: 0 };
  let isLosing = false;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A mistake in the fake ends the request and is seen.
      response.writeHead(501, { "content-type": "text/plain" });
      response.end(String(error));
      throw error;
    });
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      resolve();
    }),
  );
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const forge: FakeForge = {
    apiUrl: `http://127.0.0.1:${String(port)}${kind.prefix}`,
    repository: kind.repository,
    pullRequest: 7,
    headCommit: "a".repeat(40),
    head: "mallory:topic",
    isFork: false,
    change: aChange(),
    git: aRepositoryOf(),
    comments: [],
    statuses: [],
    checkRuns: [],
    seen: [],
    tokens: new Map([
      [
        JOB_TOKEN,
        {
          user: BOT,
          rights: new Set(["comments", "statuses", "contents", "pulls"]),
        },
      ],
    ]),
    comment(author, body) {
      const kept = {
        id: 9_000_000_001 + forge.comments.length,
        author,
        body,
        isHidden: false,
      };
      forge.comments.push(kept);
      return kept;
    },
    slowDown(times, seconds) {
      slow = { times, seconds };
    },
    loseAnswer() {
      isLosing = true;
    },
  };
  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const url = new URL(request.url ?? "/", forge.apiUrl);
    forge.seen.push(`${request.method ?? ""} ${url.pathname}`);
    const text = await readAll(request);
    const send = ({ status, body, headers = {} }: Answer): void => {
      response.writeHead(status, {
        date: new Date(timeOf(forge.app ?? { ahead: 0 })).toUTCString(),
        "content-type": "application/json; charset=utf-8",
        ...headers,
      });
      response.end(JSON.stringify(body));
    };
    const token = kind.tokenOf(request.headers) ?? "";
    const user = forge.tokens.get(token);
    const ofApp = githubAppAnswer(
      {
        method: request.method ?? "",
        path: url.pathname.slice(kind.prefix.length),
        jwt: token,
        body: text === "" ? {} : JSON.parse(text),
      },
      forge,
    );
    if (request.headers["user-agent"] === undefined)
      send({ status: 403, body: { message: "no user agent" } });
    else if (ofApp !== undefined) send(ofApp);
    else if (user === undefined)
      send({ status: 401, body: { message: "Bad credentials" } });
    else if (slow.times > 0) {
      slow = { ...slow, times: slow.times - 1 };
      send({
        status: kind.tooFast,
        body: { message: "You have exceeded a secondary rate limit" },
        headers: { "retry-after": String(slow.seconds) },
      });
    } else {
      const answer = kind.answer(
        {
          method: request.method ?? "",
          url,
          headers: request.headers,
          body: text === "" ? {} : JSON.parse(text),
          ...user,
        },
        forge,
      );
      if (isLosing && request.method !== "GET" && answer.status === 201) {
        isLosing = false;
        response.destroy();
      } else send(answer);
    }
  };
  return forge;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

const NOT_FOUND: Answer = { status: 404, body: { message: "Not Found" } };
const FORBIDDEN: Answer = {
  status: 403,
  body: { message: "Resource not accessible by integration" },
};

function invalid(message: string): Answer {
  return { status: 422, body: { message } };
}

/**
 * @remarks Source: GitHub REST "Create an issue comment" and "Create a commit status", GraphQL
 * `IssueComment`.
 */
function githubAnswer(call: Call, forge: FakeForge): Answer {
  const { method, url, rights } = call;
  if (url.pathname === "/api/graphql" && method === "POST")
    return graphqlAnswer(call, forge);
  const other = answerElsewhere(call, forge);
  if (other !== undefined) return other;
  const start = `/api/v3/repos/${forge.repository}/`;
  if (!url.pathname.startsWith(start)) return NOT_FOUND;
  const path = url.pathname.slice(start.length);
  if (path === "pulls" && method === "GET") return pullsAnswer(url, forge);
  if (method !== "POST") return NOT_FOUND;
  if (path === `issues/${String(forge.pullRequest)}/comments`) {
    if (!rights.has("comments")) return FORBIDDEN;
    const problem = badBody(call.body["body"], 65_536);
    if (problem !== undefined) return invalid(problem);
    const name = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const wrong = requestProblem(name, url.searchParams, call.body);
    if (wrong !== undefined) return invalid(wrong);
    const { id, body } = forge.comment(call.user, String(call.body["body"]));
    return githubReply(name, { id, node_id: `IC_${String(id)}`, body });
  }
  const commit = /^statuses\/([0-9a-f]{40})$/u.exec(path)?.[1];
  if (commit === undefined) return NOT_FOUND;
  const name = "POST /repos/{owner}/{repo}/statuses/{sha}";
  const wrong = requestProblem(name, url.searchParams, call.body);
  if (wrong !== undefined) return invalid(wrong);
  return statusAnswer(call, forge, {
    commit,
    name: call.body["context"],
    states: ["error", "failure", "pending", "success"],
    longest: 140,
  });
}

function answerElsewhere(call: Call, forge: FakeForge): Answer | undefined {
  return (
    githubApprovalAnswer(call, forge) ??
    checkRunAnswer(call, forge) ??
    githubProposalAnswer(call, forge)
  );
}

/** @remarks Source: GitHub REST "List pull requests". */
function pullsAnswer({ searchParams }: URL, forge: FakeForge): Answer {
  const { pullRequest: number, head, headCommit: sha } = forge;
  const isMeant =
    searchParams.get("state") === "open" && searchParams.get("head") === head;
  return { status: 200, body: isMeant ? [{ number, head: { sha } }] : [] };
}

function statusAnswer(
  { body, rights }: Call,
  forge: FakeForge,
  {
    commit,
    name,
    states,
    longest,
  }: {
    readonly commit: string;
    readonly name: unknown;
    readonly states: readonly string[];
    readonly longest: number;
  },
): Answer {
  if (!rights.has("statuses")) return FORBIDDEN;
  const { state, description } = body;
  if (typeof state !== "string" || !states.includes(state))
    return invalid("state");
  if (typeof description !== "string" || description.length > longest)
    return invalid("description is too long");
  if (typeof name !== "string" || name === "") return invalid("name");
  forge.statuses.push({ commit, name, state, description });
  return { status: 201, body: { id: forge.statuses.length } };
}

function badBody(body: unknown, longest: number): string | undefined {
  if (typeof body !== "string" || body.trim() === "") return "body is blank";
  return body.length > longest ? "body is too long" : undefined;
}

function graphqlAnswer(call: Call, forge: FakeForge): Answer {
  const { query, variables } = call.body;
  const given = new Map<string, unknown>(
    typeof variables === "object" ? Object.entries(variables ?? {}) : [],
  );
  const error = (type: string): Answer => ({
    status: 200,
    body: { data: null, errors: [{ type, message: "no" }] },
  });
  const text = String(query);
  if (text.startsWith("query")) {
    const isHere =
      `${String(given.get("owner"))}/${String(given.get("name"))}` ===
        forge.repository && given.get("number") === forge.pullRequest;
    if (!isHere) return error("NOT_FOUND");
    return pullRequestAnswer(call, forge, {
      first: Number(given.get("first")),
      after: Number(given.get("after") ?? 0),
    });
  }
  if (!call.rights.has("comments")) return error("FORBIDDEN");
  const comment = forge.comments.find(
    ({ id }) => `IC_${String(id)}` === given.get("id"),
  );
  if (comment === undefined) return error("NOT_FOUND");
  if (text.includes("minimizeComment(")) {
    comment.isHidden = true;
    return data({
      minimizeComment: { minimizedComment: { isMinimized: true } },
    });
  }
  if (comment.author !== call.user) return error("FORBIDDEN");
  if (badBody(given.get("body"), 65_536) !== undefined)
    return error("UNPROCESSABLE");
  comment.body = String(given.get("body"));
  comment.editor = call.user;
  return data({
    updateIssueComment: { issueComment: { id: given.get("id") } },
  });
}

function data(value: unknown): Answer {
  return { status: 200, body: { data: value } };
}

function pullRequestAnswer(
  call: Call,
  forge: FakeForge,
  { first, after }: { readonly first: number; readonly after: number },
): Answer {
  if (!(first >= 1 && first <= 100))
    return {
      status: 200,
      body: { errors: [{ type: "EXCESSIVE_PAGINATION" }] },
    };
  const nodes = forge.comments.slice(after, after + first);
  return data({
    repository: {
      pullRequest: {
        headRefOid: forge.headCommit,
        isCrossRepository: forge.isFork,
        comments: {
          nodes: nodes.map((each) => ({
            id: `IC_${String(each.id)}`,
            body: each.body,
            isMinimized: each.isHidden,
            viewerDidAuthor: each.author === call.user,
            author: { login: each.author },
            editor: each.editor === undefined ? null : { login: each.editor },
          })),
          pageInfo: {
            hasNextPage: after + first < forge.comments.length,
            endCursor: String(after + nodes.length),
          },
        },
      },
    },
  });
}

/**
 * @remarks Source: GitLab "Notes API", "Merge requests API", "Commits API: set commit pipeline
 * status", "Jobs API: get job token's job".
 */
function gitlabAnswer(call: Call, forge: FakeForge): Answer {
  const { method, url, headers } = call;
  const path = url.pathname.replace("/api/v4", "");
  const user = { id: idOf(call.user, forge), username: call.user };
  const isJob = headers["job-token"] !== undefined;
  if (path === "/user") return isJob ? FORBIDDEN : { status: 200, body: user };
  if (path === "/job")
    return isJob ? { status: 200, body: { id: 1, user } } : NOT_FOUND;
  const start = `/projects/${encodeURIComponent(forge.repository)}`;
  const approvals =
    gitlabApprovalAnswer(call, forge) ?? gitlabProposalAnswer(call, forge);
  if (approvals !== undefined) return approvals;
  const request = `${start}/merge_requests/${String(forge.pullRequest)}`;
  if (path.startsWith(`${request}/notes`))
    return notesAnswer(call, forge, path.slice(`${request}/notes`.length));
  const commit = new RegExp(`^${start}/statuses/([0-9a-f]{40})$`, "u").exec(
    path,
  )?.[1];
  if (commit === undefined || method !== "POST") return NOT_FOUND;
  return statusAnswer(call, forge, {
    commit,
    name: call.body["name"],
    states: ["pending", "running", "success", "failed", "canceled", "skipped"],
    longest: 255,
  });
}

function idOf(user: string, forge: FakeForge): number {
  const users = [...forge.tokens.values()].map((each) => each.user);
  const at = users.indexOf(user);
  return at < 0 ? 1000 + user.length : at + 1;
}

function notesAnswer(call: Call, forge: FakeForge, rest: string): Answer {
  const { method, url, rights } = call;
  if (method === "GET" && rest === "") {
    const size = Number(url.searchParams.get("per_page") ?? 20);
    const page = Number(url.searchParams.get("page") ?? 1);
    if (!(size >= 1 && size <= 100)) return { status: 400, body: {} };
    const notes = forge.comments.slice((page - 1) * size, page * size);
    return {
      status: 200,
      headers: {
        "x-next-page":
          page * size < forge.comments.length ? String(page + 1) : "",
      },
      body: notes.map(({ id, body, author }) => ({
        id,
        body,
        system: false,
        author: { id: idOf(author, forge), username: author },
      })),
    };
  }
  if (!rights.has("comments")) return FORBIDDEN;
  if (badBody(call.body["body"], 1_000_000) !== undefined)
    return { status: 400, body: { message: "note is invalid" } };
  const body = String(call.body["body"]);
  if (method === "POST" && rest === "")
    return { status: 201, body: { id: forge.comment(call.user, body).id } };
  const note = forge.comments.find(({ id }) => `/${String(id)}` === rest);
  if (method !== "PUT" || note === undefined) return NOT_FOUND;
  if (note.author !== call.user) return FORBIDDEN;
  note.body = body;
  return { status: 200, body: { id: note.id } };
}
