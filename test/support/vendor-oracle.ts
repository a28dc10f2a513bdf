import { fromJson } from "@bufbuild/protobuf";
import type { JsonValue as ProtoJson } from "@bufbuild/protobuf";
import { isReservedParameter } from "../../src/domain/field/authorize-params.ts";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import type { Exchange } from "./embedded-world.ts";
import { listOf, memberOf } from "./schema-values.ts";
import {
  CLIENT,
  FACTS,
  fieldsOf,
  vendorMessage,
  type FieldFact,
  type RpcFact,
  type Rules,
} from "./vendor-facts.ts";

/** What an exchange breaks of what the vendor publishes; nothing when it breaks nothing. */
export interface Judgement {
  /** Name of the call, or `""` for a route the vendor does not have. */
  readonly rpc: string;
  readonly violations: readonly string[];
}

/**
 * Holds an exchange against the vendor's descriptors: route, caller, request and reply, member by
 * member and rule by rule.
 */
export function judge(exchange: Exchange): Judgement {
  const { method, path, query, body, reply } = exchange;
  const route = findRoute(method, path);
  if (route === undefined)
    return { rpc: "", violations: [`no route ${method} ${path}`] };
  const { rpc, fact, params, member } = route;
  const violations: string[] = [];
  if ((fact.callers & CLIENT) === 0) violations.push("no call for a client");
  if ((body === undefined) !== (member === undefined))
    violations.push("a body where none belongs, or none where one does");
  const request: JsonObject = {
    ...messageOfQuery(fact.request, query, violations),
    ...params,
    ...(member === undefined ? {} : { [member]: body as JsonValue }),
  };
  violations.push(
    ...messageViolations(fact.request, request, { isRequest: true }),
    ...connectionViolations(rpc, request),
    ...messageViolations(fact.reply, reply, { isRequest: false }).map(
      (each) => `reply: ${each}`,
    ),
  );
  return { rpc, violations };
}

interface RouteFound {
  readonly rpc: string;
  readonly fact: RpcFact;
  readonly params: Readonly<Record<string, string>>;
  readonly member: string | undefined;
}

/** The most exact route of a path: one with fewer parameters goes before one with more. */
function findRoute(method: string, path: string): RouteFound | undefined {
  const found = Object.entries(FACTS.rpcs).flatMap(([name, fact]) =>
    fact.http.flatMap((binding): RouteFound[] => {
      if (binding.method !== method) return [];
      const pattern = binding.path
        .replaceAll(/[.:]/g, "\\$&")
        .replaceAll(/\{(\w+)\}/g, "(?<$1>[^/:]+)");
      const match = new RegExp(`^${pattern}$`).exec(path);
      if (match === null) return [];
      const rpc = name.slice(name.lastIndexOf("/") + 1);
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([key, text]) => [
          key,
          decodeURIComponent(text),
        ]),
      );
      return [{ rpc, fact, params, member: binding.body }];
    }),
  );
  const weight = ({ params }: RouteFound): number => Object.keys(params).length;
  return found.sort((one, two) => weight(one) - weight(two))[0];
}

function messageOfQuery(
  message: string,
  query: Exchange["query"],
  violations: string[],
): JsonObject {
  let built: JsonObject = {};
  for (const [name, given] of Object.entries(query)) {
    const [head = "", ...rest] = name.split(".");
    const field = fieldsOf(message).get(head);
    if (field === undefined) {
      violations.push(`query: ${message} has no ${name}`);
    } else if (rest.length > 0) {
      const inner = messageOfQuery(
        field.of ?? "",
        { [rest.join(".")]: given },
        violations,
      );
      built = { ...built, [head]: { ...memberOf(built, head), ...inner } };
    } else {
      const values = [given]
        .flat()
        .map((text) => (field.type === "bool" ? text === "true" : text));
      const isOnce = field.repeated !== true;
      if (isOnce && values.length > 1)
        violations.push(`query: ${message} takes ${name} once`);
      built = { ...built, [head]: isOnce ? (values[0] ?? null) : values };
    }
  }
  return built;
}

interface Side {
  readonly isRequest: boolean;
}

/** What a JSON value breaks as a message of the vendor. */
export function messageViolations(
  message: string,
  json: unknown,
  side: Side,
): readonly string[] {
  const violations = memberViolations(message, json, { ...side, path: "" });
  try {
    fromJson(vendorMessage(message), json as ProtoJson, {
      ignoreUnknownFields: false,
    });
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
  }
  return violations;
}

interface Place extends Side {
  readonly path: string;
}

function memberViolations(
  message: string,
  json: unknown,
  place: Place,
): string[] {
  const fact = FACTS.messages[message];
  if (fact === undefined || fact.opaque === true) return [];
  if (!isJsonObject(json)) return [`${place.path}: no object`];
  const fields = fieldsOf(message);
  const at = (name: string): string =>
    place.path === "" ? name : `${place.path}.${name}`;
  const found = Object.entries(json).flatMap(([name, value]) => {
    const field = fields.get(name);
    // A parser would take lowerCamelCase, too; nothing here writes it.
    if (field === undefined) return [`${at(name)}: ${message} has no ${name}`];
    return valueViolations(field, value, { ...place, path: at(name) });
  });
  if (!place.isRequest) return found;
  const missing = [...fields.values()]
    .filter(({ name }) => !Object.hasOwn(json, name))
    .flatMap((field) => absenceViolations(field, at(field.name)));
  return [...found, ...missing, ...crossViolations(fact.rules, json, place)];
}

/**
 * What being absent breaks: an implicit field that is absent has its zero value, and rules apply to
 * that.
 */
function absenceViolations(field: FieldFact, path: string): string[] {
  const { rules = {}, optional, type, oneof } = field;
  if (rules["required"] === true) return [`${path}: required`];
  const isImplicit =
    optional !== true && type === "string" && oneof === undefined;
  const least = rules["string.min_len"];
  return isImplicit && typeof least === "number" && least > 0
    ? [`${path}: shorter than ${String(least)}`]
    : [];
}

function valueViolations(
  field: FieldFact,
  value: JsonValue,
  place: Place,
): string[] {
  const { path, isRequest } = place;
  const { rules = {}, of = "" } = field;
  if (isRequest && field.output_only === true) return [`${path}: output only`];
  const items = field.repeated === true ? listOf(value) : [value];
  const inner =
    field.type === "message" && !of.startsWith("google.")
      ? items.flatMap((item) => memberViolations(of, item, place))
      : [];
  return isRequest ? [...inner, ...ruleViolations(rules, value, path)] : inner;
}

function ruleViolations(
  rules: Rules,
  value: JsonValue,
  path: string,
): readonly string[] {
  const fail = (rule: string): string => `${path}: ${rule}`;
  return Object.entries(rules).flatMap(([rule, limit]) => {
    if (rule === "required" || rule === "cel") return [];
    if (rule === "enum.defined_only")
      return typeof value === "number" ? [fail(rule)] : [];
    const kept = RULES[rule];
    if (kept === undefined) return [fail(`nobody here knows the rule ${rule}`)];
    return kept(value, limit) ? [] : [fail(`${rule} ${String(limit)}`)];
  });
}

type Kept = (value: JsonValue, limit: unknown) => boolean;

const lengthOf = (value: JsonValue): number =>
  typeof value === "string" ? Array.from(value).length : 0;
const minLength: Kept = (value, limit) => lengthOf(value) >= Number(limit);
const maxLength: Kept = (value, limit) => lengthOf(value) <= Number(limit);
const pattern: Kept = (value, limit) =>
  typeof value !== "string" || new RegExp(String(limit), "u").test(value);
const each =
  (kept: Kept): Kept =>
  (value, limit) =>
    listOf(value).every((item) => kept(item, limit));
const keys =
  (kept: Kept): Kept =>
  (value, limit) =>
    Object.keys(isJsonObject(value) ? value : {}).every((key) =>
      kept(key, limit),
    );
const values =
  (kept: Kept): Kept =>
  (value, limit) =>
    Object.values(isJsonObject(value) ? value : {}).every((item) =>
      kept(item, limit),
    );

const RULES: Readonly<Record<string, Kept>> = {
  "string.min_len": minLength,
  "string.max_len": maxLength,
  "string.pattern": pattern,
  "string.prefix": (value, limit) =>
    typeof value === "string" && value.startsWith(String(limit)),
  "uint32.lte": (value, limit) => Number(value) <= Number(limit),
  "uint32.lt": (value, limit) => Number(value) < Number(limit),
  "uint32.gte": (value, limit) => Number(value) >= Number(limit),
  "repeated.min_items": (value, limit) => listOf(value).length >= Number(limit),
  "repeated.max_items": (value, limit) => listOf(value).length <= Number(limit),
  "repeated.items.string.min_len": each(minLength),
  "repeated.items.string.max_len": each(maxLength),
  "repeated.items.string.pattern": each(pattern),
  "map.max_pairs": (value, limit) =>
    Object.keys(isJsonObject(value) ? value : {}).length <= Number(limit),
  "map.keys.string.min_len": keys(minLength),
  "map.keys.string.max_len": keys(maxLength),
  "map.values.string.min_len": values(minLength),
  "map.values.string.max_len": values(maxLength),
};

/**
 * The rules over several fields, by the digest of the vendor's expression. One that is not listed
 * here is a failure.
 */
const CROSS_RULES: Readonly<Record<string, (json: JsonObject) => boolean>> = {
  // A provider or its key.
  "4102956d96b1": ({ provider_key, provider }) =>
    provider_key !== undefined || isSetEnum(provider),
  a12f6b29f7b4: ({ provider, provider_key }) =>
    provider !== "SCALEKIT" || provider_key === "SCALEKIT",
  b75cb0f584bd: ({ type, key_id }) =>
    type !== "WEBAUTHN" || key_id === "WEBAUTHN",
  // One connection name or several.
  "2fb504d79f1e": ({ connector, connection_names }) =>
    connector === undefined || listOf(connection_names).length === 0,
};

function isSetEnum(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== "CONNECTION_PROVIDER_UNSPECIFIED";
}

function crossViolations(
  rules: Rules | undefined,
  json: JsonObject,
  { path }: Place,
): string[] {
  const digests: unknown = rules?.["cel"];
  if (!Array.isArray(digests)) return [];
  return digests.flatMap((digest) => {
    const rule = CROSS_RULES[String(digest)];
    if (rule === undefined) return [`${path}: an unknown rule ${digest}`];
    return rule(json) ? [] : [`${path}: rule ${digest}`];
  });
}

const CONFIGS = ["oauth_config", "google_dwd_config", "static_config"];
const TYPES_OF: Readonly<Record<string, readonly string[]>> = {
  oauth_config: ["OAUTH", "OAUTH_M2M", "SMART_FHIR", "TRELLO_OAUTH1"],
  google_dwd_config: ["GOOGLE_DWD"],
};

/** What the comments of the descriptors say about a connection, which no rule of theirs does. */
function connectionViolations(rpc: string, request: JsonObject): string[] {
  const isCreate = rpc === "CreateEnvironmentConnection";
  if (!isCreate && rpc !== "UpdateEnvironmentConnection") return [];
  const connection = memberOf(request, "connection");
  const identity = ["key_id", "provider_key", "type"]
    .filter((name) => typeof connection[name] !== "string")
    .map((name) => `${name} is left to the server`);
  const context = Object.keys(memberOf(connection, "context"))
    .filter((name) => name !== "domain" && name !== "version")
    .map((name) => `context: ${name}`);
  const set = CONFIGS.filter((name) => Object.hasOwn(connection, name));
  return [
    ...identity,
    ...context,
    ...(set.length > 1 ? [`more than one of ${set.join(", ")}`] : []),
    ...set.flatMap((name) =>
      configViolations(name, {
        type: textAt(connection, "type"),
        config: memberOf(connection, name),
      }),
    ),
  ];
}

function configViolations(
  name: string,
  { type, config }: { readonly type: string; readonly config: JsonObject },
): string[] {
  const isOwn = TYPES_OF[name]?.includes(type) === true;
  const isMethod = [
    "client_secret_basic",
    "client_secret_post",
    "none",
    "",
  ].includes(textAt(config, "token_endpoint_auth_method"));
  const masks = Object.entries(config)
    .filter(([, value]) => /[*•●]{3}/u.test(JSON.stringify(value)))
    .map(([member]) => `${name}.${member}: a mask is sent`);
  const params = Object.keys(
    memberOf(memberOf(config, "extensions"), "extra_authorize_params"),
  ).filter(isReservedParameter);
  return [
    ...(isOwn ? [] : [`${name} at a connection of type ${type}`]),
    ...("redirect_uri" in config ? [`${name}: redirect_uri is sent`] : []),
    ...(isMethod ? [] : [`${name}: token_endpoint_auth_method`]),
    ...masks,
    ...params.map((each) => `${name}: reserved parameter ${each}`),
    ...selectionViolations(config).map((each) => `${name}: ${each}`),
  ];
}

function textAt(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

function selectionViolations(config: JsonObject): string[] {
  const optional = memberOf(config, "optional_scopes");
  const lists = [
    ["required_scopes", listOf(config["scopes"])],
    ["required_optional_scopes", listOf(optional["scopes"])],
  ] as const;
  return lists.flatMap(([name, all]) => {
    const given = listOf(config[name]);
    const isPart = given.every((scope) => all.includes(scope));
    return isPart ? [] : [`${name} is not part of its scopes`];
  });
}
