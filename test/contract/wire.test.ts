import { fromJson } from "@bufbuild/protobuf";
import type { DescField, DescMessage, JsonValue } from "@bufbuild/protobuf";
import { describe, expect, it, onTestFinished } from "vitest";

import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { isJsonObject } from "../../src/domain/json.ts";
import { Secret } from "../../src/domain/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { createDescriptors } from "../../src/embedded/descriptors.ts";
import type { FieldType, MessageSpec } from "../../src/embedded/field-spec.ts";
import { startEmbedded } from "../../src/embedded/index.ts";
import type { Switches } from "../../src/embedded/index.ts";
import { RPCS } from "../../src/embedded/service.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import type { HttpClient, HttpRequest } from "../../src/ports/http-client.ts";
import { createFakeClock } from "../support/clock.ts";
import {
  ErrorInfoSchema,
  accountsFile,
  connectionsFile,
  described,
} from "../support/sdk.ts";
import { DRIVER_CASES } from "./driver-cases.ts";
import { hasSettings, reachState, stepOf } from "./driver-steps.ts";

const { ConnectionService } = connectionsFile;
const { ConnectedAccountService } = accountsFile;

/** Fields the vendor added after SDK 2.11.0, so its descriptors cannot know them. */
const NEWER_FIELDS: Readonly<Record<string, string>> = {
  "OAuthConnectionConfig.token_endpoint_auth_method":
    "vendor OpenAPI document and newer SDK sources",
  "OAuthConnectionConfig.googleads_developer_token":
    "vendor OpenAPI document and newer SDK sources",
  "OAuthConnectionConfig.scope_selection_allowed": "newer SDK sources",
  "OAuthConnectionConfig.required_scopes": "newer SDK sources",
  "OAuthConnectionConfig.required_optional_scopes": "newer SDK sources",
  "GoogleDWDConfig.scope_selection_allowed": "newer SDK sources",
  "GoogleDWDConfig.required_scopes": "newer SDK sources",
  "CreateConnection.auth_mode": "newer SDK sources",
  "CreateConnection.context": "newer SDK sources",
  "Connection.auth_mode": "newer SDK sources",
  "ListConnection.auth_mode": "newer SDK sources",
};

/** Fields of the SDK that nothing here emits or takes. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  "ConnectedAccount.authorization_details": "holds credentials",
  "ConnectedAccount.api_config": "free-form, no part of a configuration",
  "ErrorInfo.debug_info": "never filled",
  "ErrorInfo.help_info": "never filled",
  "ErrorInfo.localized_message_info": "never filled",
  "ErrorInfo.resource_info": "never filled",
  "ErrorInfo.tool_error_info": "no tools here",
  "RequestInfo.serving_data": "never filled",
};

/** Messages of which only the name is known here: the login side is not served. */
const OPAQUE: ReadonlySet<string> = new Set([
  "OIDCConnectionConfig",
  "SAMLConnectionConfigRequest",
  "SAMLConnectionConfigResponse",
  "PasswordLessConfig",
  "WebAuthConfiguration",
  "Domain",
]);

describe("the descriptors we serve", () => {
  const ours = createDescriptors();
  const theirs = new Map(
    [ConnectionService, ConnectedAccountService].map((service) => [
      service.typeName,
      service,
    ]),
  );
  const methods = [...ours.services.values()].flatMap((service) =>
    service.methods.map((method) => ({ service: service.typeName, method })),
  );

  it.each(methods.map((each) => [each.method.name, each] as const))(
    "agree with the SDK's, field by field: %s",
    (name, { service, method }) => {
      const published = theirs
        .get(service)
        ?.methods.find((each) => each.name === name);
      if (published === undefined)
        throw new TypeError(`the SDK has no ${service}/${name}`);
      const seen = new Set<string>();
      compareMessages(method.input, described(published.input), seen);
      compareMessages(method.output, described(published.output), seen);
    },
  );

  it("agree about what a refusal carries", () => {
    compareMessages(ours.errorInfo, described(ErrorInfoSchema), new Set());
  });

  it("leave out only what the SDK does not have yet, and list every such field", () => {
    const specs = new Map<string, MessageSpec>();
    for (const { request, binding } of Object.values(RPCS)) {
      if (binding === undefined) continue;
      collectSpecs(request, specs);
      if (binding.reply !== "Empty") collectSpecs(binding.reply, specs);
    }
    const newer = [...specs].flatMap(([message, { fields }]) =>
      Object.entries(fields)
        .filter(([, field]) => field.isNewer === true)
        .map(([field]) => `${message}.${field}`),
    );
    expect(newer.sort()).toEqual(Object.keys(NEWER_FIELDS).sort());
    for (const place of newer) {
      const [message = "", field = ""] = place.split(".");
      const published = sdkMessage(message)?.fields.map(({ name }) => name);
      expect(published, `${place} is published now`).not.toContain(field);
    }
  });
});

const SETTINGS: readonly (readonly [string, Partial<Switches>])[] = [
  ["as it starts", {}],
  [
    "zero values shown, masks with a tail",
    { zeroValues: "present", maskStyle: "last4" },
  ],
];

describe.each(SETTINGS)(
  "the REST wire, embedded API %s",
  (_title, switches) => {
    it.each(DRIVER_CASES.map((each) => [each.title, each] as const))(
      "holds nothing the SDK's messages do not: %s",
      async (_case, wanted) => {
        const { driver, exchanges, setAccounts } = await aRecording(switches);
        const signal = new AbortController().signal;
        const remoteId = await reachState(driver, wanted, signal);
        setAccounts(wanted.key);
        const live = await driver.find(wanted.key, signal);
        if (live === null) throw new TypeError("it is not there");
        for await (const page of driver.listPages(signal))
          for (const listed of page) await driver.get(listed, signal);
        await driver.countAccounts(wanted.key, signal);
        const steps = [
          ...(hasSettings(wanted) ? (["configure"] as const) : []),
          ...(wanted.authType === "custom"
            ? (["update_provider"] as const)
            : []),
          "disable" as const,
          "enable" as const,
          "delete" as const,
          ...(wanted.authType === "custom"
            ? (["delete_provider"] as const)
            : []),
        ];
        for (const step of steps)
          await driver.execute(stepOf(step, wanted, remoteId), signal);

        const checked = new Set<string>();
        for (const exchange of exchanges) checked.add(checkExchange(exchange));
        expect([...checked].sort()).toEqual(
          expect.arrayContaining([
            "CreateEnvironmentConnection",
            "DeleteEnvironmentConnection",
            "DisableEnvironmentConnection",
            "EnableEnvironmentConnection",
            "GetEnvironmentConnection",
            "ListAppConnections",
            "ListConnectedAccounts",
          ]) as unknown,
        );
      },
    );
  },
);

describe("the check itself", () => {
  it("notices an unknown field, another case and a wrong type", () => {
    const base = { method: "PATCH", path: "/api/v1/connections/conn_1" };
    const reply = {};
    const sent = (body: unknown): Exchange => ({
      ...base,
      query: {},
      body,
      reply,
    });
    const good = { key_id: "a", provider_key: "GMAIL", type: "OAUTH" };
    expect(checkExchange(sent(good))).toBe("UpdateEnvironmentConnection");
    for (const bad of [
      { ...good, colour: "red" },
      { ...good, keyId: "a" },
      { ...good, oauth_config: { scopes: "one" } },
      { ...good, oauth_config: { client_secrets: "x" } },
      { ...good, type: "OAUTH2" },
    ])
      expect(() => checkExchange(sent(bad))).toThrow();
  });
});

/** One exchange as it was on the wire, the token request aside. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly reply: unknown;
}

interface Recording {
  readonly driver: ConnectionsWriter;
  readonly exchanges: readonly Exchange[];
  readonly setAccounts: (key: string) => void;
}

async function aRecording(switches: Partial<Switches>): Promise<Recording> {
  const clock = createFakeClock();
  const clientSecret = "client-secret-of-the-test";
  const api = await startEmbedded({
    clientId: "client",
    clientSecret,
    clock,
    catalogue: CATALOGUE,
    switches,
  });
  onTestFinished(() => api.close());
  const http = createHttpClient({
    origin: api.origin,
    clock,
    limits: { concurrency: 4, requestsPerSecond: 10_000, timeoutMs: 5_000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
  onTestFinished(() => http.close());
  const exchanges: Exchange[] = [];
  const recording: HttpClient = {
    ...http,
    async send(request, signal) {
      const reply = await http.send(request, signal);
      if (request.path !== "/oauth/token")
        exchanges.push({ ...partsOf(request), reply: reply.body });
      return reply;
    },
  };
  return {
    driver: createScalekitDriver({
      http: recording,
      clock,
      catalogue: CATALOGUE,
      apiHost: "embedded",
      credentials: {
        clientId: "client",
        clientSecret: new Secret(clientSecret),
      },
    }),
    exchanges,
    setAccounts: (key) => {
      api.seedAccounts(key, [
        { last_used_at: "2026-01-01T00:00:00Z" },
        { status: "EXPIRED" },
      ]);
    },
  };
}

function partsOf(request: HttpRequest): Omit<Exchange, "reply"> {
  const { method, path, query = {}, body } = request;
  return {
    method,
    path,
    query,
    body: body === undefined ? undefined : JSON.parse(body.text),
  };
}

interface Route {
  readonly pattern: RegExp;
  readonly rpc: string;
  readonly body?: string;
}

/**
 * @remarks Source: docs/drivers/scalekit-api.md sections 5 and 16. Written down a second time on
 * purpose: a mistake in one table must not hide.
 */
const ROUTES: readonly Route[] = [
  { pattern: /^GET \/api\/v1\/connections\/app$/, rpc: "ListAppConnections" },
  {
    pattern: /^POST \/api\/v1\/connections$/,
    rpc: "CreateEnvironmentConnection",
    body: "connection",
  },
  {
    pattern: /^PATCH \/api\/v1\/connections\/(?<connection_id>[^/:]+):enable$/,
    rpc: "EnableEnvironmentConnection",
  },
  {
    pattern: /^PATCH \/api\/v1\/connections\/(?<connection_id>[^/:]+):disable$/,
    rpc: "DisableEnvironmentConnection",
  },
  {
    pattern: /^GET \/api\/v1\/connections\/(?<connection_id>[^/:]+)$/,
    rpc: "GetEnvironmentConnection",
  },
  {
    pattern: /^PATCH \/api\/v1\/connections\/(?<connection_id>[^/:]+)$/,
    rpc: "UpdateEnvironmentConnection",
    body: "connection",
  },
  {
    pattern: /^DELETE \/api\/v1\/connections\/(?<connection_id>[^/:]+)$/,
    rpc: "DeleteEnvironmentConnection",
  },
  {
    pattern: /^GET \/api\/v1\/connected_accounts$/,
    rpc: "ListConnectedAccounts",
  },
];

/** Routes the SDK has no messages of: nothing to check them with. */
const UNCHECKED = [
  /^\w+ \/api\/v1\/custom-providers/,
  /^GET \/api\/v1\/providers$/,
];

/** Parses request and reply strictly with the SDK's messages. @returns The RPC, or "unchecked". */
function checkExchange({ method, path, query, body, reply }: Exchange): string {
  const text = `${method} ${path}`;
  for (const { pattern, rpc, body: member } of ROUTES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const published = [
      ...ConnectionService.methods,
      ...ConnectedAccountService.methods,
    ].find(({ name }) => name === rpc);
    if (published === undefined) throw new TypeError(`the SDK has no ${rpc}`);
    expect(body === undefined, `${text} has a body`).toBe(member === undefined);
    const input = described(published.input);
    parseStrictly(input, {
      ...messageOfQuery(input, query),
      ...match.groups,
      ...(member === undefined ? {} : { [member]: body }),
    });
    parseStrictly(described(published.output), reply);
    return rpc;
  }
  expect(
    UNCHECKED.some((pattern) => pattern.test(text)),
    text,
  ).toBe(true);
  return "unchecked";
}

function messageOfQuery(
  input: DescMessage,
  query: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(query)) {
    const [head = "", ...rest] = name.split(".");
    const field = input.fields.find((each) => each.name === head);
    if (rest.length > 0 && field?.message !== undefined) {
      const inner = messageOfQuery(field.message, { [rest.join(".")]: text });
      message[head] = { ...(message[head] ?? {}), ...inner };
    } else {
      const scalar =
        text === "true" || text === "false" ? text === "true" : text;
      message[head] = field?.fieldKind === "list" ? [scalar] : scalar;
    }
  }
  return message;
}

function parseStrictly(desc: DescMessage, json: unknown): void {
  const known = withoutNewer(desc, json);
  fromJson(desc, known, { ignoreUnknownFields: false });
}

/** Drops the fields of the allow list and refuses lowerCamelCase, which a parser would take. */
function withoutNewer(desc: DescMessage, json: unknown): JsonValue {
  if (!isJsonObject(json) || desc.typeName.startsWith("google."))
    return json as JsonValue;
  const message = shortName(desc);
  const members = Object.entries(json).flatMap(([name, value]) => {
    if (Object.hasOwn(NEWER_FIELDS, `${message}.${name}`)) return [];
    const field = desc.fields.find((each) => each.name === name);
    if (field === undefined) throw new TypeError(`${message} has no ${name}`);
    return [[name, withoutNewerIn(field, value)] as const];
  });
  return Object.fromEntries(members);
}

function withoutNewerIn(field: DescField, value: unknown): JsonValue {
  const { message } = field;
  if (message === undefined) return value as JsonValue;
  return Array.isArray(value)
    ? value.map((item) => withoutNewer(message, item))
    : withoutNewer(message, value);
}

function compareMessages(
  ours: DescMessage,
  theirs: DescMessage,
  seen: Set<string>,
): void {
  const name = shortName(ours);
  expect(shortName(theirs)).toBe(name);
  if (seen.has(name) || ours.typeName.startsWith("google.")) return;
  seen.add(name);
  if (OPAQUE.has(name)) return;
  const published = theirs.fields.filter(
    (field) => !Object.hasOwn(NOT_SERVED, `${name}.${field.name}`),
  );
  const order = (fields: readonly DescField[]): unknown =>
    fields.map(describeField).sort((one, two) => one.number - two.number);
  expect(order(ours.fields), name).toEqual(order(published));
  for (const field of ours.fields) {
    const other = theirs.fields.find((each) => each.name === field.name);
    if (field.message !== undefined && other?.message !== undefined)
      compareMessages(field.message, other.message, seen);
  }
}

/** All that decides how a field travels. */
function describeField(field: DescField): {
  readonly number: number;
  readonly [part: string]: unknown;
} {
  return {
    number: field.number,
    name: field.name,
    json: field.jsonName,
    kind: field.fieldKind,
    list: "listKind" in field ? field.listKind : undefined,
    scalar: field.scalar,
    key: "mapKey" in field ? field.mapKey : undefined,
    message: field.message && shortName(field.message),
    enum: field.enum?.typeName,
    values: field.enum?.values.map((value) => [value.number, value.name]),
    oneof: field.oneof?.name,
    isOptional: field.proto.proto3Optional,
  };
}

function shortName({ typeName }: DescMessage): string {
  return typeName.slice(typeName.lastIndexOf(".") + 1);
}

function sdkMessage(name: string): DescMessage | undefined {
  const all = [connectionsFile, accountsFile].flatMap((file) =>
    Object.values(file as Record<string, unknown>),
  );
  return all.find(
    (each): each is DescMessage =>
      typeof each === "object" &&
      each !== null &&
      "kind" in each &&
      each.kind === "message" &&
      shortName(each as DescMessage) === name,
  );
}

function collectSpecs(
  message: MessageSpec,
  specs: Map<string, MessageSpec>,
): void {
  if (specs.has(message.name)) return;
  specs.set(message.name, message);
  const visit = (type: FieldType): void => {
    if (type.kind === "list") visit(type.of);
    if (type.kind === "message") collectSpecs(type.message, specs);
  };
  for (const { type } of Object.values(message.fields)) visit(type);
}
