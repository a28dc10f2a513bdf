import { credentialAddress } from "../domain/address.ts";
import { UserError } from "../domain/problem/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpClient } from "../ports/http-client.ts";

/** What a forge is reached with. */
export interface ForgeOptions {
  /** Address of its API, such as `https://git.example/api/v4`. */
  readonly apiUrl: string;
  readonly token: string;
  /** `owner/name`, or what GitLab calls the id or path of a project. */
  readonly repository: string;
  /** Makes the one client, for the origin it is given. */
  readonly connect: (origin: string) => HttpClient;
}

/** Which pull request is meant, where one is. */
export interface OfPullRequest {
  readonly pullRequest: number;
}

/** What a token of a GitHub App may do; `metadata: read` is always part of it. */
export type AppPermissions = Readonly<Record<string, "read" | "write">>;

/** A GitHub App to act as, in the place of a token. */
export interface AppKey {
  /** Its number, or its client id. */
  readonly id: string;
  /** PEM. */
  readonly privateKey: string;
  /** What it is used for cannot be done without these. */
  readonly required: AppPermissions;
  /** Are asked for where the installation has them. */
  readonly wanted: AppPermissions;
  /** Makes known what must be hidden. */
  readonly register: (secret: string, name: string) => void;
  readonly clock: Clock;
}

/** What GitHub is reached with. */
export interface GithubOptions extends Omit<ForgeOptions, "token"> {
  readonly token: string | AppKey;
}

/** What GitLab is reached with. */
export interface GitlabOptions extends ForgeOptions {
  /** True for `CI_JOB_TOKEN`, which has a header of its own. */
  readonly isJobToken: boolean;
}

/** An address of an API in two parts: what a client is made for, and what its paths begin with. */
export interface ApiPlace {
  readonly origin: string;
  readonly prefix: string;
}

/** @throws UserError CLI001 for an address that a token must not be sent to. */
export function apiPlace(apiUrl: string): ApiPlace {
  const url = credentialAddress(apiUrl);
  if (url === undefined)
    throw new UserError(
      "CLI001",
      "the address of the forge's API cannot be used",
      {
        why: "a token is sent there: it takes https, and an address without a user",
        fix: "write it like https://git.example/api/v3 (GitHub Enterprise) or https://git.example/api/v4 (GitLab)",
        notDone: "nothing was sent",
      },
    );
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/u, "") };
}
