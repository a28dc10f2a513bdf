import { isJsonObject, type JsonObject } from "../domain/json.ts";
import { RemoteError } from "../domain/problem/error.ts";
import type {
  BranchContent,
  OpenProposal,
  ProposalForge,
  ProposalText,
} from "../ports/proposal-forge.ts";
import { strangeAnswer } from "./forge-error.ts";
import { GithubWriter, type GithubRead } from "./github-rest.ts";
import { repositoryPath } from "./github-request.ts";
import type { GithubOptions } from "./options.ts";
import { shownAddress } from "./shown-address.ts";

const CONTENTS = "contents: write";
const PULLS = "pull-requests: write";
/** What GitHub answers where a ref is not where it was expected. */
const UNPROCESSABLE = 422;

/**
 * Branches and pull requests of a repository of GitHub. A branch only ever goes forward, which
 * GitHub itself makes sure of: its new commit comes after the one that is expected there.
 * @throws UserError CLI001 for an address that is not used.
 */
export function openGithubProposals(options: GithubOptions): ProposalForge {
  return new GithubProposals(options);
}

class GithubProposals implements ProposalForge {
  readonly #rest: GithubWriter;
  readonly #repository: string;
  readonly #owner: string;

  constructor(options: GithubOptions) {
    this.#rest = new GithubWriter(options);
    this.#repository = repositoryPath(options.repository);
    this.#owner = options.repository.split("/")[0] ?? "";
  }

  async headOf(branch: string, signal: AbortSignal): Promise<string | null> {
    const what = "looking at the branch";
    const body = await this.#rest.find(
      this.#call(
        what,
        CONTENTS,
        "GET git/ref/{ref}",
        `git/ref/heads/${refPath(branch)}`,
      ),
      signal,
    );
    if (body === undefined) return null;
    const object = isJsonObject(body) ? body["object"] : undefined;
    const commit = isJsonObject(object) ? object["sha"] : undefined;
    if (typeof commit === "string") return commit;
    throw strangeAnswer(what, "the answer is not a ref");
  }

  async holds(
    commit: string,
    content: BranchContent,
    signal: AbortSignal,
  ): Promise<boolean> {
    const wanted = await this.#treeWith(content, signal);
    return (await this.#treeOf(commit, signal)) === wanted;
  }

  async write(
    branch: string,
    expected: string | null,
    content: BranchContent & { readonly message: string },
    signal: AbortSignal,
  ): Promise<string | null> {
    const what = "writing the commit";
    const body = await this.#rest.write(
      {
        ...this.#call(what, CONTENTS, "POST git/commits"),
        method: "POST",
        // One that nothing refers to is cleared away.
        isIdempotent: true,
        body: {
          message: content.message,
          tree: await this.#treeWith(content, signal),
          parents: [
            ...(expected === null ? [] : [expected]),
            ...(expected === content.base ? [] : [content.base]),
          ],
        },
      },
      signal,
    );
    const commit = isJsonObject(body) ? body["sha"] : undefined;
    if (typeof commit !== "string")
      throw strangeAnswer(what, "the answer confirms no commit");
    return (await this.#moveTo(commit, branch, expected, signal))
      ? commit
      : null;
  }

  async findOpen(
    branch: string,
    into: string,
    signal: AbortSignal,
  ): Promise<OpenProposal | null> {
    const what = "looking for the pull request";
    const body = await this.#rest.read(
      this.#call(what, PULLS, "GET pulls"),
      signal,
      {
        state: "open",
        // With its owner: a fork's branch may be called the same.
        head: `${this.#owner}:${branch}`,
        base: into,
        per_page: "100",
      },
    );
    if (!Array.isArray(body))
      throw strangeAnswer(what, "the answer is no list of pull requests");
    const pulls: readonly unknown[] = body;
    const [first] = pulls.filter(
      (pull) => isJsonObject(pull) && isOwnBranch(pull, branch),
    );
    return first === undefined ? null : proposalOf(what, first);
  }

  async open(
    branch: string,
    into: string,
    { title, body }: ProposalText,
    signal: AbortSignal,
  ): Promise<OpenProposal> {
    const what = "opening the pull request";
    const answer = await this.#rest.write(
      {
        ...this.#call(what, PULLS, "POST pulls"),
        method: "POST",
        isIdempotent: false,
        body: { title, body, head: branch, base: into },
      },
      signal,
    );
    return proposalOf(what, answer);
  }

  async update(
    number: number,
    { title, body }: ProposalText,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#change(number, { title, body }, signal);
  }

  async closeProposal(number: number, signal: AbortSignal): Promise<void> {
    await this.#change(number, { state: "closed" }, signal);
  }

  close(): Promise<void> {
    return this.#rest.close();
  }

  async #change(
    number: number,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<void> {
    const what = "changing the pull request";
    const answer = await this.#rest.write(
      {
        ...this.#call(
          what,
          PULLS,
          "PATCH pulls/{pull_number}",
          `pulls/${String(number)}`,
        ),
        method: "PATCH",
        isIdempotent: true,
        body,
      },
      signal,
    );
    proposalOf(what, answer);
  }

  /** False where the branch is not where it was expected to be. */
  async #moveTo(
    commit: string,
    branch: string,
    expected: string | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const what = "moving the branch";
    try {
      await this.#rest.write(
        expected === null
          ? {
              ...this.#call(what, CONTENTS, "POST git/refs"),
              method: "POST",
              isIdempotent: false,
              body: { ref: `refs/heads/${branch}`, sha: commit },
            }
          : {
              ...this.#call(
                what,
                CONTENTS,
                "PATCH git/refs/{ref}",
                `git/refs/heads/${refPath(branch)}`,
              ),
              method: "PATCH",
              isIdempotent: true,
              // Only forward: what came after the expected commit is not ours.
              body: { sha: commit, force: false },
            },
        signal,
      );
      return true;
    } catch (error) {
      const isRefused =
        error instanceof RemoteError && error.status === UNPROCESSABLE;
      if (isRefused && (await this.headOf(branch, signal)) !== expected)
        return false;
      throw error;
    }
  }

  async #treeWith(
    { base, changes }: BranchContent,
    signal: AbortSignal,
  ): Promise<string> {
    const what = "writing the files";
    const body = await this.#rest.write(
      {
        ...this.#call(what, CONTENTS, "POST git/trees"),
        method: "POST",
        isIdempotent: true,
        body: {
          base_tree: await this.#treeOf(base, signal),
          tree: changes.map(({ path, after }) => ({
            path,
            mode: "100644",
            type: "blob",
            ...(after === null ? { sha: null } : { content: after }),
          })),
        },
      },
      signal,
    );
    const tree = isJsonObject(body) ? body["sha"] : undefined;
    if (typeof tree === "string") return tree;
    throw strangeAnswer(what, "the answer confirms no tree");
  }

  async #treeOf(commit: string, signal: AbortSignal): Promise<string> {
    const what = "reading the commit";
    const body = await this.#rest.read(
      this.#call(
        what,
        CONTENTS,
        "GET git/commits/{commit_sha}",
        `git/commits/${encodeURIComponent(commit)}`,
      ),
      signal,
    );
    const tree = isJsonObject(body) ? body["tree"] : undefined;
    const id = isJsonObject(tree) ? tree["sha"] : undefined;
    if (typeof id === "string") return id;
    throw strangeAnswer(what, "the answer is not a commit");
  }

  /** `route`: the method, and what stands below the repository. */
  #call(
    what: string,
    permission: string,
    route: string,
    path: string = route.slice(route.indexOf(" ") + 1),
  ): GithubRead {
    return {
      what,
      permission,
      path: `${this.#repository}/${path}`,
      route: route.replace(" ", " /repos/{owner}/{repo}/"),
    };
  }
}

/** The slashes of a branch's name are part of the address. */
function refPath(branch: string): string {
  return branch.split("/").map(encodeURIComponent).join("/");
}

/** Whether a pull request is from this very branch of the repository that it goes to. */
function isOwnBranch(pull: JsonObject, branch: string): boolean {
  const { head, base } = pull;
  if (!isJsonObject(head) || !isJsonObject(base)) return false;
  const repositoryOf = ({ repo }: JsonObject): unknown =>
    isJsonObject(repo) ? repo["id"] : undefined;
  return (
    head["ref"] === branch &&
    repositoryOf(head) !== undefined &&
    repositoryOf(head) === repositoryOf(base)
  );
}

function proposalOf(what: string, body: unknown): OpenProposal {
  const number = isJsonObject(body) ? body["number"] : undefined;
  if (!isJsonObject(body) || typeof number !== "number")
    throw strangeAnswer(what, "the answer is not a pull request");
  return { number, url: shownAddress(body["html_url"]) };
}
