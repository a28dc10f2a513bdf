import type * as AuthApp from "@octokit/auth-app";
import type { AppAuth } from "@octokit/auth-app";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import { RemoteError, UserError } from "../domain/problem/error.ts";
import type { HttpClient, HttpRequest } from "../ports/http-client.ts";
import { loadOptional } from "../platform/optional-package.ts";
import { asForge, strangeAnswer } from "./forge-error.ts";
import { githubHeaders, repositoryPath } from "./github-request.ts";
import {
  apiPlace,
  type AppKey,
  type AppPermissions,
  type GithubOptions,
} from "./options.ts";

/** A token as it is used. */
export interface TakenToken {
  readonly text: string;
  /** The App that it is of; `null` for a token that was given. */
  readonly app: TokenApp | null;
}

/** The App of a token. */
export interface TokenApp {
  /** The number that GitHub knows it by. */
  readonly id: number;
  /** What the token may do. */
  readonly permissions: AppPermissions;
}

/** Where the token for a request comes from. */
export interface GithubToken {
  take(signal: AbortSignal): Promise<TakenToken>;
}

/** The token that was given, or those of an App, which are fetched when the first one is needed. */
export function githubToken(
  options: GithubOptions,
  http: HttpClient,
): GithubToken {
  const { token, apiUrl, repository } = options;
  if (typeof token !== "string")
    return new AppTokens(token, {
      http,
      prefix: apiPlace(apiUrl).prefix,
      repository,
    });
  const taken = { text: token, app: null };
  return { take: () => Promise.resolve(taken) };
}

/** A token is used no longer than this: GitHub lets it live for an hour. */
const MOST_AGE_MS = 50 * 60_000;
/** And not for its last minutes. */
const LEAST_LEFT_MS = 5 * 60_000;
/** The package dates what it signs back by half a minute. */
const BEARABLE_SKEW_SECONDS = 20;

interface AppPlace {
  readonly http: HttpClient;
  readonly prefix: string;
  readonly repository: string;
}

interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly permissions: JsonObject;
}

type Library = Pick<typeof AuthApp, "createAppAuth">;

class AppTokens implements GithubToken {
  readonly #key: AppKey;
  readonly #place: AppPlace;
  #current: { readonly taken: TakenToken; readonly until: number } | undefined;
  #coming: Promise<TakenToken> | undefined;
  /** Seconds that the clock of the forge is ahead. */
  #ahead = 0;
  #forgeTime: number | undefined;

  constructor(key: AppKey, place: AppPlace) {
    this.#key = key;
    this.#place = place;
  }

  async take(signal: AbortSignal): Promise<TakenToken> {
    const current = this.#current;
    if (current !== undefined && this.#key.clock.now() < current.until)
      return current.taken;
    this.#coming ??= this.#renewed(signal).finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #renewed(signal: AbortSignal): Promise<TakenToken> {
    const library = await loadLibrary();
    const found = await this.#inTime(() =>
      this.#installation(this.#auth(library, signal), signal),
    );
    const permissions = permissionsOf(found.permissions, this.#key);
    const [, name = ""] = this.#place.repository.split("/");
    const { token, expiresAt } = await this.#auth(
      library,
      signal,
    )({
      type: "installation",
      installationId: found.id,
      repositoryNames: [name],
      permissions,
      refresh: true,
    });
    const taken = { text: token, app: { id: found.appId, permissions } };
    const now = this.#key.clock.now();
    const life = Date.parse(expiresAt) - (this.#forgeTime ?? now);
    const use = Math.min(MOST_AGE_MS, life - LEAST_LEFT_MS);
    this.#current = { taken, until: now + Math.max(use, 0) };
    return taken;
  }

  /** Once more where the answer is no and the clock of the forge is another than ours. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RemoteError) || error.status !== 401) throw error;
      const ahead = Math.round(
        ((this.#forgeTime ?? NaN) - this.#key.clock.now()) / 1000,
      );
      if (!(Math.abs(ahead - this.#ahead) > BEARABLE_SKEW_SECONDS)) throw error;
      this.#ahead = ahead;
      return work();
    }
  }

  #auth(library: Library, signal: AbortSignal): AppAuth {
    return library.createAppAuth({
      appId: this.#key.id,
      privateKey: this.#key.privateKey,
      timeDifference: this.#ahead,
      log: { warn: () => undefined },
      request: async (_route, parameters) => ({
        data: await this.#newToken(parameters, signal),
      }),
    });
  }

  async #installation(
    auth: AppAuth,
    signal: AbortSignal,
  ): Promise<Installation> {
    const what = "finding the installation of the GitHub App";
    const body = await this.#send(
      what,
      {
        method: "GET",
        path: `${repositoryPath(this.#place.repository)}/installation`,
        route: "GET /repos/{owner}/{repo}/installation",
      },
      await this.#signed(auth),
      signal,
    );
    const { id, app_id: appId, permissions, suspended_at: suspended } = body;
    if (
      typeof id !== "number" ||
      typeof appId !== "number" ||
      !isJsonObject(permissions)
    )
      throw strangeAnswer(what, "the answer is not an installation");
    if (typeof suspended === "string")
      throw unusable(
        "its installation is suspended",
        "have an owner of the account lift the suspension",
      );
    return { id, appId, permissions };
  }

  async #newToken(
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const { installation_id: id, headers, repositories } = parameters;
    const { permissions } = parameters;
    const what = "fetching the token of the GitHub App";
    const bearer = isJsonObject(headers) ? headers["authorization"] : undefined;
    const jwt =
      typeof bearer === "string" ? bearer.replace(/^bearer /u, "") : "";
    const body = await this.#send(
      what,
      {
        method: "POST",
        path: `/app/installations/${encodeURIComponent(String(id))}/access_tokens`,
        route: "POST /app/installations/{installation_id}/access_tokens",
        body: {
          contentType: "application/json",
          text: JSON.stringify({ repositories, permissions }),
        },
      },
      jwt,
      signal,
    );
    const { token, expires_at: expires } = body;
    if (typeof token !== "string" || !/^[\u0021-\u007e]+$/u.test(token))
      throw strangeAnswer(what, "the answer holds no token");
    this.#key.register(token, "token of the GitHub App");
    if (typeof expires !== "string" || Number.isNaN(Date.parse(expires)))
      throw strangeAnswer(what, "the answer does not say until when it lives");
    return body;
  }

  async #signed(auth: AppAuth): Promise<string> {
    try {
      return (await auth({ type: "app" })).token;
    } catch {
      // What the package says of a key may quote it.
      throw unusable(
        "its private key is no RSA key in PEM",
        "give the file that GitHub made for the App, whole and unchanged",
      );
    }
  }

  async #send(
    what: string,
    request: Pick<HttpRequest, "method" | "path" | "route" | "body">,
    jwt: string,
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const { http, prefix, repository } = this.#place;
    this.#key.register(jwt, "signed word of the GitHub App");
    const { body } = await asApp(repository, () =>
      asForge(what, "that is named", () =>
        http.send(
          {
            ...request,
            path: `${prefix}${request.path}`,
            headers: githubHeaders(jwt),
            // One more token of an hour does no harm.
            isIdempotent: true,
            onReply: ({ headers }) => {
              const time = Date.parse(headers["date"] ?? "");
              this.#forgeTime = Number.isNaN(time) ? undefined : time;
            },
          },
          signal,
        ),
      ),
    );
    if (!isJsonObject(body))
      throw strangeAnswer(what, "the answer is not an object");
    return body;
  }
}

async function loadLibrary(): Promise<Library> {
  const loaded = await loadOptional(
    "@octokit/auth-app",
    () => import("@octokit/auth-app"),
  );
  if ("module" in loaded) return loaded.module;
  throw unusable(
    `it needs the package @octokit/auth-app; ${loaded.why}`,
    loaded.fix,
  );
}

/**
 * What a token is asked for: no more than it is used for, and no more than there is. @throws
 * UserError CLI001 where that is not enough.
 */
function permissionsOf(
  granted: JsonObject,
  { required, wanted }: AppKey,
): AppPermissions {
  const has = ([name, level]: readonly [string, string]): boolean =>
    granted[name] === level || (level === "read" && granted[name] === "write");
  const missing = Object.entries(required).filter((each) => !has(each));
  if (missing.length > 0) {
    const names = missing.map((each) => each.join(": ")).join(", ");
    throw unusable(
      `its installation lacks ${names}`,
      `give the App ${names}, and have an owner of the account accept it`,
    );
  }
  return {
    ...required,
    ...Object.fromEntries(Object.entries(wanted).filter(has)),
  };
}

/** Answers about the App itself have another remedy than those about a token. */
async function asApp<T>(
  repository: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const sentence =
      error instanceof RemoteError ? APP_SENTENCES[String(error.status)] : null;
    if (!(error instanceof RemoteError) || !sentence) throw error;
    const { status, route, notDone } = error;
    throw new RemoteError("REV001", error.message, {
      status,
      ...(route === undefined ? {} : { route }),
      ...(notDone === undefined ? {} : { notDone }),
      why: sentence.why,
      fix: sentence.fix.replace("{repository}", () => repository),
      cause: error,
    });
  }
}

const APP_SENTENCES: Readonly<
  Record<string, { readonly why: string; readonly fix: string } | undefined>
> = {
  401: {
    why: "GitHub does not take what was signed: the private key is not of this App, was deleted there, or the clocks differ",
    fix: "make a new private key in the settings of the App, and set TIELINE_GITHUB_APP_ID and TIELINE_GITHUB_APP_PRIVATE_KEY to what belongs together",
  },
  404: {
    why: "the App is not installed where it could see the repository",
    fix: "install the App for {repository}, and check TIELINE_GITHUB_APP_ID",
  },
  422: {
    why: "the installation does not give what the token is for",
    fix: "accept the permissions of the App for {repository}, as docs/guides/use-in-ci.md lists them",
  },
};

function unusable(why: string, fix: string): UserError {
  return new UserError("CLI001", "the GitHub App cannot be used", {
    why,
    fix,
    notDone: "nothing was posted",
  });
}
