import type { CheckResult } from "./report.ts";
import type { ConnectionCheck } from "./subject.ts";

const ENDPOINTS = [
  "/settings/authorization_url",
  "/settings/auth_endpoint",
  "/settings/token_url",
  "/settings/refresh_endpoint",
  "/settings/user_info_url",
] as const;

/**
 * The form of the endpoints the platform will use: https, a host, nothing after a `#`.
 * @remarks Source: RFC 6749 sections 3.1 and 3.2: TLS is required, a fragment is not allowed. Whether they answer is not asked here.
 */
export const checkEndpoints: ConnectionCheck = ({ live }) => {
  const present = ENDPOINTS.flatMap((pointer) => {
    const value = live.fields[pointer];
    return typeof value === "string" ? [[pointer, value] as const] : [];
  });
  if (present.length === 0) return [];
  const wrong = present.flatMap(([pointer, value]): CheckResult[] => {
    const problem = problemOf(value);
    if (problem === undefined) return [];
    return [
      {
        check: "endpoints",
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
          check: "endpoints",
          result: "ok",
          message: "the endpoints are well-formed https addresses",
        },
      ];
};

function problemOf(value: string): string | undefined {
  if (!URL.canParse(value)) return "is no address";
  const url = new URL(value);
  if (url.protocol !== "https:") return "is not https";
  if (url.hash !== "" || value.includes("#")) return "has a fragment";
  if (url.username !== "" || url.password !== "") return "carries a user name";
  return undefined;
}
