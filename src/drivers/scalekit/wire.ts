import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { getAt, pointerOf } from "../../domain/field/pointer.ts";
import type { HttpReply } from "../../ports/http-client.ts";
import { misfit, stringAt } from "../wire-reading.ts";
import { capabilityOf, type WireField } from "./capabilities.ts";
import { isKnownAuthMode, isKnownType } from "./vocabulary.ts";

/**
 * A connection as the wire shows it, list and detail alike. Whether the server sends zero values is
 * not known, so a missing member reads as its zero value (docs/drivers/scalekit-api.md section 4).
 */
export interface WireConnection {
  readonly id: string;
  readonly keyId: string;
  readonly providerKey: string;
  readonly type: string;
  readonly status: string;
  readonly isEnabled: boolean;
  readonly raw: JsonObject;
}

/** Why an object is no connection, with as much of its identity as it tells. */
interface NoConnection {
  readonly key: string;
  readonly remoteId: string;
  readonly problem: string;
}

/** Takes an item of the list apart. */
export function parseListed(value: JsonObject): WireConnection | NoConnection {
  const id = stringAt(value, "id");
  const type = stringAt(value, "type");
  const key = stringAt(value, "key_id");
  if (id === "" || type === "")
    return { key, remoteId: id, problem: "it has no id or no type" };
  return {
    id,
    // A connection always has a name today; one without cannot be told from others but by its
    // handle.
    keyId: key || id,
    providerKey: stringAt(value, "provider_key"),
    type,
    status: stringAt(value, "status") || "CONNECTION_STATUS_UNSPECIFIED",
    isEnabled: value["enabled"] === true,
    raw: value,
  };
}

/** Takes a connection apart. @throws RemoteError DRV020 when it lacks what makes it one. */
export function parseConnection(value: unknown, route: string): WireConnection {
  if (!isJsonObject(value))
    throw misfit(route, "a connection is missing in it");
  const parsed = parseListed(value);
  if ("problem" in parsed)
    throw misfit(route, "a connection in it has no id or no type");
  return parsed;
}

/**
 * Why a connection cannot be used although it has what makes it one: a member that this program
 * works with is something else than the API says. Whoever took it for empty, off or another kind
 * would write over it.
 */
export function shapeProblem({
  raw,
  type,
}: WireConnection): string | undefined {
  const misshapen = IDENTITY_SHAPES.find(
    ([name, isFit]) => !isFit(raw[name] ?? null),
  );
  if (misshapen !== undefined) return notWhatItIs(misshapen[0]);
  const { config, fields } = capabilityOf(type);
  const settings = config === null ? null : (raw[config] ?? null);
  if (settings === null) return undefined;
  if (!isJsonObject(settings)) return notWhatItIs(config ?? "");
  return misshapenField(settings, fields);
}

/**
 * Why a connection is of a kind that a later version of the API has; `undefined` for one of
 * today's.
 */
export function newerKind({ raw, type }: WireConnection): string | undefined {
  if (!isKnownType(type)) return unknownWord("type");
  return isKnownAuthMode(stringAt(raw, "auth_mode"))
    ? undefined
    : unknownWord("auth_mode");
}

function unknownWord(member: string): string {
  return `it has a "${member}" that this version of tieline does not know`;
}

/** The first field of an object that does not have the shape the API gives it. */
export function misshapenField(
  settings: JsonObject,
  fields: readonly WireField[],
): string | undefined {
  const field = fields.find(
    ({ path, shape }) =>
      !hasShape(getAt(settings, pointerOf(path)) ?? null, shape),
  );
  return field === undefined ? undefined : notWhatItIs(field.path.join("."));
}

function notWhatItIs(member: string): string {
  return `its "${member}" is not what the API says it is`;
}

const isText = (value: JsonValue): boolean =>
  value === null || typeof value === "string";
const isSwitch = (value: JsonValue): boolean =>
  value === null || typeof value === "boolean";

const IDENTITY_SHAPES: readonly (readonly [
  string,
  (value: JsonValue) => boolean,
])[] = [
  ["key_id", isText],
  ["provider_key", isText],
  ["status", isText],
  ["enabled", isSwitch],
  ["auth_mode", isText],
];

function hasShape(value: JsonValue, shape: WireField["shape"]): boolean {
  switch (shape) {
    case "string":
    case "choice":
      return isText(value);
    case "boolean":
      return isSwitch(value);
    case "list":
      return (
        value === null || isListOf(value, (item) => typeof item === "string")
      );
    case "values":
      return value === null || Array.isArray(value);
    case "map":
      return (
        value === null || hasMembers(value, (text) => typeof text === "string")
      );
    case "message":
      return (
        value === null ||
        hasMembers(
          value,
          (member) => isText(member) || isListOf(member, isText),
        )
      );
  }
}

function isListOf(
  value: JsonValue,
  isFit: (item: JsonValue) => boolean,
): boolean {
  // The guard of the platform says any[]; what it finds is still JSON.
  return Array.isArray(value) && (value as readonly JsonValue[]).every(isFit);
}

function hasMembers(
  value: JsonValue,
  isFit: (member: JsonValue) => boolean,
): boolean {
  return isJsonObject(value) && Object.values(value).every(isFit);
}

/**
 * The connection that the answer to a write shows; `undefined` where it shows none, another one, or
 * says two things.
 */
export function connectionShown(
  { body, isEquivocal }: Pick<HttpReply, "body" | "isEquivocal">,
  remoteId: string,
): WireConnection | undefined {
  const value = isJsonObject(body) ? body["connection"] : undefined;
  if (isEquivocal === true || !isJsonObject(value)) return undefined;
  const parsed = parseListed(value);
  return "problem" in parsed || parsed.id !== remoteId ? undefined : parsed;
}

/** The connection of a reply of the form `{connection: …}`. @throws RemoteError DRV020 */
export function parseConnectionReply(
  reply: HttpReply,
  route: string,
): WireConnection {
  return parseConnection(
    isJsonObject(reply.body) ? reply.body["connection"] : undefined,
    route,
  );
}
