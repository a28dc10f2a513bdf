import type { RpcName } from "./service.ts";
import { StatusError, invalidArgument, unimplemented } from "./status.ts";

/**
 * One REST binding, in the manner of `google.api.http`: path parameters, query and body make up the request message.
 * `body` names the member the JSON body becomes, so the body itself is the inner message.
 */
interface Route {
  readonly method: string;
  readonly template: string;
  readonly rpc: RpcName;
  readonly body?: "connection" | "provider";
  readonly status?: 201;
}

const CONNECTIONS = "/api/v1/connections";
const ACCOUNTS = "/api/v1/connected_accounts";
const CUSTOM = "/api/v1/custom-providers";

/** More exact templates first. @remarks Source: routes of the vendor's Node SDK 2.11.0 descriptors. */
const ROUTES: readonly Route[] = [
  { method: "GET", template: `${CONNECTIONS}/app`, rpc: "ListAppConnections" },
  { method: "GET", template: CONNECTIONS, rpc: "ListConnections" },
  {
    method: "POST",
    template: CONNECTIONS,
    rpc: "CreateEnvironmentConnection",
    body: "connection",
    status: 201,
  },
  {
    method: "PATCH",
    template: `${CONNECTIONS}/{connection_id}:enable`,
    rpc: "EnableEnvironmentConnection",
  },
  {
    method: "PATCH",
    template: `${CONNECTIONS}/{connection_id}:disable`,
    rpc: "DisableEnvironmentConnection",
  },
  {
    method: "GET",
    template: `${CONNECTIONS}/{connection_id}`,
    rpc: "GetEnvironmentConnection",
  },
  {
    method: "PATCH",
    template: `${CONNECTIONS}/{connection_id}`,
    rpc: "UpdateEnvironmentConnection",
    body: "connection",
  },
  {
    method: "DELETE",
    template: `${CONNECTIONS}/{connection_id}`,
    rpc: "DeleteEnvironmentConnection",
  },
  { method: "GET", template: ACCOUNTS, rpc: "ListConnectedAccounts" },
  {
    method: "GET",
    template: `${ACCOUNTS}:search`,
    rpc: "SearchConnectedAccounts",
  },
  {
    method: "GET",
    template: `${ACCOUNTS}/details`,
    rpc: "GetConnectedAccountDetails",
  },
  {
    method: "POST",
    template: CUSTOM,
    rpc: "CreateCustomProvider",
    body: "provider",
    status: 201,
  },
  {
    method: "PUT",
    template: `${CUSTOM}/{identifier}`,
    rpc: "UpdateCustomProvider",
    body: "provider",
  },
  {
    method: "DELETE",
    template: `${CUSTOM}/{identifier}`,
    rpc: "DeleteCustomProvider",
  },
  { method: "GET", template: "/api/v1/providers", rpc: "ListProviders" },
];

/** Routes of the vendor that client credentials may not call, and ones that exist there and not here. */
const REFUSED = [
  { template: `${CONNECTIONS}/{connection_id}/contexts`, isForbidden: true },
  {
    template: `${CONNECTIONS}/{connection_id}/test-requests/{id}`,
    isForbidden: false,
  },
  { template: `${ACCOUNTS}/auth`, isForbidden: false },
  {
    template: "/api/v1/organizations/{organization_id}/connections",
    isForbidden: false,
  },
  {
    template: "/api/v1/organizations/{organization_id}/connections/{id}",
    isForbidden: false,
  },
] as const;

/** A route and the parameters its path holds, decoded. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request.
 * @throws StatusError NOT_FOUND for a path nobody serves, UNIMPLEMENTED for a method the path does not have (as the gateway does),
 * INVALID_ARGUMENT for broken percent-encoding.
 */
export function matchRoute(method: string, path: string): RouteMatch {
  let isKnownPath = false;
  for (const route of ROUTES) {
    const params = matchTemplate(route.template, path);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    isKnownPath = true;
  }
  if (isKnownPath) throw unimplemented("Method Not Allowed");
  const refused = REFUSED.find(
    ({ template }) => matchTemplate(template, path) !== undefined,
  );
  if (refused?.isForbidden === true) {
    throw new StatusError(7, "this client may not call this method", {
      errorCode: "PERMISSION_DENIED",
    });
  }
  if (refused !== undefined)
    throw unimplemented("this method is not served here");
  throw new StatusError(5, "Not Found", { errorCode: "RESOURCE_NOT_FOUND" });
}

function matchTemplate(
  template: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: [string, string][] = [];
  for (const [index, segment] of wanted.entries()) {
    const text = given[index] ?? "";
    const [, name, verb] = /^\{(\w+)\}(:\w+)?$/.exec(segment) ?? [];
    if (name === undefined) {
      if (segment !== text) return undefined;
      continue;
    }
    if (verb !== undefined && !text.endsWith(verb)) return undefined;
    params.push([
      name,
      verb === undefined ? text : text.slice(0, -verb.length),
    ]);
  }
  return Object.fromEntries(
    params.map(([name, text]) => [name, decodeSegment(text)]),
  );
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument("the path is not valid percent-encoding");
  }
}
