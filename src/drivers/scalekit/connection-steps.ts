import { RemoteError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
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
import { parseConnectionReply, type WireConnection } from "./wire.ts";

const CREATE_ROUTE = "POST /api/v1/connections";

/**
 * Creates the connection by name. The call is not repeatable, so a lost answer is settled by
 * looking the name up: found with our provider and type, it is ours; not found, it is sent once
 * more.
 * @throws ConflictError DRV021 when the name was taken before our first call.
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
  try {
    return await sendCreate(context, write, signal);
  } catch (error) {
    if (isDuplicate(error)) throw nameTaken(request, error);
    if (!isAmbiguous(error, signal)) throw error;
    const ours = await findOurs(context, request, signal);
    if (ours !== null) return keep(context, ours, write);
    return createAgain(context, request, write, signal);
  }
}

/** The second and last try: a name that is taken by now was taken by our first one. */
async function createAgain(
  context: StepContext,
  request: StepRequest,
  write: Write,
  signal: AbortSignal,
): Promise<StepResult> {
  try {
    return await sendCreate(context, write, signal);
  } catch (error) {
    if (!isDuplicate(error) && !isAmbiguous(error, signal)) throw error;
    const ours = await findOurs(context, request, signal);
    if (ours !== null) return keep(context, ours, write);
    throw isDuplicate(error) ? nameTaken(request, error) : error;
  }
}

async function sendCreate(
  context: StepContext,
  write: Write,
  signal: AbortSignal,
): Promise<StepResult> {
  const reply = await sendWrite(context.api, write, signal);
  const connection = parseConnectionReply(reply, CREATE_ROUTE);
  context.created.add(connection.id);
  return resultOf(connection.id, write, reply);
}

function keep(
  context: StepContext,
  remoteId: string,
  write: Write,
): StepResult {
  context.created.add(remoteId);
  return resultOf(remoteId, write);
}

async function findOurs(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<string | null> {
  const found = await lookRepeatedly(context.api, signal, () =>
    context.reader.find(request.key, signal),
  );
  if (found === null) return null;
  if (
    found.provider === request.provider &&
    found.authType === request.authType
  )
    return found.remoteId;
  throw nameTaken(request);
}

/**
 * Makes the settings what is declared: reads what is there, lays the declared values over it, sends
 * the whole.
 * @throws ConflictError DRV021 when the connection is gone or has become one of another kind.
 */
export async function configureConnection(
  context: StepContext,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const remoteId = remoteIdOf(request);
  const live = await readForWrite(context, request, remoteId, signal);
  const encoded = encodeConfigure(live, request.key, request);
  const write: Write = {
    method: "PATCH",
    path: connectionPath(remoteId),
    route: "PATCH /api/v1/connections/{id}",
    body: encoded.body,
    bodyText: revealBody(encoded),
    isIdempotent: true,
  };
  return resultOf(
    remoteId,
    write,
    await orGone(request, sendWrite(context.api, write, signal)),
  );
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
  const provider = await context.directory.resolve(live.providerKey, signal);
  assertReadable(live, provider);
  const authType =
    provider.custom === undefined ? authTypeOf(live.type) : "custom";
  // A PATCH repeats provider and type; sending ours over another kind would convert it and reset
  // its settings.
  if (provider.slug !== request.provider || authType !== request.authType)
    throw gone(request, "it has another provider or auth type now");
  return live;
}

/**
 * Switches a connection on or off.
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
  return resultOf(remoteId, write, reply);
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
    return resultOf(null, write, await sendWrite(context.api, write, signal));
  } catch (error) {
    if (isNotFound(error)) return resultOf(null, write);
    throw error;
  }
}
