import type { Answer, Call, FakeForge } from "./fake-forge.ts";
import { githubReply, requestProblem } from "./github-schema.ts";

/** A review as a fake keeps it, oldest first. */
export interface KeptReview {
  readonly user: string;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  readonly commit: string;
  readonly isBot?: boolean;
  /** When it was given; a fake of GitLab has that in the place of the commit. */
  readonly at?: string;
}

/** The one pull request of a fake, as far as it matters who let it pass. */
export interface FakeChange {
  author: string;
  state: "open" | "closed" | "merged";
  baseBranch: string;
  baseCommit: string;
  mergeCommit: string | null;
  reviews: KeptReview[];
  files: { name: string; old?: string }[];
  /** Who may write. */
  readonly writers: Set<string>;
  /** Members of `owner/team`; `null` for a team that the token does not see. */
  readonly teams: Map<string, ReadonlySet<string> | null>;
  pushedAt: string;
}

/** A pull request that nobody looked at yet. */
export function aChange(): FakeChange {
  return {
    author: "alice",
    state: "open",
    baseBranch: "main",
    baseCommit: "b".repeat(40),
    mergeCommit: null,
    reviews: [],
    files: [],
    writers: new Set(["alice", "bob", "carol"]),
    teams: new Map(),
    pushedAt: "2026-03-01T12:00:00Z",
  };
}

const MISSING: Answer = { status: 404, body: { message: "Not Found" } };

/** A part of a list as the forge gives it: 30 or 20 items unless asked, 100 at most. */
function pageOf<T>(all: readonly T[], url: URL, usual: number): readonly T[] {
  const size = Math.min(Number(url.searchParams.get("per_page") ?? usual), 100);
  const page = Number(url.searchParams.get("page") ?? 1);
  return all.slice((page - 1) * size, page * size);
}

/**
 * What GitHub answers about approvals; `undefined` for other paths. @remarks Source: GitHub's own
 * description of its REST API, which requests and replies are held against.
 */
export function githubApprovalAnswer(
  call: Call,
  forge: FakeForge,
): Answer | undefined {
  const { method, url } = call;
  if (method !== "GET") return undefined;
  const path = url.pathname.replace(/^\/api\/v3/u, "");
  const answered = (
    name: string,
    parts: object | readonly object[] | undefined,
  ): Answer => {
    const problem = requestProblem(name, url.searchParams, undefined);
    if (problem !== undefined)
      return { status: 422, body: { message: problem } };
    return parts === undefined ? MISSING : githubReply(name, parts);
  };
  const repository = `/repos/${forge.repository}`;
  const pull = `${repository}/pulls/${String(forge.pullRequest)}`;
  const { change } = forge;
  if (path === pull)
    return answered(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}",
      pullOf(forge),
    );
  if (path === `${pull}/reviews`)
    return answered(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
      pageOf(change.reviews, url, 30).map((review, at) => ({
        id: at + 1,
        state: review.state,
        commit_id: review.commit,
        user: {
          login: review.user,
          type: review.isBot === true ? "Bot" : "User",
        },
      })),
    );
  if (path === `${pull}/files`)
    return answered(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
      pageOf(change.files, url, 30).map(({ name, old }) => ({
        filename: name,
        ...(old === undefined ? {} : { previous_filename: old }),
      })),
    );
  const commit = new RegExp(
    `^${repository}/commits/([0-9a-f]{40})/pulls$`,
    "u",
  ).exec(path)?.[1];
  if (commit !== undefined)
    return answered(
      "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
      [change.mergeCommit, forge.headCommit].includes(commit)
        ? [pullOf(forge)]
        : [],
    );
  const login = new RegExp(
    `^${repository}/collaborators/([^/]+)/permission$`,
    "u",
  ).exec(path)?.[1];
  if (login !== undefined)
    return answered(
      "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
      {
        permission: change.writers.has(login) ? "write" : "read",
        user: { login, role_name: "custom" },
      },
    );
  return teamAnswer(path, forge, answered);
}

function teamAnswer(
  path: string,
  { change }: FakeForge,
  answered: (name: string, parts: object | undefined) => Answer,
): Answer | undefined {
  const [, owner, team, , user] =
    /^\/orgs\/([^/]+)\/teams\/([^/]+)(\/memberships\/([^/]+))?$/u.exec(path) ??
    [];
  if (owner === undefined || team === undefined) return undefined;
  const members = change.teams.get(`${owner}/${team}`) ?? undefined;
  if (user === undefined)
    return answered(
      "GET /orgs/{org}/teams/{team_slug}",
      members === undefined
        ? undefined
        : {
            slug: team,
            type: "organization",
            organization: { archived_at: null },
          },
    );
  return answered(
    "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
    members?.has(user) === true ? { state: "active" } : undefined,
  );
}

function pullOf({
  pullRequest,
  headCommit,
  isFork,
  change,
}: FakeForge): object {
  return {
    number: pullRequest,
    state: change.state === "open" ? "open" : "closed",
    merged_at: change.state === "merged" ? "2026-03-02T12:00:00Z" : null,
    merge_commit_sha: change.mergeCommit,
    user: { login: change.author },
    // The documented example of a team is not what the schema asks for.
    requested_teams: [],
    head: { sha: headCommit, repo: { id: isFork ? 2 : 1 } },
    base: {
      ref: change.baseBranch,
      sha: change.baseCommit,
      repo: { id: 1 },
    },
  };
}

/**
 * What GitLab answers about approvals; `undefined` for other paths. @remarks Source: GitLab, "Merge
 * request approvals API", "Merge requests API", "Commits API", "Members API", "Users API".
 */
export function gitlabApprovalAnswer(
  call: Call,
  forge: FakeForge,
): Answer | undefined {
  const { method, url } = call;
  if (method !== "GET") return undefined;
  const path = url.pathname.replace(/^\/api\/v4/u, "");
  const { change } = forge;
  const ok = (body: unknown): Answer => ({ status: 200, body });
  const project = `/projects/${encodeURIComponent(forge.repository)}`;
  const request = `${project}/merge_requests/${String(forge.pullRequest)}`;
  if (path === request) return ok(mergeRequestOf(forge));
  if (path === `${request}/approvals`)
    return ok({
      approved: true,
      approved_by: change.reviews.map(({ user, at }) => ({
        user: { id: idOf(user), username: user },
        ...(at === undefined ? {} : { approved_at: at }),
      })),
    });
  if (path === `${request}/versions`)
    return ok(
      pageOf(
        [{ head_commit_sha: forge.headCommit, created_at: change.pushedAt }],
        url,
        20,
      ),
    );
  if (path === `${request}/diffs`)
    return ok(
      pageOf(change.files, url, 20).map(({ name, old }) => ({
        new_path: name,
        old_path: old ?? name,
      })),
    );
  const commit = new RegExp(
    `^${project}/repository/commits/([0-9a-f]{40})/merge_requests$`,
    "u",
  ).exec(path)?.[1];
  if (commit !== undefined)
    return ok(
      pageOf(
        [change.mergeCommit, forge.headCommit].includes(commit)
          ? [mergeRequestOf(forge)]
          : [],
        url,
        20,
      ),
    );
  return memberAnswer(path, url, forge);
}

function memberAnswer(
  path: string,
  url: URL,
  { change, repository }: FakeForge,
): Answer | undefined {
  const people = [
    ...change.writers,
    ...[...change.teams.values()].flatMap((members) => [...(members ?? [])]),
  ];
  if (path === "/users") {
    const name = url.searchParams.get("username");
    return {
      status: 200,
      body: people
        .filter((each) => each === name)
        .slice(0, 1)
        .map((each) => ({ id: idOf(each), username: each })),
    };
  }
  const [, kind, of = "", rest] =
    /^\/(projects|groups)\/([^/]+)(?:\/members\/all\/(\d+))?$/u.exec(path) ??
    [];
  if (kind === undefined) return undefined;
  const name = decodeURIComponent(of);
  const members =
    kind === "groups"
      ? change.teams.get(name)
      : name === repository
        ? change.writers
        : undefined;
  if (members === undefined || members === null) return MISSING;
  if (rest === undefined)
    return kind === "groups" ? { status: 200, body: { id: 1 } } : undefined;
  const isIn = [...members].some((each) => String(idOf(each)) === rest);
  return isIn
    ? { status: 200, body: { state: "active", access_level: 30 } }
    : MISSING;
}

function mergeRequestOf({
  pullRequest,
  headCommit,
  isFork,
  change,
}: FakeForge): object {
  return {
    iid: pullRequest,
    sha: headCommit,
    state: change.state === "open" ? "opened" : change.state,
    author: { id: idOf(change.author), username: change.author },
    target_branch: change.baseBranch,
    source_project_id: isFork ? 2 : 1,
    target_project_id: 1,
    merge_commit_sha: change.mergeCommit,
    squash_commit_sha: null,
    diff_refs: { base_sha: change.baseCommit },
  };
}

function idOf(user: string): number {
  let sum = 7;
  for (let at = 0; at < user.length; at += 1)
    sum = (sum * 31 + user.charCodeAt(at)) % 1_000_003;
  return sum;
}
