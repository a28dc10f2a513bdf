import type { JsonObject } from "../domain/json.ts";
import { append } from "../util/append.ts";
import type { HttpClient, HttpRequest } from "../ports/http-client.ts";
import { asForge, ifThere, strangeAnswer } from "./forge-error.ts";
import { githubHeaders } from "./github-request.ts";
import { githubToken, type GithubToken } from "./github-app.ts";
import { apiPlace, type ApiPlace, type GithubOptions } from "./options.ts";

/** What is read, and how it is called where it fails. */
export interface GithubRead {
  readonly what: string;
  readonly permission: string;
  /** Below the address of the API. */
  readonly path: string;
  readonly route: string;
}

/** What is written, and how it is called where it fails. */
export interface GithubWrite extends GithubRead {
  readonly method: "POST" | "PATCH";
  readonly body: JsonObject;
  /** True when twice is like once. */
  readonly isIdempotent: boolean;
}

const PAGE_SIZE = 100;

/** Reads what GitHub has at addresses. Writes nothing. */
export class GithubReader {
  readonly #token: GithubToken;
  readonly #place: ApiPlace;
  readonly #http: HttpClient;

  constructor(options: GithubOptions) {
    this.#place = apiPlace(options.apiUrl);
    this.#http = options.connect(this.#place.origin);
    this.#token = githubToken(options, this.#http);
  }

  read(
    call: GithubRead,
    signal: AbortSignal,
    query?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    return this.send(
      call,
      {
        method: "GET",
        isIdempotent: true,
        ...(query === undefined ? {} : { query }),
      },
      signal,
    );
  }

  protected async send(
    { what, permission, path, route }: GithubRead,
    request: Pick<HttpRequest, "method" | "isIdempotent" | "query" | "body">,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { text } = await this.#token.take(signal);
    const { body } = await asForge(what, permission, () =>
      this.#http.send(
        {
          ...request,
          path: `${this.#place.prefix}${path}`,
          route,
          headers: githubHeaders(text),
        },
        signal,
      ),
    );
    return body;
  }

  /** What is there, or `undefined` where the forge says that nothing is. */
  find(
    call: GithubRead,
    signal: AbortSignal,
    /** Further answers that say so. */
    nothing?: readonly number[],
  ): Promise<unknown> {
    return ifThere(() => this.read(call, signal), nothing);
  }

  /** Every item of a list, or `null` where it has more pages than that. */
  async list(
    call: GithubRead,
    mostPages: number,
    signal: AbortSignal,
  ): Promise<readonly unknown[] | null> {
    const items: unknown[] = [];
    for (let page = 1; page <= mostPages; page += 1) {
      const query = { per_page: String(PAGE_SIZE), page: String(page) };
      const found = await this.read(call, signal, query);
      if (!Array.isArray(found))
        throw strangeAnswer(call.what, "the answer is not a list");
      append(items, found);
      if (found.length < PAGE_SIZE) return items;
    }
    return null;
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** Writes to addresses of GitHub, too. */
export class GithubWriter extends GithubReader {
  write(
    { method, body, isIdempotent, ...call }: GithubWrite,
    signal: AbortSignal,
  ): Promise<unknown> {
    return this.send(
      call,
      {
        method,
        isIdempotent,
        body: { contentType: "application/json", text: JSON.stringify(body) },
      },
      signal,
    );
  }
}
