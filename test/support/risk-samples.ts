/**
 * A change for every risk there is, at every level it may have: what the guide shows and its test
 * holds the code to.
 */
import type { FieldValues } from "../../src/domain/connection.ts";
import type { PlanRisk } from "../../src/domain/generated/plan.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import type { RiskCode } from "../../src/engine/meaning/risk-kinds.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  planOf,
  type DesiredParts,
} from "./engine-builders.ts";

/** One risk with what leads to it. */
export interface RiskSample {
  readonly code: RiskCode;
  readonly level: PlanRisk["level"];
  readonly input: Partial<AssembleInput>;
}

/** The risks of the only change of a sample. */
export function sampleRisks({ input }: RiskSample): readonly PlanRisk[] {
  return planOf(input).changes.flatMap(({ risks }) => risks);
}

const accounts = new Map([["mail", 140]]);

function update(
  live: FieldValues,
  desired: FieldValues,
  more: DesiredParts & { readonly last?: FieldValues } = {},
): Partial<AssembleInput> {
  const provider = more.provider ?? "gmail";
  return {
    desired: [aDesired({ ...more, fields: desired })],
    live: [aLive({ provider, fields: live })],
    inventory: anInventory([
      { ...anAppliedEntry(more.last ?? live), provider },
    ]),
    accounts,
  };
}

function create(fields: FieldValues, secret?: string): Partial<AssembleInput> {
  const secrets =
    secret === undefined ? {} : { "/credentials/client_secret": secret };
  return { desired: [aDesired({ fields, secrets })] };
}

function adopt(
  live: FieldValues,
  desired: FieldValues,
): Partial<AssembleInput> {
  return {
    desired: [aDesired({ provider: "outlook", fields: desired })],
    live: [aLive({ provider: "outlook", fields: live })],
    accounts,
  };
}

const token = (host: string): FieldValues => ({
  "/settings/token_url": `https://${host}/token`,
});
const scopes = (...names: string[]): FieldValues => ({
  "/scopes": names.map((name) =>
    name.includes(":") ? name : `https://www.googleapis.com/auth/${name}`,
  ),
});
const pattern = (value: object): FieldValues => ({
  "/custom_provider/auth_patterns": [JSON.parse(JSON.stringify(value))],
});

const ours = anInventory([anEntry()]);

/** In the order of the guide: by code, worst first. */
export const RISK_SAMPLES: readonly RiskSample[] = [
  sample(
    "connection.adopted",
    "high",
    adopt({ "/credentials/client_id": "a" }, { "/credentials/client_id": "b" }),
  ),
  sample(
    "connection.adopted",
    "warning",
    adopt({ "/settings/timeout": 1 }, { "/settings/timeout": 2 }),
  ),
  sample("connection.adopted", "info", adopt({}, {})),
  sample("connection.deleted", "critical", {
    live: [aLive()],
    inventory: ours,
    accounts,
  }),
  sample("connection.deleted", "high", {
    live: [aLive()],
    inventory: ours,
    accounts: new Map([["mail", 0]]),
  }),
  sample("connection.looks-renamed", "high", {
    desired: [
      aDesired({ key: "support", fields: { "/credentials/client_id": "x" } }),
    ],
    live: [aLive({ fields: { "/credentials/client_id": "x" } })],
    inventory: anInventory([anEntry({})]),
    accounts,
  }),
  sample("connection.recreated", "warning", {
    desired: [aDesired()],
    inventory: ours,
  }),
  sample("connection.renamed", "warning", {
    desired: [aDesired({ key: "post", lifecycle: { previous_ids: ["mail"] } })],
    live: [aLive()],
    inventory: ours,
    accounts: new Map([["post", 140]]),
  }),
  sample("connection.replaced", "critical", {
    desired: [aDesired({ provider: "slack" })],
    live: [aLive()],
    inventory: ours,
    accounts,
  }),
  sample("connection.replaced", "high", {
    desired: [aDesired({ provider: "slack" })],
    live: [aLive()],
    inventory: ours,
    accounts: new Map([["mail", 0]]),
  }),
  sample(
    "credential.changed",
    "high",
    update(
      { "/credentials/client_id": "a" },
      { "/credentials/client_id": "b" },
    ),
  ),
  sample("credential.changed", "warning", {
    ...update(
      {},
      {},
      {
        secrets: {
          "/credentials/client_secret": "secret://mail/client_secret",
        },
      },
    ),
  }),
  sample(
    "credential.half-changed",
    "high",
    update(
      { "/credentials/client_id": "a" },
      { "/credentials/client_id": "b" },
    ),
  ),
  sample(
    "credential.platform",
    "high",
    update(
      { "/credentials/use_platform_creds": false },
      { "/credentials/use_platform_creds": true },
    ),
  ),
  sample(
    "destination.cleared",
    "high",
    update(
      { "/credentials/tenant_id": "a" },
      { "/credentials/tenant_id": null },
    ),
  ),
  sample(
    "destination.cleared",
    "warning",
    update(token("login.example"), {
      "/settings/token_url": null,
    }),
  ),
  sample(
    "destination.host-changed",
    "critical",
    update(token("login.salesforce.com"), token("login.salesforce-eu.com")),
  ),
  sample(
    "destination.path-changed",
    "high",
    update(
      { "/settings/token_url": "https://login.example/tenant-a/token" },
      { "/settings/token_url": "https://login.example/tenant-b/token" },
    ),
  ),
  sample(
    "destination.restored",
    "warning",
    update(token("login.salesforce-eu.com"), token("login.salesforce.com"), {
      last: token("login.salesforce.com"),
    }),
  ),
  sample(
    "destination.route-changed",
    "high",
    update(
      { "/settings/token_endpoint_auth_method": "client_secret_basic" },
      { "/settings/token_endpoint_auth_method": "client_secret_post" },
    ),
  ),
  sample("destination.set", "critical", update({}, token("login.example"))),
  sample("destination.set", "high", create(token("login.example"))),
  sample(
    "destination.set",
    "warning",
    update({}, { "/settings/base_headers": { "X-Team": "support" } }),
  ),
  sample(
    "drift.overwritten",
    "warning",
    update(
      { "/settings/timeout": 2 },
      { "/settings/timeout": 3 },
      { last: { "/settings/timeout": 1 } },
    ),
  ),
  sample(
    "drift.reverted",
    "warning",
    update(scopes("gmail.readonly", "gmail.send"), scopes("gmail.readonly"), {
      last: scopes("gmail.readonly"),
    }),
  ),
  sample(
    "field.unmanaged",
    "warning",
    update(
      { "/settings/pkce": true, "/settings/timeout": 1 },
      { "/settings/timeout": 2 },
    ),
  ),
  sample(
    "offline-access.lost",
    "high",
    update(
      { "/settings/access_type": "offline" },
      { "/settings/access_type": "online" },
    ),
  ),
  sample(
    "proof-key.disabled",
    "high",
    update({ "/settings/pkce": true }, { "/settings/pkce": false }),
  ),
  sample("protection.removed", "high", {
    desired: [aDesired({ fields: { "/settings/timeout": 1 } })],
    live: [aLive()],
    inventory: anInventory([anEntry({ isProtected: true })]),
  }),
  sample("provider.removed", "info", {
    live: [
      aLive({
        provider: "acme",
        authType: "custom",
        fields: { "/custom_provider/display_name": "Acme" },
      }),
    ],
    inventory: anInventory([anEntry({ provider: "acme", authType: "custom" })]),
  }),
  sample("provider.shared", "warning", {
    ...update(
      { "/custom_provider/display_name": "Acme" },
      { "/custom_provider/display_name": "Acme Inc." },
      { provider: "acme" },
    ),
    desired: [
      aDesired({
        provider: "acme",
        fields: { "/custom_provider/display_name": "Acme Inc." },
      }),
      aDesired({ key: "acme-uk", provider: "acme" }),
    ],
    accounts: new Map([["acme-uk", 300]]),
  }),
  sample(
    "scope.added",
    "high",
    update(scopes("gmail.labels"), scopes("gmail.labels", "gmail.modify")),
  ),
  sample("scope.added", "warning", update({}, scopes("calendar.events"))),
  sample("scope.added", "info", update({}, scopes("calendar.freebusy"))),
  sample(
    "scope.cleared",
    "high",
    update(scopes("gmail.readonly"), {
      "/scopes": [],
    }),
  ),
  sample(
    "scope.cleared",
    "warning",
    update(
      { "/settings/optional_scopes": { scopes: ["a"] } },
      { "/settings/optional_scopes": null },
    ),
  ),
  sample(
    "scope.removed",
    "warning",
    update(scopes("gmail.readonly", "gmail.labels"), scopes("gmail.labels")),
  ),
  sample(
    "scope.removed",
    "info",
    update(scopes("calendar.freebusy", "gmail.labels"), scopes("gmail.labels")),
  ),
  sample(
    "scope.requested",
    "high",
    adopt(
      { "/scopes": ["Sites.FullControl.All"] },
      { "/scopes": ["Sites.FullControl.All"] },
    ),
  ),
  sample(
    "scope.requested",
    "warning",
    adopt({ "/scopes": ["Mail.Send"] }, { "/scopes": ["Mail.Send"] }),
  ),
  sample(
    "scope.requested",
    "info",
    adopt({ "/scopes": ["offline_access"] }, { "/scopes": ["offline_access"] }),
  ),
  sample(
    "secret.borrowed",
    "high",
    create({}, "secret://salesforce/client_secret"),
  ),
  sample(
    "secret.borrowed-to-host",
    "critical",
    create(token("login.example"), "secret://salesforce/client_secret"),
  ),
  sample("secret.pipeline", "critical", create({}, "env://GITHUB_TOKEN")),
  sample("secret.unknown", "warning", {
    ...update(
      {},
      {},
      {
        secrets: {
          "/credentials/client_secret": "secret://mail/client_secret",
        },
      },
    ),
    inventory: anInventory([
      anEntry({
        secrets: { "/credentials/client_secret": { appliedAt: "x" } },
      }),
    ]),
  }),
  sample(
    "state.disabled",
    "high",
    update({ "/state": "active" }, { "/state": "inactive" }),
  ),
  sample(
    "state.enabled",
    "warning",
    update(
      { "/state": "inactive" },
      { "/state": "active" },
      { last: { "/state": "active" } },
    ),
  ),
  sample(
    "text.look-alike",
    "high",
    update(
      pattern({ oauth_config: { token_uri: "https://login.example/a" } }),
      pattern({ oauth_config: { token_uri: "https://l\u043egin.example/a" } }),
    ),
  ),
];

function sample(
  code: RiskCode,
  level: PlanRisk["level"],
  input: Partial<AssembleInput>,
): RiskSample {
  return { code, level, input };
}
