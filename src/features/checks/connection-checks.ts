/**
 * Checks of a connection: each a small pure function from what is seen to findings that say ok, bad
 * or unknown, with a fix. Never here: a request, a clock, a guess.
 */
import { countByStatus, type ListedAccount } from "../../domain/account.ts";
import type {
  DesiredConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { JsonValue } from "../../domain/json.ts";
import { hasOnlyBrokenAccounts } from "../../domain/lifecycle.ts";
import type { CheckResult } from "./report.ts";

/** A connection that is there, with what the checks of connections look at. */
export interface CheckSubject {
  readonly desired: DesiredConnection;
  readonly live: LiveConnection;
  readonly accounts: readonly ListedAccount[] | "unknown";
}

/** A check of one connection. Pure; an empty list means that the check does not apply. */
type ConnectionCheck = (subject: CheckSubject) => readonly CheckResult[];

/** What a check finds; the table says what the check is called. */
type Finding = Omit<CheckResult, "check">;

/** In the order people fix things. */
const CHECKS: readonly (readonly [
  string,
  (subject: CheckSubject) => readonly Finding[],
])[] = [
  ["identity", identity],
  ["enabled", switchedOn],
  ["status", platformStatus],
  ["scopes", scopes],
  ["endpoints", endpoints],
  ["redirect_uri", redirectUri],
  ["accounts", accounts],
];

/** Every check of a connection, in the order people fix things. */
export const CONNECTION_CHECKS: readonly ConnectionCheck[] = CHECKS.map(
  ([check, find]) =>
    (subject) =>
      find(subject).map((finding) => ({ check, ...finding })),
);

/**
 * Provider and auth type agree. Another kind of connection under our name answers to nothing the
 * application expects.
 */
function identity({ desired, live }: CheckSubject): readonly Finding[] {
  const seen = `the platform has it as ${live.provider} with ${live.authType}`;
  if (desired.provider === live.provider && desired.authType === live.authType)
    return [{ result: "ok", message: seen }];
  return [
    {
      result: "bad",
      message: `${seen}, declared is ${desired.provider} with ${desired.authType}`,
      fix: "plan and review: the kind of a connection changes only by replacing it",
    },
  ];
}

/** Switched on or off as declared. */
function switchedOn({ desired, live }: CheckSubject): readonly Finding[] {
  const declared = desired.fields["/state"];
  const actual = live.isEnabled ? "on" : "off";
  if (declared === undefined || declared === null)
    return live.isEnabled
      ? [{ result: "ok", message: "it is switched on" }]
      : [
          {
            result: "unknown",
            message:
              "it is switched off, and no document says whether it should",
            fix: "declare state: active or state: inactive",
          },
        ];
  return (declared === "active") === live.isEnabled
    ? [{ result: "ok", message: `it is switched ${actual}, as declared` }]
    : [
        {
          result: "bad",
          message: `it is switched ${actual}, declared is state: ${JSON.stringify(declared)}`,
          fix: "plan and apply, or change the document",
        },
      ];
}

/**
 * What the platforms' words mean for use.
 * @remarks Source: docs/drivers/scalekit-api.md section 7 for today's API,
 * docs/drivers/scalekit-api.md section 21 for the older dialect.
 */
const MEANINGS: ReadonlyMap<string, CheckResult["result"]> = new Map([
  ["COMPLETED", "ok"],
  ["ACTIVE", "ok"],
  ["INACTIVE", "ok"],
  ["DRAFT", "bad"],
  ["IN_PROGRESS", "bad"],
  ["ERROR", "bad"],
]);

/** Complete in the platform's own words. */
function platformStatus({ desired, live }: CheckSubject): readonly Finding[] {
  const wanted = desired.fields["/state"] === "draft";
  const result = MEANINGS.get(live.status.toUpperCase()) ?? "unknown";
  const message = `the platform says ${live.status}`;
  if (result === "ok" || wanted) return [{ result: "ok", message }];
  return [
    {
      result,
      message,
      fix:
        result === "bad"
          ? "complete its credentials and settings, apply, and look at it in the platform's dashboard when that does not help"
          : "look at it in the platform's dashboard",
    },
  ];
}

/** The scopes the platform asks users for are the declared ones. */
function scopes({ desired, live }: CheckSubject): readonly Finding[] {
  const declared = desired.fields["/scopes"];
  if (declared === undefined) return [];
  const wanted = textsOf(declared);
  const actual = textsOf(live.fields["/scopes"]);
  const missing = wanted.filter((scope) => !actual.includes(scope));
  const extra = actual.filter((scope) => !wanted.includes(scope));
  if (missing.length + extra.length === 0)
    return [{ result: "ok", message: "the scopes are as declared" }];
  const parts = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(extra.length > 0 ? [`not declared: ${extra.join(", ")}`] : []),
  ];
  return [
    {
      result: "bad",
      message: `the scopes differ; ${parts.join("; ")}`,
      fix: "plan and apply, or change the document",
    },
  ];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === "string")
    : [];
}

const ENDPOINTS = [
  "/settings/authorization_url",
  "/settings/auth_endpoint",
  "/settings/token_url",
  "/settings/refresh_endpoint",
  "/settings/user_info_url",
] as const;

/**
 * The form of the endpoints the platform will use: https, a host, nothing after a `#`.
 * @remarks Source: RFC 6749 sections 3.1 and 3.2: TLS is required, a fragment is not allowed.
 * Whether they answer is not asked here.
 */
function endpoints({ live }: CheckSubject): readonly Finding[] {
  const present = ENDPOINTS.flatMap((pointer) => {
    const value = live.fields[pointer];
    return typeof value === "string" ? [[pointer, value] as const] : [];
  });
  if (present.length === 0) return [];
  const wrong = present.flatMap(([pointer, value]): Finding[] => {
    const problem = endpointProblem(value);
    if (problem === undefined) return [];
    return [
      {
        result: "bad",
        message: `${pointer.slice(1).replaceAll("/", ".")} ${problem}`,
        fix: "set it to the address the provider documents",
      },
    ];
  });
  return wrong.length > 0
    ? wrong
    : [
        {
          result: "ok",
          message: "the endpoints are well-formed https addresses",
        },
      ];
}

function endpointProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "is not an address";
  const url = new URL(value);
  if (url.protocol !== "https:") return "is not https";
  if (url.hash !== "" || value.includes("#")) return "has a fragment";
  if (url.username !== "" || url.password !== "") return "carries a user name";
  return undefined;
}

const REDIRECT_URI = "/credentials/redirect_uri";

/**
 * The redirect URI the platform made equals the declared one, which is the one registered at the
 * provider. Whether the provider really has it cannot be seen from here.
 */
function redirectUri({ desired, live }: CheckSubject): readonly Finding[] {
  const actual = live.computed[REDIRECT_URI];
  const declared = desired.expected[REDIRECT_URI];
  if (actual === undefined && declared === undefined) return [];
  if (declared === undefined)
    return [
      {
        result: "unknown",
        message: `the redirect URI is ${JSON.stringify(actual)}; whether the provider has it registered cannot be told`,
        fix: "register it in the provider's OAuth application and declare it under credentials.redirect_uri to have it compared",
      },
    ];
  if (declared === actual)
    return [{ result: "ok", message: "the redirect URI is as declared" }];
  return [
    {
      result: "bad",
      message: `the redirect URI is ${actual === undefined ? "not shown" : JSON.stringify(actual)}, declared is ${JSON.stringify(declared)}`,
      fix: "register the platform's URI in the provider's OAuth application and declare that one",
    },
  ];
}

/**
 * The states of the accounts that use the connection: the only sign of health the platform shows
 * for use.
 */
function accounts({ accounts: listed }: CheckSubject): readonly Finding[] {
  if (listed === "unknown")
    return [
      {
        result: "unknown",
        message: "the API does not show the accounts of this connection",
      },
    ];
  if (listed.length === 0)
    return [
      {
        result: "unknown",
        message: "no account is connected yet, so nothing shows that it works",
        fix: "connect an account and test again",
      },
    ];
  const counts = countByStatus(listed);
  const text = Object.entries(counts)
    .map(([status, count]) => `${String(count)} ${status}`)
    .join(", ");
  if (hasOnlyBrokenAccounts(counts))
    return [
      {
        result: "bad",
        message: `no account works: ${text}`,
        fix: "check client id, secret and scopes, then let a user connect again",
      },
    ];
  return [{ result: "ok", message: `accounts: ${text}` }];
}
