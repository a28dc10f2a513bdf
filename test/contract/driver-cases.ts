import type { FieldValues } from "../../src/domain/connection.ts";
import type { Pointer } from "../../src/domain/field/pointer.ts";

/** A connection every driver must be able to hold. */
export interface DriverCase {
  readonly title: string;
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  readonly fields: FieldValues;
  /** Secret fields that are given. */
  readonly secrets: readonly Pointer[];
}

const OWN_CLIENT: FieldValues = {
  "/credentials/client_id": "1234.apps.example",
  "/settings/authorization_url": "https://accounts.example/authorize",
  "/settings/token_url": "https://accounts.example/token",
};

const CLIENT_SECRET: readonly Pointer[] = ["/credentials/client_secret"];

/** One for each way to authenticate, with every field that way can hold in at least one of them. */
export const DRIVER_CASES: readonly DriverCase[] = [
  {
    title: "own OAuth client",
    key: "gmail-support",
    provider: "gmail",
    authType: "oauth2",
    fields: {
      ...OWN_CLIENT,
      "/state": "active",
      "/credentials/use_platform_creds": false,
      "/credentials/tenant_id": "tenant-1",
      "/credentials/app_name": "Support",
      "/scopes": [
        "https://www.googleapis.com/auth/gmail.send",
        "https://www.googleapis.com/auth/gmail.readonly",
      ],
      "/settings/user_info_url": "https://accounts.example/me",
      "/settings/pkce": true,
      "/settings/prompt": "consent",
      "/settings/access_type": "offline",
      "/settings/token_access_type": "offline",
      "/settings/custom_scope_name": "user_scope",
      "/settings/optional_scopes": {
        scopes: ["extra"],
        field_name: "optional_scope",
      },
      "/settings/sync_user_profile_on_login": true,
      "/settings/token_endpoint_auth_method": "client_secret_post",
      "/settings/extra_authorize_params": { hd: "example.com" },
      "/settings/auth_mode": "user",
      "/settings/scope_selection_allowed": true,
      "/settings/required_scopes": [
        "https://www.googleapis.com/auth/gmail.send",
      ],
      "/settings/required_optional_scopes": ["extra"],
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "older spellings of the endpoints",
    key: "slack-alerts",
    provider: "slack",
    authType: "oauth2",
    fields: {
      "/credentials/client_id": "5678",
      "/settings/auth_endpoint": "https://slack.example/authorize",
      "/settings/refresh_endpoint": "https://slack.example/token",
      "/settings/optional_scopes": { scopes: ["users:read"] },
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "platform credentials, switched off",
    key: "hubspot-shared",
    provider: "hubspot",
    authType: "oauth2",
    fields: {
      "/credentials/use_platform_creds": true,
      "/state": "inactive",
    },
    secrets: [],
  },
  {
    title: "dynamically registered client",
    key: "activepieces",
    provider: "activepiecesmcp",
    authType: "oauth2",
    fields: { "/state": "active" },
    secrets: [],
  },
  {
    title: "developer token",
    key: "google-ads",
    provider: "google_ads",
    authType: "oauth2",
    fields: { ...OWN_CLIENT, "/settings/access_type": "offline" },
    secrets: [...CLIENT_SECRET, "/credentials/developer_token"],
  },
  {
    title: "API key",
    key: "amplitude",
    provider: "amplitudeanalytics",
    authType: "api_key",
    fields: { "/state": "active", "/settings/auth_mode": "org_wide" },
    secrets: [],
  },
  {
    title: "bearer",
    key: "affinity-crm",
    provider: "affinity",
    authType: "bearer",
    fields: {},
    secrets: [],
  },
  {
    title: "basic, switched off",
    key: "basic-auth",
    provider: "freshdesk",
    authType: "basic",
    fields: { "/state": "inactive" },
    secrets: [],
  },
  {
    title: "domain-wide delegation",
    key: "google-dwd",
    provider: "googledwd",
    authType: "service_account",
    fields: {
      "/scopes": ["https://www.googleapis.com/auth/gmail.readonly"],
      "/settings/token_url": "https://oauth2.example/token",
    },
    secrets: ["/credentials/service_account_json"],
  },
  {
    title: "client credentials",
    key: "databricks",
    provider: "databricksworkspace",
    authType: "oauth2_client_credentials",
    fields: {
      "/credentials/client_id": "sp-1",
      "/scopes": ["all-apis"],
      "/settings/token_url": "https://databricks.example/token",
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "OAuth 1",
    key: "trello-boards",
    provider: "trello",
    authType: "oauth1",
    fields: {
      "/credentials/client_id": "key-1",
      "/credentials/app_name": "Boards",
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "SMART on FHIR",
    key: "advancedmd",
    provider: "advancedmd",
    authType: "smart_fhir",
    fields: {
      ...OWN_CLIENT,
      "/scopes": ["openid", "offline_access", "patient/Patient.read"],
      "/settings/smart": { aud: "https://fhir.example/r4" },
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "trusted identity provider",
    key: "redshift",
    provider: "redshift",
    authType: "trusted_idp",
    fields: {},
    secrets: [],
  },
  {
    title: "custom provider with keys",
    key: "acme-tickets",
    provider: "acme_tickets",
    authType: "custom",
    fields: {
      "/custom_provider/display_name": "Acme Tickets",
      "/custom_provider/description": "Tickets",
      "/custom_provider/proxy_url": "https://{{domain}}/api",
      "/custom_provider/proxy_enabled": true,
      "/custom_provider/metadata": { team: "support" },
      "/custom_provider/auth_patterns": [
        {
          type: "API_KEY",
          display_name: "API key",
          auth_header_key_override: "x-api-key",
          fields: [
            {
              field_name: "api_key",
              label: "Key",
              input_type: "password",
              required: true,
            },
          ],
        },
      ],
    },
    secrets: [],
  },
  {
    title: "custom provider with OAuth",
    key: "acme-oauth",
    provider: "acme_oauth",
    authType: "custom",
    fields: {
      ...OWN_CLIENT,
      "/scopes": ["tickets:read"],
      "/custom_provider/display_name": "Acme OAuth",
      "/custom_provider/proxy_url": "https://oauth.acme.example",
      "/custom_provider/auth_patterns": [
        {
          type: "OAUTH",
          display_name: "OAuth",
          oauth_config: {
            authorize_uri: "https://oauth.acme.example/authorize",
            token_uri: "https://oauth.acme.example/token",
          },
        },
      ],
    },
    secrets: CLIENT_SECRET,
  },
];

/** Connections of the older dialect, with every field it has in at least one of them. */
export const AGENT_AUTH_CASES: readonly DriverCase[] = [
  {
    title: "own OAuth client, in the older dialect",
    key: "gmail-classic",
    provider: "gmail",
    authType: "oauth2",
    fields: {
      "/state": "active",
      "/credentials/client_id": "1234.apps.example",
      "/scopes": [
        "https://www.googleapis.com/auth/gmail.send",
        "https://www.googleapis.com/auth/gmail.readonly",
      ],
      "/settings/auto_refresh": true,
      "/settings/expires_in": 3600,
      "/settings/refresh_buffer": 300,
      "/settings/token_storage": "vault",
      "/settings/authorization_url": "https://accounts.example/authorize",
      "/settings/token_url": "https://accounts.example/token",
      "/settings/user_agent": "acme/1",
      "/settings/base_headers": { "x-team": "support" },
      "/settings/retry": { attempts: 3 },
      "/rate_limiting/requests_per_minute": 100,
      "/rate_limiting/requests_per_hour": 1000,
      "/rate_limiting/burst_limit": 10,
      "/rate_limiting/backoff_strategy": "exponential",
      "/rate_limiting/retry_attempts": 3,
    },
    secrets: CLIENT_SECRET,
  },
  {
    title: "API key on the connection",
    key: "jira-api",
    provider: "jira",
    authType: "api_key",
    fields: {
      "/credentials/base_url": "https://acme.atlassian.example",
      "/settings/rate_limit": 100,
      "/settings/timeout": 30,
      "/settings/auth_header": "x-api-key",
      "/settings/key_prefix": "Key ",
    },
    secrets: ["/credentials/api_key"],
  },
  {
    title: "custom credentials, switched off",
    key: "partner-portal",
    provider: "custom_provider",
    authType: "custom",
    fields: {
      "/state": "inactive",
      "/credentials/username": "agents",
      "/settings/auth_endpoint": "https://api.provider.example/auth",
      "/settings/refresh_endpoint": "https://api.provider.example/refresh",
    },
    secrets: ["/credentials/password", "/credentials/token"],
  },
  {
    title: "draft with nothing but a name",
    key: "planned",
    provider: "google_workspace",
    authType: "oauth2",
    fields: { "/state": "draft" },
    secrets: [],
  },
  {
    title: "name only",
    key: "slack-classic",
    provider: "slack",
    authType: "oauth2",
    fields: {},
    secrets: [],
  },
];
