import { isJsonList, isJsonObject, type JsonObject } from "../domain/json.ts";
import { RemoteError } from "../domain/problem/error.ts";
import type { FileChange } from "../domain/source-file.ts";
import type {
  BranchContent,
  OpenProposal,
  ProposalForge,
  ProposalText,
} from "../ports/proposal-forge.ts";
import { strangeAnswer } from "./forge-error.ts";
import { GitlabRest, type GitlabRead } from "./gitlab-rest.ts";
import type { ForgeOptions } from "./options.ts";
import { shownAddress } from "./shown-address.ts";

const WRITE = "api (as Developer or above)";
/** What GitLab answers to a new branch that is there already. */
const BAD_REQUEST = 400;

/**
 * Branches and merge requests of a project of GitLab. A branch that stands where it is expected is
 * begun again from the base, so that it holds one commit; GitLab keeps what it held before with the
 * merge request.
 * @throws UserError CLI001 for an address that is not used.
 */
export function openGitlabProposals(options: ForgeOptions): ProposalForge {
  return new GitlabProposals(options);
}

class GitlabProposals implements ProposalForge {
  readonly #rest: GitlabRest;

  constructor(options: ForgeOptions) {
    this.#rest = new GitlabRest({ ...options, isJobToken: false }, WRITE);
  }

  async headOf(branch: string, signal: AbortSignal): Promise<string | null> {
    const what = "looking at the branch";
    const body = await this.#rest.find(
      this.#call(
        what,
        "GET repository/branches/{branch}",
        `repository/branches/${encodeURIComponent(branch)}`,
      ),
      signal,
    );
    if (body === undefined) return null;
    const commit = isJsonObject(body) ? body["commit"] : undefined;
    const id = isJsonObject(commit) ? commit["id"] : undefined;
    if (typeof id === "string") return id;
    throw strangeAnswer(what, "the answer is not a branch");
  }

  async holds(
    commit: string,
    { base, changes }: BranchContent,
    signal: AbortSignal,
  ): Promise<boolean> {
    const what = "comparing the branch";
    const body = await this.#rest.read(
      {
        ...this.#call(what, "GET repository/compare"),
        query: { from: base, to: commit, straight: "true" },
      },
      signal,
    );
    const diffs = isJsonObject(body) ? body["diffs"] : undefined;
    if (!isJsonList(diffs))
      throw strangeAnswer(what, "the answer is not a comparison");
    const touched = new Set(
      diffs.flatMap((diff) =>
        isJsonObject(diff) ? [diff["new_path"], diff["old_path"]] : [null],
      ),
    );
    const isSame =
      touched.size === changes.length &&
      changes.every(({ path }) => touched.has(path));
    if (!isSame) return false;
    for (const change of changes)
      if (!(await this.#isAsWritten(commit, change, signal))) return false;
    return true;
  }

  async write(
    branch: string,
    expected: string | null,
    content: BranchContent & { readonly message: string },
    signal: AbortSignal,
  ): Promise<string | null> {
    const what = "writing the commit";
    if ((await this.headOf(branch, signal)) !== expected) return null;
    const { base, changes, message } = content;
    try {
      const reply = await this.#rest.send(
        {
          ...this.#call(what, "POST repository/commits"),
          method: "POST",
          isIdempotent: false,
          body: {
            branch,
            start_sha: base,
            commit_message: message,
            // Without it a branch that came meanwhile is left alone.
            ...(expected === null ? {} : { force: true }),
            actions: changes.map(actionOf),
          },
        },
        signal,
      );
      const id = isJsonObject(reply.body) ? reply.body["id"] : undefined;
      if (typeof id === "string") return id;
      throw strangeAnswer(what, "the answer confirms no commit");
    } catch (error) {
      const isRefused =
        error instanceof RemoteError && error.status === BAD_REQUEST;
      if (isRefused && (await this.headOf(branch, signal)) !== expected)
        return null;
      throw error;
    }
  }

  async findOpen(
    branch: string,
    into: string,
    signal: AbortSignal,
  ): Promise<OpenProposal | null> {
    const what = "looking for the merge request";
    const body = await this.#rest.read(
      {
        ...this.#call(what, "GET merge_requests"),
        query: {
          state: "opened",
          source_branch: branch,
          target_branch: into,
          per_page: "100",
        },
      },
      signal,
    );
    if (!Array.isArray(body))
      throw strangeAnswer(what, "the answer is no list of merge requests");
    const requests: readonly unknown[] = body;
    // A fork's branch may be called the same.
    const own = requests.find(
      (each) =>
        isJsonObject(each) &&
        typeof each["source_project_id"] === "number" &&
        each["source_project_id"] === each["target_project_id"],
    );
    return own === undefined ? null : proposalOf(what, own);
  }

  async open(
    branch: string,
    into: string,
    { title, body }: ProposalText,
    signal: AbortSignal,
  ): Promise<OpenProposal> {
    const what = "opening the merge request";
    const reply = await this.#rest.send(
      {
        ...this.#call(what, "POST merge_requests"),
        method: "POST",
        isIdempotent: false,
        body: {
          title,
          description: body,
          source_branch: branch,
          target_branch: into,
        },
      },
      signal,
    );
    return proposalOf(what, reply.body);
  }

  async update(
    number: number,
    { title, body }: ProposalText,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#change(number, { title, description: body }, signal);
  }

  async closeProposal(number: number, signal: AbortSignal): Promise<void> {
    await this.#change(number, { state_event: "close" }, signal);
  }

  close(): Promise<void> {
    return this.#rest.close();
  }

  async #isAsWritten(
    commit: string,
    { path, after }: FileChange,
    signal: AbortSignal,
  ): Promise<boolean> {
    const what = "reading a file of the branch";
    const body = await this.#rest.find(
      {
        ...this.#call(
          what,
          "GET repository/files/{path}",
          `repository/files/${encodeURIComponent(path)}`,
        ),
        query: { ref: commit },
      },
      signal,
    );
    if (body === undefined) return after === null;
    const content = isJsonObject(body) ? body["content"] : undefined;
    if (!isJsonObject(body) || typeof content !== "string")
      throw strangeAnswer(what, "the answer is not a file");
    return Buffer.from(content, "base64").toString("utf8") === after;
  }

  async #change(
    number: number,
    body: JsonObject,
    signal: AbortSignal,
  ): Promise<void> {
    const what = "changing the merge request";
    const reply = await this.#rest.send(
      {
        ...this.#call(
          what,
          "PUT merge_requests/{iid}",
          `merge_requests/${String(number)}`,
        ),
        method: "PUT",
        isIdempotent: true,
        body,
      },
      signal,
    );
    proposalOf(what, reply.body);
  }

  /** @param route - the method, and what stands below the project. */
  #call(
    what: string,
    route: string,
    path: string = route.slice(route.indexOf(" ") + 1),
  ): GitlabRead {
    return {
      what,
      path: `${this.#rest.project}/${path}`,
      route: route.replace(" ", " /projects/{id}/"),
    };
  }
}

function actionOf({ path, before, after }: FileChange): JsonObject {
  if (after === null) return { action: "delete", file_path: path };
  return {
    action: before === null ? "create" : "update",
    file_path: path,
    content: after,
  };
}

function proposalOf(what: string, body: unknown): OpenProposal {
  const number = isJsonObject(body) ? body["iid"] : undefined;
  if (!isJsonObject(body) || typeof number !== "number")
    throw strangeAnswer(what, "the answer is not a merge request");
  return { number, url: shownAddress(body["web_url"]) };
}
