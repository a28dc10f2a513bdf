import type { LiveConnection } from "../../domain/connection.ts";
import { RemoteError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { HttpReply } from "../../ports/http-client.ts";
import type { StepRequest, StepResult } from "../../ports/connections-api.ts";
import { revealBody } from "../encoded-body.ts";
import { AUTH_MODE_POINTER } from "./capabilities.ts";
import { encodeConfigure } from "./codec.ts";
import { providerIdentity } from "./provider-steps.ts";
import { assertReadable, connectionPath, readConnection } from "./reader.ts";
import {
  isAmbiguous,
  lookRepeatedly,
  remoteIdOf,
  resultOf,
  sendWrite,
  type Write,
} from "../step-writes.ts";
import { isNotFound, stringAt } from "../wire-reading.ts";
import { gone, isDuplicate, nameTaken, orGone } from "../write-errors.ts";
import type { StepContext } from "./step-context.ts";
import { authTypeOf, wireAuthModeOf } from "./vocabulary.ts";
import {
  connectionShown,
  parseConnectionReply,
  type WireConnection,
} from "./wire.ts";

const CREATE_ROUTE = "POST /api/v1/connections";

/**
 * Creates the connection by name, without looking whether it is free: the API refuses one that is
 * taken. The call is not repeatable, so a lost answer is settled by looking the name up: found with
 * our provider and type, and not there before our call, it is ours; not found, it is sent once
 * more.
 * @throws ConflictError DRV021 when the name was taken before our first call; TransientError where
 * that cannot be told.
 * @remarks Source: docs/drivers/scalekit-api.md sections 5 and 10: `flags` travel in the query; a
 * taken name is 400 DUPLICATE_IDENTIFIER.
 */
export async function createConnection(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const identity = await providerIdentity(context, request, signal);
  const authMode = request.fields[AUTH_MODE_POINTER];
  const write: Write = {
    method: "POST",
    path: "/api/v1/connections",
    route: CREATE_ROUTE,
    query: { "flags.is_app": "true" },
    body: {
      provider_key: identity.providerKey,
      type: identity.wireType,
      key_id: request.key,
      ...(typeof authMode === "string"
        ? { auth_mode: wireAuthModeOf(authMode) }
        : {}),
    },
    isIdempotent: false,
  };
  const { lastAnsweredAt, clock } = context.api;
  // When the API answered last before our call left: what it made before that is not ours.
  const since = lastAnsweredAt?.() ?? clock.now() - MOST_UNSEEN_MS;
  try {
    return await sendCreate(context, request, write, signal);
  } catch (error) {
    if (isDuplicate(error)) throw nameTaken(request, error);
    if (!isAmbiguous(error, signal)) throw error;
    const lost = { since, error, wasFree: false };
    const ours = await findOurs(context, request, lost, signal);
    if (ours !== null) return keep(context, ours, write);
    return createAgain(context, request, { write, since }, signal);
  }
}

/**
 * The second and last try: no look showed the name before it, so one that is taken by now was taken
 * by our first one, unless it is older than that.
 */
async function createAgain(
  context: StepContext,
  request: StepRequest,
  { write, since }: { readonly write: Write; readonly since: number },
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    return await sendCreate(context, request, write, signal);
  } catch (error) {
    if (!isDuplicate(error) && !isAmbiguous(error, signal)) throw error;
    const lost = { since, error, wasFree: true };
    const ours = await findOurs(context, request, lost, signal);
    if (ours !== null) return keep(context, ours, write);
    throw isDuplicate(error) ? nameTaken(request, error) : error;
  }
}

async function sendCreate(
  context: StepContext,
  request: StepRequest,
  write: Write,
  signal: AbortSignal,
): Promise<StepResult> {
  const reply = await sendWrite(context.api, write, signal);
  const { id } = parseConnectionReply(reply, CREATE_ROUTE);
  context.created.add(id);
  const shown = await shownBy(context, reply, id, signal);
  return resultOf(
    id,
    write,
    reply,
    shown?.key === request.key ? shown : undefined,
  );
}

/** The connection as the answer to a write shows it, where it does. */
async function shownBy(
  { reader }: StepContext,
  reply: HttpReply,
  remoteId: string,
  signal: AbortSignal,
): Promise<LiveConnection | undefined> {
  const wire = connectionShown(reply, remoteId);
  return wire === undefined ? undefined : reader.shownBy(wire, signal);
}

function keep(
  context: StepContext,
  found: LiveConnection,
  write: Write,
): StepResult {
  context.created.add(found.remoteId);
  return resultOf(found.remoteId, write, undefined, found);
}

/** What is known of a create whose answer was lost, where nobody looked for the name before it. */
interface LostCreate {
  /** Milliseconds since 1970 by the API's clock. */
  readonly since: number;
  readonly error: unknown;
  /** True where earlier looks showed no such name. */
  readonly wasFree: boolean;
}

/**
 * The connection that a lost create made, `null` where there is none. The time it was made says
 * whether it is ours. Where none is told, one that the first look did not show counts as ours; a
 * look may be behind, so that alone is never held against a time.
 * @throws ConflictError DRV021 for somebody else's; the error of the create where nothing tells.
 */
async function findOurs(
  { api, reader }: StepContext,
  request: StepRequest,
  { since, error, wasFree }: LostCreate,
  signal: AbortSignal,
): Promise<LiveConnection | null> {
  let looks = 0;
  const found = await lookRepeatedly(api, signal, () => {
    looks += 1;
    return reader.find(request.key, signal);
  });
  if (found === null) return null;
  const isOurKind =
    found.provider === request.provider && found.authType === request.authType;
  if (!isOurKind) throw nameTaken(request);
  const madeAt = Date.parse(
    stringAt(reader.wireOf(found)?.raw ?? {}, "create_time"),
  );
  if (madeAt < since - CLOCK_SLACK_MS) throw nameTaken(request);
  if (Number.isNaN(madeAt) && looks === 1 && !wasFree) throw error;
  return found;
}

/** Both times are the API's own, and its answers tell theirs in whole seconds. */
const CLOCK_SLACK_MS = 1000;

/**
 * How long ago a connection may have been made by our clock, where the API has told no time yet.
 */
const MOST_UNSEEN_MS = 60_000;

/**
 * Makes the settings what is declared: lays the declared values over what is there, as it was seen
 * a moment ago or is read now, and sends the whole.
 * @throws ConflictError DRV021 when the connection is gone or has become one of another kind.
 */
export async function configureConnection(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const remoteId = remoteIdOf(request);
  const seen = seenAs(context, request, remoteId);
  const send = async (live: WireConnection): Promise<StepResult> => {
    await assertSameKind(context, request, live, signal);
    const encoded = encodeConfigure(live, request.key, request);
    const write: Write = {
      method: "PATCH",
      path: connectionPath(remoteId),
      route: "PATCH /api/v1/connections/{id}",
      body: encoded.body,
      bodyText: revealBody(encoded),
      isIdempotent: true,
    };
    const reply = await sendWrite(context.api, write, signal);
    const shown = await shownBy(context, reply, remoteId, signal);
    return resultOf(remoteId, write, reply, shown);
  };
  const readAndSend = async (): Promise<StepResult> =>
    orGone(
      request,
      send(await readForWrite(context, request, remoteId, signal)),
    );
  if (seen === undefined) return readAndSend();
  try {
    return await send(seen);
  } catch (error) {
    // One that was made a moment ago may not be there for everybody yet.
    if (isNotFound(error) && context.created.has(remoteId))
      return readAndSend();
    throw isNotFound(error)
      ? gone(request, "it does not exist any more", error)
      : error;
  }
}

/** The connection as the caller has seen it a moment ago, in the words of the wire. */
function seenAs(
  { reader }: StepContext,
  { seen }: StepRequest,
  remoteId: string,
): WireConnection | undefined {
  const wire = reader.wireOf(seen);
  return wire?.id === remoteId ? wire : undefined;
}

async function readForWrite(
  context: StepContext,
  request: StepRequest,
  remoteId: string,
  signal: AbortSignal,
): Promise<WireConnection> {
  const look = (): Promise<WireConnection | null> =>
    readConnection(context.api, remoteId, signal);
  const live = context.created.has(remoteId)
    ? await lookRepeatedly(context.api, signal, look)
    : await look();
  if (live === null) throw gone(request, "it does not exist any more");
  return live;
}

async function assertSameKind(
  context: StepContext,
  request: StepRequest,
  live: WireConnection,
  signal: AbortSignal,
): Promise<void> {
  const provider = await context.directory.resolve(live.providerKey, signal);
  assertReadable(live, provider);
  const authType =
    provider.custom === undefined ? authTypeOf(live.type) : "custom";
  // A PATCH repeats provider and type; sending ours over another kind would convert it and reset
  // its settings.
  if (provider.slug !== request.provider || authType !== request.authType)
    throw gone(request, "it has another provider or auth type now");
}

/**
 * Switches a connection on or off. The answer tells of the switch alone; the rest is as it was
 * seen.
 * @throws RemoteError DRV090 when the API says in its reply that it did not.
 * @remarks Source: docs/drivers/scalekit-api.md section 10: a body-less PATCH whose failure may be
 * told inside a successful reply.
 */
export async function toggleConnection(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const remoteId = remoteIdOf(request);
  const action = request.step === "enable" ? "enable" : "disable";
  const route = `PATCH /api/v1/connections/{id}:${action}`;
  const write: Write = {
    method: "PATCH",
    path: connectionPath(remoteId, action),
    route,
    isIdempotent: true,
  };
  const reply = await orGone(request, sendWrite(context.api, write, signal));
  const body = isJsonObject(reply.body) ? reply.body : {};
  const isEnabled = body["enabled"] === true;
  if (
    stringAt(body, "error_message") !== "" ||
    isEnabled !== (action === "enable")
  ) {
    throw new RemoteError(
      "DRV090",
      `the API did not ${action} "${request.key}" although it accepted the request`,
      {
        status: reply.status,
        route,
        ...(reply.requestId === undefined
          ? {}
          : { requestId: reply.requestId }),
        why: "its reply says that the switch did not move; often the settings of the connection are not complete",
        fix: "complete the connection's credentials, or look at it in the platform's dashboard",
      },
    );
  }
  const seen = seenAs(context, request, remoteId);
  const shown =
    seen === undefined || reply.isEquivocal === true
      ? undefined
      : await context.reader.shownBy(
          { ...seen, isEnabled, raw: { ...seen.raw, enabled: isEnabled } },
          signal,
        );
  return resultOf(remoteId, write, reply, shown);
}

/** Deletes the connection; one that is gone already is done. */
export async function deleteConnection(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const write: Write = {
    method: "DELETE",
    path: connectionPath(remoteIdOf(request)),
    route: "DELETE /api/v1/connections/{id}",
    isIdempotent: true,
  };
  try {
    const reply = await sendWrite(context.api, write, signal);
    return resultOf(null, write, reply, null);
  } catch (error) {
    if (isNotFound(error)) return resultOf(null, write, undefined, null);
    throw error;
  }
}
