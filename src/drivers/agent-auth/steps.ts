import { InternalError, RemoteError } from "../../domain/problem/error.ts";
import type { LiveConnection } from "../../domain/connection.ts";
import type { HttpReply } from "../../ports/http-client.ts";
import type { StepRequest, StepResult } from "../../ports/connections-api.ts";
import { revealBody } from "../encoded-body.ts";
import {
  isAmbiguous,
  lookRepeatedly,
  remoteIdOf,
  resultOf,
  sendWrite,
  type Write,
} from "../step-writes.ts";
import { isNotFound } from "../wire-reading.ts";
import { gone, isDuplicate, nameTaken, orGone } from "../write-errors.ts";
import {
  connectionPath,
  connectionShown,
  parseReply,
  readConnection,
  type AgentAuthApi,
  type WireConnection,
} from "./client.ts";
import { encodeCreate, encodeUpdate } from "./codec.ts";

/** The API, and what answers to writes show. */
export interface StepApi extends AgentAuthApi {
  /** What the wire showed of a connection that was given out; `undefined` of any other. */
  wireOf(live: LiveConnection | undefined): WireConnection | undefined;
  /** A connection as an answer shows it; `undefined` where it cannot be used. */
  shownBy(wire: WireConnection, reply: HttpReply): LiveConnection | undefined;
}

const CREATE_ROUTE = "POST /v1/connect/connections";

/**
 * Creates the connection under our name, settings and all. A lost answer is settled by looking the
 * name up, and sent once more when nothing is there.
 * @throws ConflictError DRV021 when the name was taken; RemoteError DRV090 when the API gave the
 * connection a name of its own.
 * @remarks Source: docs/drivers/scalekit-api.md section 21 for route and body. Inferred: the reply,
 * and that a taken name is refused.
 */
export async function createConnection(
  api: StepApi,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const encoded = encodeCreate(request);
  const write: Write = {
    method: "POST",
    path: connectionPath(),
    route: CREATE_ROUTE,
    body: encoded.body,
    bodyText: revealBody(encoded),
    isIdempotent: false,
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const reply = await sendWrite(api, write, signal);
      const wire = parseReply(reply, CREATE_ROUTE);
      if (wire.id !== request.key) throw renamedByApi(request);
      return resultOf(wire.id, write, reply, api.shownBy(wire, reply));
    } catch (error) {
      // On the second try a taken name may be the work of our first, whose answer was lost.
      const mayBeOurs =
        isAmbiguous(error, signal) || (attempt > 1 && isDuplicate(error));
      if (!mayBeOurs)
        throw isDuplicate(error) ? nameTaken(request, error) : error;
      const isOurs = await isThereAsAsked(api, request, signal);
      if (isOurs) return resultOf(request.key, write);
      if (attempt > 1) throw error;
    }
  }
}

async function isThereAsAsked(
  api: StepApi,
  request: StepRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await lookRepeatedly(api, signal, () =>
    readConnection(api, request.key, signal),
  );
  if (found === null) return false;
  const isOurs =
    found.provider === request.provider && found.authType === request.authType;
  if (!isOurs) throw nameTaken(request);
  return true;
}

/**
 * Makes the settings, the state and the name what is declared.
 * @throws ConflictError DRV021 when the connection is gone or has become one of another kind.
 */
export async function configureConnection(
  api: StepApi,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const remoteId = remoteIdOf(request);
  const seen = api.wireOf(request.seen);
  const live =
    seen?.id === remoteId ? seen : await readConnection(api, remoteId, signal);
  if (live === null) throw gone(request, "it does not exist any more");
  if (live.provider !== request.provider || live.authType !== request.authType)
    throw gone(request, "it has another provider or auth type now");
  const encoded = encodeUpdate(live, request);
  const write: Write = {
    method: "PATCH",
    path: connectionPath(remoteId),
    route: "PATCH /v1/connect/connections/{connection_id}",
    body: encoded.body,
    bodyText: revealBody(encoded),
    isIdempotent: true,
  };
  const reply = await orGone(request, sendWrite(api, write, signal));
  const wire = connectionShown(reply);
  return resultOf(
    request.key,
    write,
    reply,
    wire?.id === request.key ? api.shownBy(wire, reply) : undefined,
  );
}

/** Deletes the connection; one that is gone already is done. */
export async function deleteConnection(
  api: StepApi,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepResult> {
  const write: Write = {
    method: "DELETE",
    path: connectionPath(remoteIdOf(request)),
    route: "DELETE /v1/connect/connections/{connection_id}",
    isIdempotent: true,
  };
  try {
    const reply = await sendWrite(api, write, signal);
    return resultOf(null, write, reply, null);
  } catch (error) {
    if (isNotFound(error)) return resultOf(null, write, undefined, null);
    throw error;
  }
}

/** A plan is made from the capabilities, so none asks for what the dialect does not have. */
export function refuseStep(request: StepRequest): InternalError {
  return new InternalError(
    "INT001",
    `step "${request.step}" of "${request.key}" does not exist in this dialect`,
  );
}

/** The other name is not shown: it comes from an answer to a request that carried secrets. */
function renamedByApi(request: StepRequest): RemoteError {
  return new RemoteError(
    "DRV090",
    `the API gave the connection "${request.key}" another name`,
    {
      status: null,
      route: CREATE_ROUTE,
      why: "tieline finds connections by the name it gives them, and this API did not take it",
      fix: 'delete the connection that was made last on the platform, and use the driver "scalekit"',
      notDone: `"${request.key}" is not managed`,
    },
  );
}
