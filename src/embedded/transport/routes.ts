import type { RpcName } from "../service/service.ts";
import {
  StatusError,
  invalidArgument,
  permissionDenied,
  unimplemented,
} from "../wire/status.ts";

/**
 * One REST binding, in the manner of `google.api.http`: path parameters, query and body make up the
 * request message. `body` names the member the JSON body becomes, so the body itself is the inner
 * message.
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

/**
 * More exact templates first. @remarks Source: routes of the vendor's Node SDK 2.11.0 descriptors.
 */
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
    method: "GET",
    template: `${CONNECTIONS}/{connection_id}/test-requests/{test_request_id}`,
    rpc: "GetConnectionTestResult",
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

const ORGANIZATION = "/api/v1/organizations/{organization_id}/connections";

/**
 * Routes of the vendor that no client credentials may call. @remarks Source:
 * docs/drivers/scalekit-api.md section 24.
 */
const FORBIDDEN = [
  `${CONNECTIONS}/{connection_id}/contexts`,
  `${ORGANIZATION}/{connection_id}/contexts`,
  `${ACCOUNTS}/org_wide/authorize`,
  `${ACCOUNTS}/portal/redirect_url`,
  "/api/v1/my-app-connections",
  "/api/v1/my-app-connections/{connection_name}:magic-link",
  "/api/v1/my-connected-accounts/{id}:disconnect",
  "/api/v1/my-providers",
];

/**
 * Routes the vendor has and this does not: the login side, what shows or takes users' credentials,
 * and the catalogue's own side.
 */
const UNSERVED = [
  ORGANIZATION,
  `${ORGANIZATION}/{id}`,
  `${ORGANIZATION}/{id}:enable`,
  `${ORGANIZATION}/{id}:disable`,
  `${ORGANIZATION}/{connection_id}/domains`,
  "/api/v1/organizations/-/connections:search",
  `${ACCOUNTS}:delete`,
  `${ACCOUNTS}/auth`,
  `${ACCOUNTS}/magic_link`,
  `${ACCOUNTS}/user/verify`,
  `${ACCOUNTS}/{id}:disconnect`,
  `${ACCOUNTS}/{id}`,
  "/api/v1/providers/{identifier}",
];

/** A route and the parameters its path holds, decoded. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the route of a request.
 * @throws StatusError NOT_FOUND for a path nobody serves, UNIMPLEMENTED for a method the path does
 * not have (as the gateway does), INVALID_ARGUMENT for broken percent-encoding.
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
  const isOne = (template: string): boolean =>
    matchTemplate(template, path) !== undefined;
  if (FORBIDDEN.some(isOne)) throw permissionDenied([]);
  if (UNSERVED.some(isOne))
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
    const [, name, verb] = /^\{(\w+)\}(:[\w-]+)?$/.exec(segment) ?? [];
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
