import { createHash } from "node:crypto";
import { compareText } from "../../src/util/compare-text.ts";
import type { Answer, Call, FakeForge } from "./fake-forge.ts";
import { githubReply, requestProblem } from "./github-schema.ts";

/** A commit as a fake keeps it. */
export interface KeptCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
}

/** A pull request as a fake keeps it. */
export interface KeptProposal {
  readonly number: number;
  readonly branch: string;
  readonly into: string;
  readonly isFork: boolean;
  title: string;
  body: string;
  state: "open" | "closed" | "merged";
}

/** Branches, commits and pull requests of a fake's repository. */
export interface FakeRepository {
  readonly commits: Map<string, KeptCommit>;
  readonly trees: Map<string, ReadonlyMap<string, string>>;
  readonly branches: Map<string, string>;
  readonly proposals: KeptProposal[];
  /** Branches that writes with force went to. */
  readonly forced: string[];
  /** As if somebody had pushed a commit with these files on top. */
  push(
    branch: string,
    files: Readonly<Record<string, string>>,
    id?: string,
  ): string;
  /** As if somebody had opened one. */
  propose(
    branch: string,
    into: string,
    of?: { readonly isFork: boolean },
  ): KeptProposal;
  /** Runs once, just before the next write of a ref. */
  beforeWrite?: (() => void) | undefined;
}

/** A repository with one branch, `main`. */
export function aRepositoryOf(
  files: Readonly<Record<string, string>> = { "a.yaml": "a: 1\n" },
): FakeRepository {
  const repository: FakeRepository = {
    commits: new Map(),
    trees: new Map(),
    branches: new Map(),
    proposals: [],
    forced: [],
    push(branch, changed, id) {
      const parent = repository.branches.get(branch);
      const below = repository.commits.get(parent ?? "")?.files ?? [];
      const commit = keep(repository, {
        parents: parent === undefined ? [] : [parent],
        files: new Map([...below, ...Object.entries(changed)]),
        message: "by somebody",
        ...(id === undefined ? {} : { id }),
      });
      repository.branches.set(branch, commit.id);
      return commit.id;
    },
    propose(branch, into, { isFork } = { isFork: false }) {
      const proposal: KeptProposal = {
        number: 40 + repository.proposals.length,
        branch,
        into,
        isFork,
        title: "theirs",
        body: "",
        state: "open",
      };
      repository.proposals.push(proposal);
      return proposal;
    },
  };
  repository.push("main", files);
  return repository;
}

function keep(
  { commits }: FakeRepository,
  commit: Omit<KeptCommit, "id"> & { readonly id?: string },
): KeptCommit {
  const { parents, files, message } = commit;
  const id =
    commit.id ??
    hash([...parents, ...[...files].flat(), message, commits.size]);
  const kept = { id, parents, files, message };
  commits.set(id, kept);
  return kept;
}

function hash(parts: readonly unknown[]): string {
  return createHash("sha1").update(JSON.stringify(parts)).digest("hex");
}

const NOT_FOUND: Answer = { status: 404, body: { message: "Not Found" } };
const FORBIDDEN: Answer = { status: 403, body: { message: "Forbidden" } };
const invalid = (message: string): Answer => ({
  status: 422,
  body: { message },
});

/**
 * `undefined` for every other address.
 * @remarks Source: GitHub REST "Git database" and "Pulls": a ref that is there is not created; a
 * ref moves only forward without force; one open pull request of a branch into another.
 */
export function githubProposalAnswer(
  call: Call,
  forge: FakeForge,
): Answer | undefined {
  const { method, url, body, rights } = call;
  const path = decodeURI(
    url.pathname.replace(`/api/v3/repos/${forge.repository}/`, ""),
  );
  const isGit = path.startsWith("git/");
  const isPull = path === "pulls" || /^pulls\/4\d$/u.test(path);
  if (!isGit && !isPull) return undefined;
  if (isPull && method === "GET" && !url.searchParams.has("base"))
    return undefined;
  const found = GITHUB.find(
    ([of, pattern]) => of === method && pattern.test(path),
  );
  if (found === undefined) return NOT_FOUND;
  const [, pattern, operation, answer] = found;
  if (method !== "GET" && !rights.has(isGit ? "contents" : "pulls"))
    return FORBIDDEN;
  const wrong = requestProblem(operation, url.searchParams, body);
  if (wrong !== undefined) return invalid(wrong);
  const result = answer(
    pattern.exec(path)?.[1] ?? "",
    new Map(Object.entries(body)),
    { forge, url },
  );
  return "status" in result ? result : githubReply(operation, result.parts);
}

type Made = Answer | { readonly parts: object | readonly object[] };
type Handler = (
  id: string,
  body: ReadonlyMap<string, unknown>,
  at: { readonly forge: FakeForge; readonly url: URL },
) => Made;

const R = "/repos/{owner}/{repo}";

const GITHUB: readonly (readonly [string, RegExp, string, Handler])[] = [
  ["GET", /^git\/ref\/heads\/(.+)$/u, `GET ${R}/git/ref/{ref}`, readRef],
  ["POST", /^git\/refs$/u, `POST ${R}/git/refs`, createRef],
  ["PATCH", /^git\/refs\/heads\/(.+)$/u, `PATCH ${R}/git/refs/{ref}`, moveRef],
  [
    "GET",
    /^git\/commits\/([0-9a-f]{40})$/u,
    `GET ${R}/git/commits/{commit_sha}`,
    (id, _, { forge }) => {
      const commit = forge.git.commits.get(id);
      return commit === undefined ? NOT_FOUND : { parts: shown(commit) };
    },
  ],
  ["POST", /^git\/commits$/u, `POST ${R}/git/commits`, createCommit],
  ["POST", /^git\/trees$/u, `POST ${R}/git/trees`, createTree],
  ["GET", /^pulls$/u, `GET ${R}/pulls`, listPulls],
  ["POST", /^pulls$/u, `POST ${R}/pulls`, openPull],
  ["PATCH", /^pulls\/(4\d)$/u, `PATCH ${R}/pulls/{pull_number}`, changePull],
];

function readRef(
  branch: string,
  _: unknown,
  { forge }: { forge: FakeForge },
): Made {
  const sha = forge.git.branches.get(branch);
  return sha === undefined
    ? NOT_FOUND
    : { parts: { ref: `refs/heads/${branch}`, object: { sha } } };
}

function createRef(
  _: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const { git } = forge;
  meet(git);
  const name = String(body.get("ref"));
  const sha = String(body.get("sha"));
  const branch = name.replace(/^refs\/heads\//u, "");
  if (!name.startsWith("refs/heads/") || !git.commits.has(sha))
    return invalid("Object does not exist");
  if (git.branches.has(branch)) return invalid("Reference already exists");
  git.branches.set(branch, sha);
  return { parts: { ref: name, object: { sha } } };
}

function moveRef(
  branch: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const { git } = forge;
  meet(git);
  const sha = String(body.get("sha"));
  const now = git.branches.get(branch);
  if (now === undefined) return invalid("Reference does not exist");
  if (body.get("force") === true) git.forced.push(branch);
  else if (!reaches(git, sha, now))
    return invalid("Update is not a fast forward");
  git.branches.set(branch, sha);
  return { parts: { ref: `refs/heads/${branch}`, object: { sha } } };
}

function reaches(git: FakeRepository, from: string, to: string): boolean {
  if (from === to) return true;
  const parents = git.commits.get(from)?.parents ?? [];
  return parents.some((parent) => reaches(git, parent, to));
}

function createCommit(
  _: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const { git } = forge;
  const files = git.trees.get(String(body.get("tree")));
  const parents = [body.get("parents")].flat().map(String);
  if (files === undefined || !parents.every((each) => git.commits.has(each)))
    return invalid("Tree SHA or parent does not exist");
  const message = String(body.get("message"));
  return { parts: shown(keep(git, { parents, files, message })) };
}

function createTree(
  _: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const { git } = forge;
  const base = [...git.commits.values()].find(
    ({ files }) => treeOf(files) === body.get("base_tree"),
  );
  if (base === undefined) return invalid("base_tree is not a valid oid");
  const files = new Map(base.files);
  const entries: unknown = body.get("tree");
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const { path, content, sha } = Object(entry) as Record<string, unknown>;
    if (sha === null) {
      if (!files.delete(String(path))) return invalid("GitRPC::BadObjectState");
    } else files.set(String(path), String(content));
  }
  const sha = treeOf(files);
  git.trees.set(sha, files);
  return { parts: { sha } };
}

function treeOf(files: ReadonlyMap<string, string>): string {
  return hash([
    "tree",
    ...[...files].map(([path, text]) => `${path} ${text}`).sort(compareText),
  ]);
}

function shown({ id, files, message }: KeptCommit): object {
  return { sha: id, message, tree: { sha: treeOf(files) } };
}

function listPulls(
  _: string,
  __: unknown,
  { forge, url }: { forge: FakeForge; url: URL },
): Made {
  const query = url.searchParams;
  const [owner] = forge.repository.split("/");
  return {
    parts: forge.git.proposals
      .filter(
        ({ branch, into, state }) =>
          query.get("state") === "open" &&
          state === "open" &&
          query.get("base") === into &&
          query.get("head") === `${owner ?? ""}:${branch}`,
      )
      .map(pullParts),
  };
}

function pullParts({ number, branch, into, isFork, title }: KeptProposal): {
  readonly number: number;
} {
  const parts = {
    number,
    title,
    // The example of a list names teams that its own schema does not take.
    requested_teams: [],
    html_url: `https://forge.example/acme/connections/pull/${String(number)}`,
    head: { ref: branch, repo: { id: isFork ? 2 : 1 } },
    base: { ref: into, repo: { id: 1 } },
  };
  return parts;
}

function openPull(
  _: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const { git } = forge;
  const branch = String(body.get("head"));
  const into = String(body.get("base"));
  const isThere = git.proposals.some(
    (each) =>
      each.state === "open" && each.branch === branch && each.into === into,
  );
  if (isThere) return invalid("A pull request already exists");
  if (!git.branches.has(branch) || !git.branches.has(into))
    return invalid("head is invalid");
  const proposal = git.propose(branch, into);
  proposal.title = String(body.get("title"));
  proposal.body = String(body.get("body"));
  return { parts: pullParts(proposal) };
}

function changePull(
  number: string,
  body: ReadonlyMap<string, unknown>,
  { forge }: { forge: FakeForge },
): Made {
  const proposal = forge.git.proposals.find(
    (each) => String(each.number) === number,
  );
  if (proposal === undefined) return NOT_FOUND;
  if (body.has("title")) proposal.title = String(body.get("title"));
  if (body.has("body")) proposal.body = String(body.get("body"));
  if (body.get("state") === "closed") proposal.state = "closed";
  return { parts: pullParts(proposal) };
}

/** Whoever comes in between. */
function meet(git: FakeRepository): void {
  const { beforeWrite } = git;
  git.beforeWrite = undefined;
  beforeWrite?.();
}

/**
 * `undefined` for every other address.
 * @remarks Source: GitLab "Commits API: create a commit with multiple files and actions",
 * "Branches API", "Repository files API", "Repositories API: compare", "Merge requests API". A job
 * token reaches none of them.
 */
export function gitlabProposalAnswer(
  call: Call,
  forge: FakeForge,
): Answer | undefined {
  const { method, url, headers, rights } = call;
  const start = `/api/v4/projects/${encodeURIComponent(forge.repository)}/`;
  if (!url.pathname.startsWith(start)) return undefined;
  const path = url.pathname.slice(start.length);
  const isGit = /^repository\/(branches|files|compare|commits$)/u.test(path);
  const isRequest = /^merge_requests(\/4\d)?$/u.test(path);
  if (!isGit && !isRequest) return undefined;
  if (headers["job-token"] !== undefined) return FORBIDDEN;
  if (method !== "GET" && !rights.has(isGit ? "contents" : "pulls"))
    return FORBIDDEN;
  return isGit
    ? gitlabGit(call, path, forge.git)
    : gitlabRequests(call, path, forge.git);
}

function gitlabGit(
  { method, url, body }: Call,
  path: string,
  git: FakeRepository,
): Answer {
  const branch = /^repository\/branches\/([^/]+)$/u.exec(path)?.[1];
  if (branch !== undefined && method === "GET") {
    const id = git.branches.get(decodeURIComponent(branch));
    return id === undefined
      ? NOT_FOUND
      : { status: 200, body: { name: branch, commit: { id } } };
  }
  const file = /^repository\/files\/([^/]+)$/u.exec(path)?.[1];
  if (file !== undefined && method === "GET") {
    const name = decodeURIComponent(file);
    const text = git.commits
      .get(url.searchParams.get("ref") ?? "")
      ?.files.get(name);
    return text === undefined
      ? NOT_FOUND
      : {
          status: 200,
          body: {
            file_path: name,
            encoding: "base64",
            content: Buffer.from(text).toString("base64"),
          },
        };
  }
  if (path === "repository/compare" && method === "GET")
    return compared(url.searchParams, git);
  if (path === "repository/commits" && method === "POST")
    return committed(new Map(Object.entries(body)), git);
  return NOT_FOUND;
}

function compared(query: URLSearchParams, git: FakeRepository): Answer {
  const [from, to] = ["from", "to"].map((name) =>
    git.commits.get(query.get(name) ?? ""),
  );
  if (
    from === undefined ||
    to === undefined ||
    query.get("straight") !== "true"
  )
    return NOT_FOUND;
  const paths = new Set([...from.files.keys(), ...to.files.keys()]);
  const diffs = [...paths]
    .filter((path) => from.files.get(path) !== to.files.get(path))
    .map((path) => ({ old_path: path, new_path: path }));
  return { status: 200, body: { commits: [], diffs } };
}

function committed(
  body: ReadonlyMap<string, unknown>,
  git: FakeRepository,
): Answer {
  const refused = (message: string): Answer => ({
    status: 400,
    body: { message },
  });
  meet(git);
  const branch = String(body.get("branch"));
  const base = git.commits.get(String(body.get("start_sha")));
  if (base === undefined) return refused("Cannot find start_sha");
  if (!body.has("commit_message")) return refused("commit_message is missing");
  if (git.branches.has(branch)) {
    if (body.get("force") !== true)
      return refused(`A branch called '${branch}' already exists`);
    git.forced.push(branch);
  }
  const files = new Map(base.files);
  const actions: unknown = body.get("actions");
  for (const action of Array.isArray(actions) ? (actions as unknown[]) : []) {
    const {
      action: kind,
      file_path: path,
      content,
    } = Object(action) as Record<string, unknown>;
    const name = String(path);
    if (kind === "create" && files.has(name))
      return refused("A file with this name already exists");
    if (kind !== "create" && !files.has(name))
      return refused("A file with this name doesn't exist");
    if (kind === "delete") files.delete(name);
    else if (typeof content === "string") files.set(name, content);
    else return refused("content is missing");
  }
  const { id } = keep(git, {
    parents: [base.id],
    files,
    message: String(body.get("commit_message")),
  });
  git.branches.set(branch, id);
  return { status: 201, body: { id, parent_ids: [base.id] } };
}

function gitlabRequests(
  { method, url, body }: Call,
  path: string,
  git: FakeRepository,
): Answer {
  const query = url.searchParams;
  const given = new Map(Object.entries(body));
  const show = (each: KeptProposal): object => ({
    iid: each.number,
    title: each.title,
    web_url: `https://forge.example/acme/connections/-/merge_requests/${String(each.number)}`,
    source_project_id: each.isFork ? 2 : 1,
    target_project_id: 1,
  });
  if (path === "merge_requests" && method === "GET")
    return {
      status: 200,
      body: git.proposals
        .filter(
          ({ branch, into, state }) =>
            query.get("state") === "opened" &&
            state === "open" &&
            query.get("source_branch") === branch &&
            query.get("target_branch") === into,
        )
        .map(show),
    };
  const text = (name: string): string => String(given.get(name));
  if (path === "merge_requests" && method === "POST") {
    const [branch, into] = [text("source_branch"), text("target_branch")];
    const isThere = git.proposals.some(
      (each) => each.state === "open" && !each.isFork && each.branch === branch,
    );
    if (isThere)
      return { status: 409, body: { message: ["Another open merge request"] } };
    if (!git.branches.has(branch)) return { status: 400, body: {} };
    const proposal = git.propose(branch, into);
    proposal.title = text("title");
    proposal.body = text("description");
    return { status: 201, body: show(proposal) };
  }
  const proposal = git.proposals.find(
    ({ number }) => path === `merge_requests/${String(number)}`,
  );
  if (proposal === undefined || method !== "PUT") return NOT_FOUND;
  if (given.has("title")) proposal.title = text("title");
  if (given.has("description")) proposal.body = text("description");
  if (given.get("state_event") === "close") proposal.state = "closed";
  return { status: 200, body: show(proposal) };
}
