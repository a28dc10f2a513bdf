import { expect } from "vitest";
import type {
  DesiredConnection,
  FieldValues,
  LiveConnection,
} from "../../src/domain/connection.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import type {
  ConnectionsWriter,
  StepRequest,
} from "../../src/ports/connections-api.ts";
import {
  AGENT_AUTH_CASES,
  DRIVER_CASES,
  type DriverCase,
} from "./driver-cases.ts";

/** The value every secret of the suite has. */
export const CANARY = "canary-3f9c1d7e";

export function caseNamed(title: string): DriverCase {
  const found = [...DRIVER_CASES, ...AGENT_AUTH_CASES].find(
    (each) => each.title === title,
  );
  if (found === undefined) throw new Error(`no case "${title}"`);
  return found;
}

export function withFields(
  wanted: DriverCase,
  fields: FieldValues,
): DriverCase {
  return { ...wanted, fields: { ...wanted.fields, ...fields } };
}

export function hasSettings({ fields, secrets }: DriverCase): boolean {
  return (
    secrets.length > 0 ||
    Object.keys(fields).some(
      (pointer) =>
        pointer !== "/state" && !pointer.startsWith("/custom_provider/"),
    )
  );
}

export function stepOf(
  step: StepRequest["step"],
  wanted: DriverCase,
  remoteId: string | null,
  secret: string = CANARY,
): StepRequest {
  return {
    step,
    key: wanted.key,
    provider: wanted.provider,
    authType: wanted.authType,
    remoteId,
    fields: wanted.fields,
    secrets: new Map(
      wanted.secrets.map((pointer) => [pointer, new Secret(secret)]),
    ),
  };
}

export async function reachState(
  driver: ConnectionsWriter,
  wanted: DriverCase,
  signal: AbortSignal,
): Promise<string> {
  const take = async (
    step: StepRequest["step"],
    remoteId: string | null,
  ): Promise<string | null> =>
    (await driver.execute(stepOf(step, wanted, remoteId), signal)).remoteId;
  const { hasCustomProviders, hasToggle } = driver.capabilities;
  if (wanted.authType === "custom" && hasCustomProviders)
    expect(await take("create_provider", null)).toBeNull();
  const remoteId = await take("create", null);
  if (hasSettings(wanted))
    expect(await take("configure", remoteId)).toBe(remoteId);
  if (wanted.fields["/state"] === "inactive" && hasToggle)
    expect(await take("disable", remoteId)).toBe(remoteId);
  if (remoteId === null) throw new Error("a create gives a handle");
  return remoteId;
}

/** Switches a connection by the step or the field its API has for that. */
export async function switchTo(
  driver: ConnectionsWriter,
  state: "active" | "inactive",
  { wanted, remoteId }: { wanted: DriverCase; remoteId: string },
  signal: AbortSignal,
): Promise<void> {
  const toggle = state === "active" ? "enable" : "disable";
  await driver.execute(
    driver.capabilities.hasToggle
      ? stepOf(toggle, wanted, remoteId)
      : stepOf("configure", withFields(wanted, { "/state": state }), remoteId),
    signal,
  );
}

export async function readLive(
  driver: ConnectionsWriter,
  key: string,
  signal: AbortSignal,
): Promise<LiveConnection> {
  const live = await driver.find(key, signal);
  if (live === null) throw new Error(`"${key}" is not there`);
  return live;
}

export async function keysOf(
  driver: ConnectionsWriter,
  signal: AbortSignal,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of driver.listPages(signal))
    keys.push(...page.map(({ key }) => key));
  return keys;
}

export function expectDeclared(live: LiveConnection, wanted: DriverCase): void {
  const declared: FieldValues = {
    "/provider": wanted.provider,
    "/auth_type": wanted.authType,
    "/state": "active",
    ...wanted.fields,
  };
  for (const [pointer, value] of Object.entries(declared))
    expect
      .soft(comparable(pointer, live.fields[pointer]), pointer)
      .toEqual(comparable(pointer, value));
}

/** Scopes are a set; `false` and nothing are one condition. */
function comparable(
  pointer: string,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (value === false) return undefined;
  return pointer === "/scopes" && Array.isArray(value)
    ? [...(value as readonly string[])].sort()
    : value;
}

/** The case as the documents would ask for it. */
export function desiredOf(wanted: DriverCase): DesiredConnection {
  const location = { file: "connections/case.yaml", line: 1, column: 1 };
  return {
    key: wanted.key,
    provider: wanted.provider,
    authType: wanted.authType,
    document: {},
    fields: wanted.fields,
    expected: {},
    secrets: new Map(
      wanted.secrets.map((pointer) => [
        pointer,
        { kind: "secret", path: `case${pointer}` },
      ]),
    ),
    origins: new Map(),
    location,
    isProtected: false,
  };
}
