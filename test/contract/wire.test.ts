import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";

import { createDescriptors } from "../../src/embedded/transport/descriptors.ts";
import type {
  FieldRules,
  FieldType,
  MessageSpec,
} from "../../src/embedded/wire/field-spec.ts";
import type { Switches } from "../../src/embedded/index.ts";
import { FORBIDDEN, RPCS } from "../../src/embedded/service/service.ts";
import { aDriverOverApi, type Exchange } from "../support/embedded-world.ts";
import {
  ErrorInfoSchema,
  accountsFile,
  connectionsFile,
  described,
} from "../support/sdk.ts";
import {
  CLIENT,
  FACTS,
  fieldsOf,
  rpcFact,
  vendorMessage,
  type Rules,
} from "../support/vendor-facts.ts";
import { judge } from "../support/vendor-oracle.ts";
import { DRIVER_CASES } from "./driver-cases.ts";
import { hasSettings, reachState, stepOf } from "./driver-steps.ts";

/** Fields of the vendor that nothing here emits or takes. */
const NOT_SERVED: Readonly<Record<string, string>> = {
  "ConnectedAccount.authorization_details": "holds credentials",
  "ConnectedAccount.api_config": "free-form, no part of a configuration",
  "ErrorInfo.debug_info": "never filled",
  "ErrorInfo.help_info": "never filled",
  "ErrorInfo.localized_message_info": "never filled",
  "ErrorInfo.tool_error_info": "no tools here",
  "RequestInfo.serving_data": "never filled",
  "ResourceInfo.resource_name": "never filled",
  "ResourceInfo.owner": "never filled",
  "ResourceInfo.description": "never filled",
  "ResourceInfo.user": "never filled",
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

const ours = createDescriptors();
const methods = [...ours.services.values()].flatMap((service) =>
  service.methods.map((method) => ({ service: service.typeName, method })),
);
const specs = collectAll();
const NEWER: ReadonlySet<string> = new Set(
  [...specs].flatMap(([message, { fields }]) =>
    Object.entries(fields)
      .filter(([, field]) => field.isNewer === true)
      .map(([field]) => `${message}.${field}`),
  ),
);

describe("the descriptors we serve", () => {
  it.each(methods.map((each) => [each.method.name, each] as const))(
    "agree with the vendor's newest, field by field: %s",
    (name, { method }) => {
      const { request, reply } = rpcFact(name);
      const seen = new Set<string>();
      compareMessages(method.input, vendorMessage(request), { seen });
      compareMessages(method.output, vendorMessage(reply), { seen });
    },
  );

  it("agree with them about what a refusal carries", () => {
    compareMessages(ours.errorInfo, vendorMessage("ErrorInfo"), {
      seen: new Set(),
    });
  });

  const older = [
    connectionsFile.ConnectionService,
    accountsFile.ConnectedAccountService,
  ].flatMap((service) => service.methods);
  const inBoth = methods.filter(({ method }) =>
    older.some(({ name }) => name === method.name),
  );
  it.each(inBoth.map((each) => [each.method.name, each] as const))(
    "agree with those of the Node SDK, newer fields aside: %s",
    (name, { method }) => {
      const published = older.find((each) => each.name === name);
      if (published === undefined)
        throw new TypeError(`the SDK has no ${name}`);
      const seen = new Set<string>();
      const left = { seen, without: NEWER };
      compareMessages(method.input, described(published.input), left);
      compareMessages(method.output, described(published.output), left);
      compareMessages(ours.errorInfo, described(ErrorInfoSchema), left);
    },
  );

  it("mark as newer what the Node SDK does not have", () => {
    for (const place of NEWER) {
      const [message = "", field = ""] = place.split(".");
      const names = sdkMessage(message)?.fields.map(({ name }) => name);
      expect(names, `${place} is published there now`).not.toContain(field);
    }
  });
});

describe("what is asked of a request", () => {
  const requests = Object.values(RPCS).map(({ request }) => request);
  const inRequests = new Map<string, MessageSpec>();
  for (const request of requests) collectSpecs(request, inRequests);

  it.each([...inRequests])("follows the vendor's rules: %s", (name, spec) => {
    const full = name === "Filter" ? "ListProvidersRequest.Filter" : name;
    for (const [field, { type, ...rules }] of Object.entries(spec.fields)) {
      const fact = fieldsOf(full).get(field);
      if (OPAQUE.has(name) || fact === undefined) continue;
      const place = `${name}.${field}`;
      expect(rulesOf(type, rules), place).toEqual({
        ...withoutIdle(fact.rules ?? {}),
        ...STRICTER[place],
      });
    }
  });

  it.each(Object.entries(RPCS))(
    "needs the vendor's permissions and travels on its service: %s",
    (name, { permissions, binding }) => {
      const fact = rpcFact(name);
      expect(permissions).toEqual(fact.permissions);
      expect(fact.callers & CLIENT).toBe(CLIENT);
      expect(FACTS.rpcs).toHaveProperty([`${binding.service}/${name}`]);
    },
  );

  it("is refused where no client may call", () => {
    const forbidden = Object.entries(FACTS.rpcs)
      .filter(([, { callers }]) => (callers & CLIENT) === 0)
      .map(([name]) => name);
    expect([...FORBIDDEN].sort()).toEqual(forbidden.sort());
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
      "breaks nothing the vendor publishes: %s",
      async (_case, wanted) => {
        const { api, driver, exchanges } = await aDriverOverApi({ switches });
        const signal = new AbortController().signal;
        const remoteId = await reachState(driver, wanted, signal);
        api.seedAccounts(wanted.key, [
          { last_used_at: "2026-01-01T00:00:00Z" },
          { status: "EXPIRED" },
        ]);
        const live = await driver.find(wanted.key, signal);
        if (live === null) throw new TypeError("it is not there");
        for await (const page of driver.listPages(signal))
          for (const listed of page) await driver.get(listed, signal);
        await driver.readAccounts(
          [wanted.key, "another"],
          { listUpTo: 10 },
          signal,
        );
        const isCustom = wanted.authType === "custom";
        const steps = [
          ...(hasSettings(wanted) ? (["configure"] as const) : []),
          ...(isCustom ? (["update_provider"] as const) : []),
          "disable" as const,
          "enable" as const,
          "delete" as const,
          ...(isCustom ? (["delete_provider"] as const) : []),
        ];
        for (const step of steps)
          await driver.execute(stepOf(step, wanted, remoteId), signal);

        const judged = exchanges.map(judge);
        expect(judged.flatMap(({ violations }) => violations)).toEqual([]);
        expect(judged.map(({ rpc }) => rpc)).toEqual(
          expect.arrayContaining([
            "CreateEnvironmentConnection",
            "DeleteEnvironmentConnection",
            "DisableEnvironmentConnection",
            "EnableEnvironmentConnection",
            "GetEnvironmentConnection",
            "ListAppConnections",
            "ListConnectedAccounts",
            ...(isCustom
              ? [
                  "CreateCustomProvider",
                  "DeleteCustomProvider",
                  "ListProviders",
                  "UpdateCustomProvider",
                ]
              : []),
          ]) as unknown,
        );
      },
    );
  },
);

describe("the check itself", () => {
  const good = { key_id: "a", provider_key: "GMAIL", type: "OAUTH" };
  const patch = (body: unknown, reply: unknown = {}): Exchange => ({
    method: "PATCH",
    path: "/api/v1/connections/conn_1",
    query: {},
    body,
    reply,
  });

  it("takes a request that is right", () => {
    expect(judge(patch(good))).toEqual({
      rpc: "UpdateEnvironmentConnection",
      violations: [],
    });
  });

  it.each([
    ["an unknown field", { ...good, colour: "red" }],
    ["another case", { ...good, keyId: "a" }],
    ["a wrong type", { ...good, oauth_config: { scopes: "one" } }],
    ["an unknown setting", { ...good, oauth_config: { client_secrets: "x" } }],
    ["an unknown name", { ...good, type: "OAUTH2" }],
    ["a name that is too long", { ...good, key_id: "a".repeat(301) }],
    ["a member of the server's", { ...good, oauth_config: { is_cimd: true } }],
    ["settings of another type", { ...good, google_dwd_config: {} }],
    ["no name", { provider_key: "GMAIL", type: "OAUTH" }],
    ["no provider", { key_id: "a", type: "OAUTH" }],
    [
      "a scope that is no part",
      { ...good, oauth_config: { scopes: ["a"], required_scopes: ["b"] } },
    ],
    [
      "a reserved parameter",
      {
        ...good,
        oauth_config: { extensions: { extra_authorize_params: { aud: "x" } } },
      },
    ],
    ["a mask", { ...good, oauth_config: { client_secret: "****abcd" } }],
  ])("notices %s", (_title, body) => {
    expect(judge(patch(body)).violations).not.toEqual([]);
  });

  it("notices a reply that is none, and a route that is none", () => {
    expect(judge(patch(good, { connections: [] })).violations).not.toEqual([]);
    expect(judge({ ...patch(good), path: "/api/v1/x" })).toMatchObject({
      rpc: "",
    });
  });
});

/** Where the embedded API asks for more than the descriptors do, or elsewhere, and why. */
const STRICTER: Readonly<Record<string, Rules>> = {
  // The server's comments name the three, and an empty text takes the choice back.
  "OAuthConnectionConfig.token_endpoint_auth_method": {
    "string.pattern": "^(?:client_secret_basic|client_secret_post|none|)$",
  },
  // A provider without a pattern could not be used; inferred.
  "CreateCustomProvider.auth_patterns": { "repeated.min_items": 1 },
  "UpdateCustomProvider.auth_patterns": { "repeated.min_items": 1 },
  // The rule on its text asks for it already.
  "CreateCustomProvider.proxy_url": { required: true },
  "UpdateCustomProvider.proxy_url": { required: true },
  // A number without a name would have no meaning.
  "UpdateConnection.configuration_type": { "enum.defined_only": true },
  "Filter.provider_type": { "enum.defined_only": true },
  // Checked where the page is cut, because the limit is a switch.
  "ListAppConnectionsRequest.page_size": { "uint32.lte": undefined },
};

/** Our rules of a field in the vendor's words. */
function rulesOf(type: FieldType, rules: FieldRules): Rules {
  const { pattern, prefix, valueLength } = rules;
  const items = type.kind === "list" ? "repeated.items." : "";
  return {
    ...(rules.isRequired === true ? { required: true } : {}),
    ...(type.kind === "enum" ? { "enum.defined_only": true } : {}),
    ...(pattern === undefined
      ? {}
      : { [`${items}string.pattern`]: pattern.source.replaceAll("\\/", "/") }),
    ...(prefix === undefined ? {} : { "string.prefix": prefix }),
    ...(type.kind === "list"
      ? lengths("repeated.items.string", valueLength)
      : {}),
    ...boundsOf(type, rules),
  };
}

function boundsOf(
  { kind }: FieldType,
  { min, max, keyLength, valueLength }: FieldRules,
): Rules {
  const named = (name: string, bound: number | undefined): Rules =>
    bound === undefined ? {} : { [name]: bound };
  switch (kind) {
    case "map":
      return {
        ...named("map.max_pairs", max),
        ...lengths("map.keys.string", keyLength),
        ...lengths("map.values.string", valueLength),
      };
    case "uint32":
      return named("uint32.lte", max);
    case "list":
    case "values":
      return {
        ...named("repeated.min_items", min),
        ...named("repeated.max_items", max),
      };
    default:
      return {
        ...named("string.min_len", min),
        ...named("string.max_len", max),
      };
  }
}

function lengths(
  name: string,
  bounds: readonly [number, number] | undefined,
): Rules {
  return bounds === undefined
    ? {}
    : { [`${name}.min_len`]: bounds[0], [`${name}.max_len`]: bounds[1] };
}

/** The vendor's rules without those that hold always, and with one spelling for a limit. */
function withoutIdle(rules: Rules): Rules {
  return Object.fromEntries(
    Object.entries(rules).flatMap(([name, limit]) => {
      if (limit === 0) return [];
      return name === "uint32.lt"
        ? [["uint32.lte", Number(limit) - 1]]
        : [[name, limit]];
    }),
  );
}

function compareMessages(
  left: DescMessage,
  right: DescMessage,
  {
    seen,
    without = new Set(),
  }: { readonly seen: Set<string>; readonly without?: ReadonlySet<string> },
): void {
  const name = shortName(left);
  expect(shortName(right)).toBe(name);
  if (seen.has(name) || left.typeName.startsWith("google.")) return;
  seen.add(name);
  if (OPAQUE.has(name)) return;
  const published = right.fields.filter(
    (field) => !Object.hasOwn(NOT_SERVED, `${name}.${field.name}`),
  );
  const served = left.fields.filter(
    (field) => !without.has(`${name}.${field.name}`),
  );
  const order = (fields: readonly DescField[]): unknown =>
    fields.map(describeField).sort((one, two) => one.number - two.number);
  expect(order(served), name).toEqual(order(published));
  for (const field of served) {
    const other = right.fields.find((each) => each.name === field.name);
    if (field.message !== undefined && other?.message !== undefined)
      compareMessages(field.message, other.message, { seen, without });
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
    enum: field.enum?.name,
    values: field.enum?.values.map((value) => [value.number, value.name]),
    oneof: field.oneof?.name,
    isOptional: field.proto.proto3Optional,
  };
}

/** Without the package, and without the parent of a nested message. */
function shortName({ typeName }: DescMessage): string {
  const name = typeName.slice(typeName.lastIndexOf(".") + 1);
  return name.slice(name.lastIndexOf("_") + 1);
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

function collectAll(): ReadonlyMap<string, MessageSpec> {
  const found = new Map<string, MessageSpec>();
  for (const { request, binding } of Object.values(RPCS)) {
    collectSpecs(request, found);
    if (binding.reply !== "Empty") collectSpecs(binding.reply, found);
  }
  return found;
}

function collectSpecs(
  message: MessageSpec,
  found: Map<string, MessageSpec>,
): void {
  if (found.has(message.name)) return;
  found.set(message.name, message);
  const visit = (type: FieldType): void => {
    if (type.kind === "list") visit(type.of);
    if (type.kind === "message") collectSpecs(type.message, found);
  };
  for (const { type } of Object.values(message.fields)) visit(type);
}
