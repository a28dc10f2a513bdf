import type { FieldValues } from "../../domain/connection.ts";
import {
  ConflictError,
  RemoteError,
  UserError,
} from "../../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { StepRequest, StepResult } from "../../ports/connections-api.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { decodeProvider, encodeProvider } from "./codec.ts";
import type { CustomProvider } from "./provider-directory.ts";
import {
  isAmbiguous,
  lookRepeatedly,
  resultOf,
  sendWrite,
  type Write,
} from "../step-writes.ts";
import { isNotFound, stringAt } from "../wire-reading.ts";
import type { StepContext } from "./step-context.ts";
import { wireTypeOf } from "./vocabulary.ts";

/** How a connection names its provider on the wire. */
export interface ProviderIdentity {
  readonly providerKey: string;
  readonly wireType: string;
}

/**
 * Key and type for a new connection. A custom provider's key is the server's and differs per
 * environment, so it is looked up.
 * @throws UserError DRV024 when the custom provider does not exist or its name is not unique.
 */
export async function providerIdentity(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<ProviderIdentity> {
  if (request.authType !== "custom") {
    const entry = context.names.entry(request.provider);
    return {
      providerKey: entry?.provider_key ?? request.provider.toUpperCase(),
      wireType: wireTypeOf(request.authType) ?? request.authType.toUpperCase(),
    };
  }
  const provider = await onlyProvider(context, request, signal);
  if (provider === null) throw unknownProvider(request, "it does not exist");
  return {
    providerKey: provider.identifier,
    wireType:
      patternType(request.fields["/custom_provider/auth_patterns"]) ??
      patternType(provider.raw["auth_patterns"]) ??
      "OAUTH",
  };
}

const CREATE_ROUTE = "POST /api/v1/custom-providers";

/**
 * Makes the custom provider unless it is there as declared.
 * @throws ConflictError DRV021 when one of this name is there with other settings.
 */
export async function createProvider(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const write: Write = {
    method: "POST",
    path: "/api/v1/custom-providers",
    route: CREATE_ROUTE,
    body: encodeProvider(undefined, request.fields),
    isIdempotent: false,
  };
  if (await isThere(context, request, signal))
    return resultOf(request.remoteId, write);
  // There was none: whatever has this name from now on came of our request.
  context.created.add(markOf(request));
  // A display name need not be unique to the API, so a second call could make a second provider:
  // look before each.
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await sendWrite(context.api, write, signal);
      return resultOf(request.remoteId, write, reply);
    } catch (error) {
      if (!isAmbiguous(error, signal)) {
        context.created.delete(markOf(request));
        throw error;
      }
      const found = await lookRepeatedly(context.api, signal, async () =>
        (await isThere(context, request, signal)) ? true : null,
      );
      if (found === true) return resultOf(request.remoteId, write);
      if (attempt > 1) throw error;
    } finally {
      context.directory.forget();
    }
  }
}

async function isThere(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<boolean> {
  context.directory.forget();
  const live = await onlyProvider(context, request, signal);
  if (live === null) return false;
  if (isAsDeclared(live.raw, request.fields)) return true;
  throw new ConflictError(
    "DRV021",
    `the custom provider "${request.provider}" exists with other settings than "${request.key}" declares`,
    {
      why: "a custom provider may serve several connections; it is changed only where a plan shows the change",
      fix: "make the documents that declare it agree with each other and with the platform, then plan again",
      notDone: `"${request.key}" was not made`,
    },
  );
}

function isAsDeclared(live: JsonObject, fields: FieldValues): boolean {
  const declared = decodeProvider(encodeProvider(undefined, fields));
  const actual = decodeProvider(live);
  return Object.entries(declared).every(
    ([pointer, value]) =>
      canonicalJson(actual[pointer] ?? null) === canonicalJson(value),
  );
}

/** Makes the custom provider what is declared. */
export async function updateProvider(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  context.directory.forget();
  const live = await onlyProvider(context, request, signal);
  if (live === null) throw unknownProvider(request, "it does not exist");
  const write: Write = {
    method: "PUT",
    path: providerPath(live.identifier),
    route: "PUT /api/v1/custom-providers/{identifier}",
    body: encodeProvider(live.raw, request.fields),
    isIdempotent: true,
  };
  try {
    const reply = await sendWrite(context.api, write, signal);
    return resultOf(request.remoteId, write, reply);
  } finally {
    context.directory.forget();
  }
}

/**
 * Deletes the custom provider; one that is gone is done, and one that other connections use stays.
 */
export async function deleteProvider(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  context.directory.forget();
  const live = await onlyProvider(context, request, signal);
  const write: Write = {
    method: "DELETE",
    path: providerPath(live?.identifier ?? request.provider),
    route: "DELETE /api/v1/custom-providers/{identifier}",
    isIdempotent: true,
  };
  if (live === null) return resultOf(request.remoteId, write);
  try {
    const reply = await sendWrite(context.api, write, signal);
    context.created.delete(markOf(request));
    return resultOf(request.remoteId, write, reply);
  } catch (error) {
    const isDone =
      isNotFound(error) ||
      (isRefused(error) && (await isUsed(context, live.identifier, signal)));
    if (isDone) return resultOf(request.remoteId, write);
    throw error;
  } finally {
    context.directory.forget();
  }
}

/** Looks more than once: a connection just made may not be listed yet. */
async function isUsed(
  context: StepContext,
  identifier: string,
  signal: AbortSignal,
): Promise<boolean> {
  const users = await lookRepeatedly(context.api, signal, async () => {
    const found = await context.reader.usersOf(identifier, signal);
    return found.length > 0 ? found : null;
  });
  return users !== null;
}

/**
 * The vendor documents the refusal of a used provider but not its code: any plain refusal may be
 * it, the list of users decides.
 */
function isRefused(error: unknown): boolean {
  return (
    error instanceof RemoteError &&
    (error.status === 400 || error.status === 409)
  );
}

async function onlyProvider(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<CustomProvider | null> {
  const look = (): Promise<readonly CustomProvider[]> =>
    context.directory.custom(request.provider, signal);
  const lookAgain = async (): Promise<readonly CustomProvider[] | null> => {
    context.directory.forget();
    const found = await look();
    return found.length > 0 ? found : null;
  };
  let found = await look();
  // One that we made ourselves is there, even where the list does not show it yet.
  if (found.length === 0 && context.created.has(markOf(request)))
    found = (await lookRepeatedly(context.api, signal, lookAgain)) ?? [];
  const [first, ...others] = found;
  if (first === undefined) return null;
  if (others.length > 0 && context.created.has(markOf(request)))
    return removeTwins(context, found, request, signal);
  if (others.length > 0)
    throw unknownProvider(
      request,
      `there are ${String(others.length + 1)} with its display name`,
    );
  return first;
}

/**
 * A request that the network delivered twice made two providers, because their names need not be
 * unique. There was none when it was sent, so they are twins of one request: the surplus goes, as
 * long as it is the same and nobody uses it.
 */
async function removeTwins(
  context: StepContext,
  found: readonly CustomProvider[],
  request: StepRequest,
  signal: AbortSignal,
): Promise<CustomProvider> {
  const users = await Promise.all(
    found.map(({ identifier }) => context.reader.usersOf(identifier, signal)),
  );
  const unused = found.filter((_, index) => users[index]?.length === 0);
  const used = found.find((each) => !unused.includes(each));
  const kept = used ?? found[0];
  const surplus = unused.filter((each) => each !== kept);
  const shape = ({ raw }: CustomProvider): string =>
    canonicalJson(decodeProvider(raw));
  if (
    kept === undefined ||
    surplus.length !== found.length - 1 ||
    surplus.some((each) => shape(each) !== shape(kept))
  )
    throw unknownProvider(
      request,
      `there are ${String(found.length)} with its display name`,
    );
  for (const { identifier } of surplus)
    await sendWrite(
      context.api,
      {
        method: "DELETE",
        path: providerPath(identifier),
        route: "DELETE /api/v1/custom-providers/{identifier}",
        isIdempotent: true,
      },
      signal,
    ).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  context.directory.forget();
  return kept;
}

/** Under what a made provider is remembered; handles of connections have no colon and no blank. */
function markOf({ provider }: StepRequest): string {
  return `provider: ${provider}`;
}

function unknownProvider(request: StepRequest, what: string): UserError {
  return new UserError(
    "DRV024",
    `the custom provider "${request.provider}" of "${request.key}" cannot be identified: ${what}`,
    {
      why: "custom providers are found by their display name, because the server's own name for one differs per environment",
      fix: "declare it under custom_provider in the connection's file, and keep one provider per display name",
      notDone: `the step "${request.step}" was not carried out`,
    },
  );
}

function providerPath(identifier: string): string {
  return `/api/v1/custom-providers/${encodeURIComponent(identifier)}`;
}

function patternType(patterns: unknown): string | undefined {
  const first: unknown = Array.isArray(patterns) ? patterns[0] : undefined;
  if (!isJsonObject(first)) return undefined;
  return stringAt(first, "type") || undefined;
}
