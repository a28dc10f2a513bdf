import { RemoteError } from "../../domain/problem/error.ts";
import type { PermissionFinding } from "../../ports/connections-api.ts";
import type { ApiCall, ApiClient } from "../api-client.ts";

/** What a client may be given. @remarks Source: docs/drivers/scalekit-api.md section 24. */
type Permission =
  | "agent_connectors:read"
  | "agent_connectors:write"
  | "connected_accounts:read"
  | "sso:read"
  | "sso:write";

/**
 * The permission each call needs, by method and first part of the path; the more exact part first.
 */
const NEEDED: readonly (readonly [RegExp, Permission])[] = [
  [/^GET \/api\/v1\/connections\/app$/u, "agent_connectors:read"],
  [/^GET \/api\/v1\/connections\//u, "sso:read"],
  [/^(?:POST|PATCH|DELETE) \/api\/v1\/connections\b/u, "sso:write"],
  [/^GET \/api\/v1\/providers$/u, "agent_connectors:read"],
  [
    /^(?:POST|PUT|DELETE) \/api\/v1\/custom-providers\b/u,
    "agent_connectors:write",
  ],
  [/^GET \/api\/v1\/connected_accounts$/u, "connected_accounts:read"],
];

/** The permission that a call needs; `undefined` for one that needs none, or none that is known. */
export function permissionOf(route: string): Permission | undefined {
  return NEEDED.find(([pattern]) => pattern.test(route))?.[1];
}

/**
 * What each permission is for, and a call that shows whether it is there: one that reads, and needs
 * nothing to be there.
 */
const USES: readonly {
  readonly permission: Permission;
  readonly use: string;
  readonly probe?: Pick<ApiCall, "path" | "route" | "query">;
}[] = [
  {
    permission: "agent_connectors:read",
    use: "list connections and providers",
    probe: {
      path: "/api/v1/connections/app",
      route: "GET /api/v1/connections/app",
      query: { page_size: "1" },
    },
  },
  {
    permission: "sso:read",
    use: "read connections",
    probe: {
      // No connection has this handle; that there is none is an answer, too.
      path: "/api/v1/connections/conn_0",
      route: "GET /api/v1/connections/{id}",
    },
  },
  {
    permission: "connected_accounts:read",
    use: "count the accounts that a change touches",
    probe: {
      path: "/api/v1/connected_accounts",
      route: "GET /api/v1/connected_accounts",
      query: { connection_names: "none", page_size: "1" },
    },
  },
  { permission: "sso:write", use: "create, change and delete connections" },
  {
    permission: "agent_connectors:write",
    use: "create, change and delete custom providers",
  },
];

/**
 * Finds out which permissions the client has, as far as reading tells: nothing is written to find
 * out.
 */
export function examinePermissions(
  api: ApiClient,
  signal: AbortSignal,
): Promise<readonly PermissionFinding[]> {
  return Promise.all(
    USES.map(async ({ permission, use, probe }): Promise<PermissionFinding> => {
      if (probe === undefined) return { permission, use, isHeld: "unknown" };
      const call = { ...probe, method: "GET", isIdempotent: true } as const;
      return { permission, use, isHeld: await isAllowed(api, call, signal) };
    }),
  );
}

/**
 * Any answer but 403 comes from behind the check. @throws RemoteError where nothing, or nobody in
 * particular, answered.
 */
async function isAllowed(
  api: ApiClient,
  call: ApiCall,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.call(call, signal);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    // The token is asked for on the way; a refusal of that is none of the call.
    const isOurs = error.route === call.route;
    if (isOurs && error.status === 403) return false;
    if (isOurs && (error.status === 400 || error.status === 404)) return true;
    throw error;
  }
}
