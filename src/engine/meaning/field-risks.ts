import type { FieldRisk } from "../../domain/field/field.ts";
import type { PartDifference } from "../../domain/field/parts.ts";
import type {
  PlanChange,
  PlanFieldChange,
  PlanRisk,
} from "../../domain/generated/plan.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { risk } from "./risk.ts";
import { writtenParts } from "./written-parts.ts";
import {
  accountsDo,
  beginSentence,
  forAccounts,
  NOBODY,
  quoteNames,
  titleOf,
} from "./wording.ts";

/** What single fields of a standing connection mean, by what the schema says hangs on them. */
export function fieldRisks(change: PlanChange): PlanRisk[] {
  return [
    ...change.fields
      .filter(({ effect }) => effect === "write")
      .flatMap((field) => {
        const meaning = ruleFor(field.path).risk;
        return meaning === null
          ? writtenParts(field).flatMap(partRisks)
          : FIELD_RISKS[meaning](field, change);
      }),
    ...unmanagedRisks(change),
  ];
}

/**
 * What matters of a connection that is yet to be made: nobody uses it, but it would be unsafe from
 * its first day.
 */
export function freshFieldRisks(change: PlanChange): PlanRisk[] {
  return change.fields
    .filter(({ effect }) => effect === "write")
    .flatMap(writtenParts)
    .filter(({ shape }) => shape?.risk === "proof-key")
    .flatMap(partRisks);
}

const FIELD_RISKS: Readonly<
  Record<FieldRisk, (field: PlanFieldChange, change: PlanChange) => PlanRisk[]>
> = {
  // Told of the whole change at once, with what they mean at its provider.
  scope: () => [],
  "offline-access": () => [],
  // A secret is no field with values.
  "client-secret": () => [],
  client: (field, change) => [
    risk("credential.changed", "high", clientSentence(field, change)),
  ],
  "platform-credentials": (field, change) => [
    field.after === true
      ? risk(
          "credential.platform",
          "high",
          `Users consent to the platform's shared application instead of an own one. ${stayOn("the old client", change)}`,
        )
      : risk(
          "credential.changed",
          "high",
          `Users consent to the connection's own client instead of the platform's shared application. ${stayOn("the shared one", change)} ${REGISTER}`,
        ),
  ],
  "proof-key": (field) => (field.after === true ? [] : [proofKeyOff()]),
  state: (field, change) => stateRisks(field, change),
};

const REGISTER =
  "Register the connection's redirect URI at the new client first.";

/**
 * @remarks Source: docs/drivers/scalekit-api.md section 10, "Scopes": active accounts go on with
 * the old client until they authorize again.
 */
function clientSentence(
  { before, after, class: moved }: PlanFieldChange,
  change: PlanChange,
): string {
  if (typeof after !== "string")
    return `The connection has no client of its own any longer. ${stayOn("the old client", change)}`;
  if (typeof before !== "string")
    return `Users consent to a client of the connection's own from now on. ${REGISTER}`;
  if (moved === "drift")
    return `Puts back the reviewed client; somebody changed it after the last apply. Accounts connected in between stay on the other one until they consent again.`;
  return `The OAuth client becomes ${quoteNames([after])} instead of ${quoteNames([before])}. ${stayOn("the old client", change)} ${REGISTER}`;
}

/**
 * @remarks Source: as above; that the old client must live on for it follows from how tokens are
 * renewed (RFC 6749 section 6).
 */
function stayOn(client: string, change: PlanChange): string {
  const accounts = accountsDo(change, "stay");
  return accounts === undefined
    ? NOBODY
    : `${beginSentence(accounts)} on ${client} until they consent again: keep it alive.`;
}

function stateRisks(field: PlanFieldChange, change: PlanChange): PlanRisk[] {
  if (field.after !== "active")
    return [
      risk(
        "state.disabled",
        "high",
        `Takes the connection out of service${forAccounts(change)}: it probably cannot be used until it is active again.`,
      ),
    ];
  const isByHand = field.class === "drift" || field.class === "conflict";
  // Where no apply of ours ever set it, somebody else left it off.
  if (!isByHand && field.last_applied !== undefined) return [];
  return [
    risk(
      "state.enabled",
      "warning",
      isByHand
        ? "Switches the connection on again, which somebody switched off after the last apply."
        : "Switches the connection on: it is off on the platform, and no apply switched it off.",
    ),
  ];
}

/** Of a part of a field, such as a custom provider's own proof key. */
function partRisks({ shape, before, after }: PartDifference): PlanRisk[] {
  if (shape?.risk === "proof-key") {
    if (after === false) return [proofKeyOff()];
    if (before === true && after !== true)
      return [
        risk(
          "proof-key.disabled",
          "high",
          "Removes the line that turns the proof key on; what the platform does without it is not documented. Without a proof key an intercepted authorization code can be redeemed by someone else.",
          { evidence: "inferred" },
        ),
      ];
  }
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

/** What nobody looks after from now on, of what decides something. */
function unmanagedRisks({ fields }: PlanChange): PlanRisk[] {
  const dropped = fields.filter(({ path, class: moved }) => {
    const rule = ruleFor(path);
    return moved === "unmanaged" && (rule.risk !== null || rule.isDestination);
  });
  if (dropped.length === 0) return [];
  const asksForRefresh = dropped.some(
    ({ path }) => ruleFor(path).risk === "offline-access",
  );
  return [
    risk(
      "field.unmanaged",
      "warning",
      `No longer managed, so that nobody sees it change: ${dropped.map(staying).join("; ")}.${asksForRefresh ? " New accounts get refresh tokens by it: without it they expire in about an hour." : ""}`,
    ),
  ];
}

/**
 * What becomes of a value that nobody declares any longer; of a secret nobody can tell more than
 * that it stays.
 */
function staying({ path, before, effect }: PlanFieldChange): string {
  const { pointer, shape, isSecret } = ruleFor(path);
  const title = titleOf(pointer, shape);
  if (isSecret || effect === "local" || before === undefined)
    return `${title}, which stays on the platform as it is`;
  const value =
    Array.isArray(before) || typeof before === "string"
      ? quoteNames([before].flat().map(String))
      : JSON.stringify(before);
  return `${title}, which stays ${value} on the platform`;
}
