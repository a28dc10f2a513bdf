import { AGENT_AUTH_CASES, DRIVER_CASES } from "./driver-cases.ts";
import type { DriverSubjects } from "./driver-harness.ts";
import { caseNamed } from "./driver-steps.ts";

/** What today's API holds; the memory driver holds it too. */
export const SUBJECTS: DriverSubjects = {
  cases: DRIVER_CASES,
  rich: caseNamed("own OAuth client"),
  changed: {
    "/settings/prompt": "select_account",
    // One of them cannot be left out, so it stays.
    "/scopes": ["https://www.googleapis.com/auth/gmail.send"],
  },
  onlyThis: { "/settings/prompt": "none" },
  emptied: [
    "/settings/prompt",
    "/settings/pkce",
    "/scopes",
    "/settings/required_scopes",
    "/settings/extra_authorize_params",
  ],
  plain: caseNamed("bearer"),
  custom: caseNamed("custom provider with keys"),
  keepsHandle: true,
};

/** What the older dialect holds. */
export const AGENT_AUTH_SUBJECTS: DriverSubjects = {
  cases: AGENT_AUTH_CASES,
  rich: caseNamed("own OAuth client, in the older dialect"),
  changed: {
    "/settings/expires_in": 60,
    "/scopes": ["https://www.googleapis.com/auth/gmail.readonly"],
  },
  onlyThis: { "/settings/user_agent": "acme/2" },
  emptied: [
    "/scopes",
    "/settings/auto_refresh",
    "/settings/expires_in",
    "/settings/base_headers",
    "/rate_limiting/burst_limit",
  ],
  plain: caseNamed("name only"),
  custom: null,
  keepsHandle: false,
};
