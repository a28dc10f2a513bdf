import type {
  PlanChange,
  PlanFieldChange,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import type { FieldRisk } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import {
  partDifferences,
  type PartDifference,
} from "../../domain/field/parts.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { ScopeClass } from "../../domain/catalogue/scope-tiers.ts";
import { compareText } from "../../util/compare-text.ts";
import { destinationMoves, type DestinationMove } from "./destination.ts";
import { isCustomProviderField, ruleFor } from "../diff/field-rules.ts";
import { describeScopes, scopeChangesOf } from "./scopes.ts";
import { accountsText, quoteNames } from "./wording.ts";

const LEVELS = ["critical", "high", "warning", "info"] as const;

/** What the change means to those who use the connection, worst first. Deterministic sentences; every word comes from the plan itself. */
export function changeRisks(
  change: PlanChange,
  context: { readonly isRecreated: boolean; readonly isUnprotected: boolean },
): PlanRisk[] {
  // Nobody uses a connection that is not there yet; but a secret and users can be led to a host of the document's choice from its first day.
  const standing =
    change.action === "create"
      ? destinationRisks(change.fields, { isNew: true })
      : [
          ...scopeRisks(change),
          ...change.fields.flatMap(fieldRisks),
          ...destinationRisks(change.fields, { isNew: false }),
          ...driftRisks(change.fields),
        ];
  const risks = [
    ...connectionRisks(change, context),
    ...standing,
    ...secretRisks(change),
    ...borrowedSecretRisks(change),
  ];
  return risks.sort(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** True for a change whose meaning depends on how many accounts hang on the connection. */
export function needsAccountCount(change: PlanChange): boolean {
  if (change.action === "delete" || change.action === "replace") return true;
  if (change.action === "create" || change.remote_id === null) return false;
  return (
    change.secrets.some((secret) => secret.state !== "unchanged") ||
    change.fields.some((field) => isAccountField(field))
  );
}

/** Fields of a change after which users must consent again to hold what is asked for now, sorted; a new client secret is not among them. */
export function consentPaths(change: PlanChange): readonly Pointer[] {
  return change.fields
    .filter((field) => field.effect === "write")
    .filter(({ path }) => CONSENT_RISKS.includes(ruleFor(path).risk))
    .map(({ path }) => path)
    .sort(compareText);
}

const CONSENT_RISKS: readonly (FieldRisk | null)[] = [
  "scope",
  "client",
  "platform-credentials",
];

function isAccountField(field: PlanFieldChange): boolean {
  return field.effect === "write" && ruleFor(field.path).risk !== null;
}

function connectionRisks(
  change: PlanChange,
  context: { readonly isRecreated: boolean; readonly isUnprotected: boolean },
): PlanRisk[] {
  const accounts = accountsText(change.impact?.connected_accounts ?? "unknown");
  const risks: PlanRisk[] = [];
  if (change.action === "delete")
    risks.push(
      risk(
        "connection.deleted",
        "high",
        `Deletes the connection; ${accounts} stop working and cannot be restored.`,
      ),
    );
  if (change.action === "replace")
    risks.push(
      risk(
        "connection.replaced",
        "critical",
        `Deletes the connection and makes a new one: it gets a new redirect URI to register at the provider, and every user must consent again (${accounts}).`,
      ),
    );
  if (change.removed_providers !== undefined)
    risks.push(
      risk(
        "provider.removed",
        "info",
        `Deletes the custom ${change.removed_providers.length === 1 ? "provider" : "providers"} ${quoteNames(change.removed_providers)}: no connection uses it afterwards.`,
      ),
    );
  if (context.isRecreated)
    risks.push(
      risk(
        "connection.recreated",
        "warning",
        "Someone deleted it on the platform after the last apply; the new one gets a new redirect URI, and every user must consent again.",
      ),
    );
  if (change.previous_key !== undefined)
    risks.push(
      risk(
        "connection.renamed",
        "warning",
        `Changes the name from ${quoteNames([change.previous_key])}; applications that ask for the old name no longer find it.`,
      ),
    );
  if (context.isUnprotected)
    risks.push(
      risk(
        "protection.removed",
        "high",
        "Lifts the protection: from the next plan on the connection can be deleted or replaced.",
      ),
    );
  return risks;
}

function fieldRisks(field: PlanFieldChange): PlanRisk[] {
  if (field.effect !== "write") return [];
  const { path, before, after } = field;
  const meaning = ruleFor(path).risk;
  if (meaning !== null) return FIELD_RISKS[meaning](field);
  const parted = { pointer: path, shape: knownField(path)?.shape };
  return partDifferences(parted, before, after).flatMap(partRisks);
}

const FIELD_RISKS: Readonly<
  Record<FieldRisk, (field: PlanFieldChange) => PlanRisk[]>
> = {
  // Told of the whole change at once, with what the scopes mean at its provider.
  scope: () => [],
  client: (field) => [
    risk(
      "credential.changed",
      "high",
      `Users granted access to another application: ${field.path} changes, so every account must connect again.`,
    ),
  ],
  "platform-credentials": (field) =>
    field.after === true
      ? [
          risk(
            "credential.platform",
            "high",
            "Users consent to the platform's shared application instead of an own one.",
          ),
        ]
      : [
          risk(
            "credential.changed",
            "high",
            "Users consented to the platform's shared application; every account must connect again.",
          ),
        ],
  "proof-key": (field) => (field.after === true ? [] : [proofKeyOff()]),
  state: (field) =>
    field.after === "active"
      ? []
      : [
          risk(
            "state.disabled",
            "high",
            "Takes the connection out of service: its accounts cannot be used until it is active again.",
          ),
        ],
};

/** Of a part of a field, such as a custom provider's own proof key. A part that goes leaves the provider's default, which is the safe one. */
function partRisks({ shape, after }: PartDifference): PlanRisk[] {
  if (shape?.risk === "proof-key" && after === false) return [proofKeyOff()];
  if (shape?.risk === "platform-credentials" && after === true)
    return [
      risk(
        "credential.platform",
        "high",
        "Connections of the provider may use the platform's shared application instead of an own one.",
      ),
    ];
  return [];
}

function proofKeyOff(): PlanRisk {
  return risk(
    "proof-key.disabled",
    "high",
    "Turns off the proof key: an intercepted authorization code can be redeemed by someone else.",
  );
}

/** How much attention a scope deserves that is asked for in addition. Nobody knows how far an unclassified one reaches, so it is never low. */
const SCOPE_LEVELS: Readonly<Record<ScopeClass, PlanRisk["level"]>> = {
  "read-only": "info",
  "read-write": "warning",
  unclassified: "warning",
  admin: "high",
  sensitive: "high",
};

/** One risk for all that is gained, as serious as the farthest reaching of it, and one for all that is lost. */
function scopeRisks(change: PlanChange): PlanRisk[] {
  const scopes = scopeChangesOf(change);
  const gained = scopes.filter((scope) => scope.change === "gained");
  const lost = scopes.filter((scope) => scope.change === "lost");
  const levels = gained.map(({ tier }) => SCOPE_LEVELS[tier]);
  const worst = LEVELS.find((level) => levels.includes(level));
  const consent = "accounts keep the old grant until they consent again.";
  return [
    ...(worst === undefined
      ? []
      : [
          risk(
            "scope.added",
            worst,
            `Gains: ${describeScopes(gained)}; ${consent}`,
          ),
        ]),
    ...(lost.length === 0
      ? []
      : [
          risk(
            "scope.removed",
            "info",
            `Loses: ${describeScopes(lost)}; ${consent}`,
          ),
        ]),
  ];
}

/** Of a new connection only addresses count: how its credentials travel is nobody's habit yet. */
function destinationRisks(
  fields: readonly PlanFieldChange[],
  { isNew }: { readonly isNew: boolean },
): PlanRisk[] {
  return destinationMoves(fields)
    .filter(({ host }) => !isNew || host !== undefined)
    .map((move) => DESTINATION_RISKS[move.kind](move));
}

const DESTINATION_RISKS: Readonly<
  Record<DestinationMove["kind"], (move: DestinationMove) => PlanRisk>
> = {
  host: ({ pointer, from, to }) =>
    risk(
      "destination.host-changed",
      "critical",
      `${pointer} leads to ${whole(to)} instead of ${whole(from)}: users or credentials go to another host.`,
    ),
  place: ({ pointer, host = "", from, to }) =>
    risk(
      "destination.path-changed",
      "high",
      `${pointer} leads to another place on ${whole(host)}, ${whole(to)} instead of ${whole(from)}: at many providers the path names the tenant that receives users and credentials.`,
    ),
  route: ({ pointer, from, to }) =>
    risk(
      "destination.route-changed",
      "high",
      `${pointer} becomes ${whole(to)} instead of ${whole(from)}: it decides where credentials or users go, or how they travel.`,
    ),
  set: ({ pointer, host, to }) =>
    risk(
      "destination.set",
      "warning",
      host === undefined
        ? `${pointer} becomes ${whole(to)}, where nothing was set: it decides where credentials or users go, or how they travel.`
        : `${pointer} leads to ${whole(host)}${isCustomProviderField(pointer) ? "" : " instead of the platform's own choice"}.`,
    ),
  cleared: ({ pointer, from }) =>
    risk(
      "destination.cleared",
      "warning",
      `${pointer} is no longer ${whole(from)}: the platform chooses where credentials or users go, or how they travel.`,
    ),
};

/** Where credentials go is never cut short: a difference could stand in the part that is left out. */
function whole(text: string): string {
  return `"${text}"`;
}

/** A secret kept under another connection's name: right for a shared client, and the way to lead somebody else's secret away. */
function borrowedSecretRisks(change: PlanChange): PlanRisk[] {
  return change.secrets
    .filter(({ state }) => state !== "unchanged")
    .filter(({ reference }) => isBorrowed(reference, change.key))
    .map(({ path, reference }) =>
      risk(
        "secret.borrowed",
        "high",
        `${path} sends ${quoteNames([reference])}, a secret that is not kept under this connection's name.`,
      ),
    );
}

function isBorrowed(reference: string, key: string): boolean {
  return (
    reference.startsWith("secret://") &&
    !reference.startsWith(`secret://${key}/`) &&
    // A value that stands encrypted in the connection's own file; documents cannot write such a reference.
    !reference.includes("#")
  );
}

function secretRisks(change: PlanChange): PlanRisk[] {
  const isFresh = change.action === "create" || change.action === "replace";
  return change.secrets.flatMap((secret) => {
    if (secret.state === "unknown")
      return [
        risk(
          "secret.unknown",
          "warning",
          `Whether ${secret.path} differs from the last one applied cannot be told here; it is written again.`,
        ),
      ];
    if (secret.state === "unchanged" || isFresh) return [];
    return [
      risk(
        "credential.changed",
        "warning",
        `Writes another value to ${secret.path}; the old one is no longer used.`,
      ),
    ];
  });
}

function driftRisks(fields: readonly PlanFieldChange[]): PlanRisk[] {
  const written = fields.filter((field) => field.effect === "write");
  const reverted = written.filter((field) => field.class === "drift");
  const contested = written.filter((field) => field.class === "conflict");
  const risks: PlanRisk[] = [];
  if (reverted.length > 0)
    risks.push(
      risk(
        "drift.reverted",
        "info",
        `Undoes a change made on the platform: ${listPaths(reverted)}.`,
      ),
    );
  if (contested.length > 0)
    risks.push(
      risk(
        "drift.overwritten",
        "warning",
        `Overwrites a change made on the platform since the last apply: ${listPaths(contested)}.`,
      ),
    );
  return risks;
}

function listPaths(fields: readonly PlanFieldChange[]): string {
  return fields.map((field) => field.path).join(", ");
}

function risk(
  code: string,
  level: PlanRisk["level"],
  message: string,
): PlanRisk {
  return { code, level, message };
}
