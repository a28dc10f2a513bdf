import type { JsonObject } from "../domain/json.ts";
import type {
  HttpClient,
  HttpReply,
  HttpRequest,
} from "../ports/http-client.ts";
import { asForge, ifThere } from "./forge-error.ts";
import { apiPlace, type ApiPlace, type GitlabOptions } from "./options.ts";

/** What is read, and how it is called where it fails. */
export interface GitlabRead extends Pick<HttpRequest, "route" | "query"> {
  readonly what: string;
  /** Below the address of the API. */
  readonly path: string;
}

/** Any request, and how it is called where it fails. */
export type GitlabCall = GitlabRead &
  Pick<HttpRequest, "method" | "isIdempotent"> & { readonly body?: JsonObject };

/** Asks at addresses of GitLab, with one token. */
export class GitlabRest {
  /** The address of the project, below that of the API. */
  readonly project: string;
  readonly #options: GitlabOptions;
  readonly #permission: string;
  readonly #place: ApiPlace;
  readonly #http: HttpClient;

  /** @param permission - what the token has to be allowed. */
  constructor(options: GitlabOptions, permission: string) {
    this.project = `/projects/${encodeURIComponent(options.repository)}`;
    this.#options = options;
    this.#permission = permission;
    this.#place = apiPlace(options.apiUrl);
    this.#http = options.connect(this.#place.origin);
  }

  send(
    { what, path, body, ...request }: GitlabCall,
    signal: AbortSignal,
  ): Promise<HttpReply> {
    const { token, isJobToken } = this.#options;
    return asForge(what, this.#permission, () =>
      this.#http.send(
        {
          ...request,
          path: `${this.#place.prefix}${path}`,
          headers: { [isJobToken ? "job-token" : "private-token"]: token },
          ...(body === undefined
            ? {}
            : {
                body: {
                  contentType: "application/json",
                  text: JSON.stringify(body),
                },
              }),
        },
        signal,
      ),
    );
  }

  async read(call: GitlabRead, signal: AbortSignal): Promise<unknown> {
    const { body } = await this.send(
      { ...call, method: "GET", isIdempotent: true },
      signal,
    );
    return body;
  }

  /** What is there, or `undefined` where the forge says that nothing is. */
  find(
    call: GitlabRead,
    signal: AbortSignal,
    /** Further answers that say so. */
    nothing?: readonly number[],
  ): Promise<unknown> {
    return ifThere(() => this.read(call, signal), nothing);
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
