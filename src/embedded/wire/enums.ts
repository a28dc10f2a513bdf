/**
 * Enums of the wire; the index of a name is its number.
 * @remarks Source: protobuf descriptors of the vendor's Node SDK 2.11.0; ConnectionAuthMode of its
 * Python SDK 2.21.0.
 */
export const CONNECTION_TYPES = [
  "INVALID",
  "OIDC",
  "SAML",
  "PASSWORD",
  "OAUTH",
  "PASSWORDLESS",
  "BASIC",
  "BEARER",
  "API_KEY",
  "WEBAUTHN",
  "OAUTH_M2M",
  "TRELLO_OAUTH1",
  "GOOGLE_DWD",
  "TRUSTED_IDP",
  "SMART_FHIR",
  "NO_AUTH",
] as const;

export const CONNECTION_STATUSES = [
  "CONNECTION_STATUS_UNSPECIFIED",
  "DRAFT",
  "IN_PROGRESS",
  "COMPLETED",
] as const;

export const CONNECTION_PROVIDERS = [
  "CONNECTION_PROVIDER_UNSPECIFIED",
  "OKTA",
  "GOOGLE",
  "MICROSOFT_AD",
  "AUTH0",
  "ONELOGIN",
  "PING_IDENTITY",
  "JUMPCLOUD",
  "CUSTOM",
  "GITHUB",
  "GITLAB",
  "LINKEDIN",
  "SALESFORCE",
  "MICROSOFT",
  "IDP_SIMULATOR",
  "SCALEKIT",
  "ADFS",
] as const;

export const CONFIGURATION_TYPES = [
  "CONFIGURATION_TYPE_UNSPECIFIED",
  "DISCOVERY",
  "MANUAL",
] as const;

export const AUTH_MODES = [
  "CONNECTION_AUTH_MODE_UNSPECIFIED",
  "USER",
  "ORG_WIDE",
] as const;

export const TEST_RESULT_STATUSES = ["PENDING", "SUCCESS", "FAILURE"] as const;

export const PROVIDER_TYPES = ["DEFAULT", "CUSTOM", "ALL"] as const;

export const ACCOUNT_STATUSES = [
  "CONNECTION_STATUS_UNSPECIFIED",
  "ACTIVE",
  "EXPIRED",
  "PENDING_AUTH",
  "PENDING_VERIFICATION",
  "DISCONNECTED",
] as const;

export const ACCOUNT_AUTH_TYPES = [
  "CONNECTION_TYPE_UNSPECIFIED",
  "OAUTH",
  "API_KEY",
  "BASIC_AUTH",
  "BEARER_TOKEN",
  "CUSTOM",
  "BASIC",
  "OAUTH_M2M",
  "TRELLO_OAUTH1",
  "GOOGLE_DWD",
  "TRUSTED_IDP",
  "SMART_FHIR",
  "NO_AUTH",
] as const;
