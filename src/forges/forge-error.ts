import {
  InternalError,
  RemoteError,
  TransientError,
} from "../domain/problem/error.ts";
import { MAX_COMMENT_CHARACTERS } from "../ports/forge.ts";
import type { HttpReply } from "../ports/http-client.ts";

/**
 * Sends something, and says in the words of a forge what went wrong: those of the client are about
 * the API of an environment.
 */
export async function asForge(
  what: string,
  permission: string,
  send: () => Promise<HttpReply>,
): Promise<HttpReply> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const { status, route } = error;
    const detail = {
      status,
      ...(route === undefined ? {} : { route }),
      ...sentence(error, permission),
      notDone: `${what} was not done`,
      cause: error,
    };
    if (error instanceof TransientError)
      throw new TransientError("REV001", messageOf(what, status), {
        ...detail,
        mayHaveCommitted: error.mayHaveCommitted,
        retryAfterMs: error.retryAfterMs,
      });
    throw new RemoteError("REV001", messageOf(what, status), detail);
  }
}

/**
 * What is there, or `undefined` where the forge says that nothing is.
 * @param nothing - further statuses that say so, beside 404.
 */
export async function ifThere(
  read: () => Promise<unknown>,
  nothing: readonly number[] = [],
): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    const isNothing =
      error instanceof RemoteError &&
      error.status !== null &&
      [404, ...nothing].includes(error.status);
    if (isNothing) return undefined;
    throw error;
  }
}

/**
 * An answer that is not what the forge documents. Nothing of it is repeated: whoever answers had
 * our token.
 */
export function strangeAnswer(what: string, why: string): RemoteError {
  return new RemoteError("REV001", messageOf(what, null), {
    status: null,
    why,
    fix: "check the address of the forge's API and any proxy on the way to it",
    notDone: `${what} was not done`,
  });
}

/** A no that came with a status of success, as GraphQL has it. */
export function refusedAnswer(
  what: string,
  permission: string,
  kind: string,
): RemoteError {
  return new RemoteError("REV001", messageOf(what, 403), {
    status: 403,
    why: `the forge says ${kind}`,
    fix: permissionFix(permission),
    notDone: `${what} was not done`,
  });
}

/** @throws InternalError INT001: whoever writes a comment cuts it. */
export function assertFits(body: string): void {
  if (body.length > MAX_COMMENT_CHARACTERS)
    throw new InternalError("INT001", "a comment is longer than a forge takes");
}

function messageOf(what: string, status: number | null): string {
  return `${what}: the forge ${status === null ? "gave no usable answer" : `answered ${String(status)}`}`;
}

function sentence(
  error: RemoteError,
  permission: string,
): { readonly why: string; readonly fix: string } {
  switch (error.status) {
    case 401:
      return {
        why: "the forge does not know the token",
        fix: "give the job a token that is valid, as docs/guides/use-in-ci.md shows",
      };
    case 403:
      return {
        why: "the token may not do this, or its share of requests is used up",
        fix: permissionFix(permission),
      };
    case 404:
      return {
        why: "there is no such pull request, or the token may not see it: a forge answers the same",
        fix: `check repository and number; ${permissionFix(permission)}`,
      };
    case 429:
      return {
        why: "the forge's limit of requests is used up",
        fix: "run the job again later",
      };
    case null:
      return { why: error.message, fix: error.fix ?? "run the job again" };
    default:
      return {
        why: "the forge does not take the request as it is",
        fix: "run the job again; if it stays so, report it with the version of the forge",
      };
  }
}

function permissionFix(permission: string): string {
  return `give the token the permission ${permission}`;
}

/** A text within a number of characters. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text.slice(0, most - 1).toWellFormed()}…`;
}
