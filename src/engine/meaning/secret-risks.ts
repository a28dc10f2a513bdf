import { isPipelineCredential } from "../../domain/environment-access.ts";
import type {
  PlanChange,
  PlanRisk,
  PlanSecretChange,
} from "../../domain/generated/plan.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { destinationMoves, hostsDeclared } from "./destination.ts";
import { risk } from "./risk.ts";
import { quoteNames, quoteWhole, titleOf } from "./wording.ts";

/** What the secrets of a change mean. */
export function secretRisks(change: PlanChange): PlanRisk[] {
  return [
    ...change.secrets.flatMap((secret) => [
      ...valueRisks(secret, change),
      ...pipelineRisks(secret),
    ]),
    ...borrowedRisks(change),
    ...halfClientRisks(change),
  ];
}

/**
 * True for a change that only writes secrets again of which nobody can tell whether they differ: a
 * file that was encrypted anew, read without its key.
 */
export function isRewrite(change: PlanChange): boolean {
  return (
    change.action === "update" &&
    change.fields.every(({ effect }) => effect !== "write") &&
    change.secrets.some(({ state }) => state === "unknown") &&
    change.secrets.every(({ state }) => state !== "changed")
  );
}

/**
 * True for a secret that is sent with the value that the last apply sent, as far as fingerprints of
 * one key tell.
 */
export function isSameSecret({
  state,
  before,
  after,
}: PlanSecretChange): boolean {
  return state === "unchanged" || (before !== undefined && before === after);
}

function valueRisks(
  secret: PlanSecretChange,
  { action }: PlanChange,
): PlanRisk[] {
  const title = titleOf(secret.path, ruleFor(secret.path).shape);
  const isFresh = action === "create" || action === "replace";
  if (secret.state === "unknown")
    return [
      risk(
        "secret.unknown",
        "warning",
        action === "rename"
          ? `Whether the ${title} is another one cannot be told under a new name; it is written again.`
          : action === "adopt"
            ? `Whether the ${title} is the one in use cannot be told; it is written over.`
            : secret.reference.startsWith("secret://")
              ? `Without a key nobody can tell whether the ${title} is another one or its file was only encrypted anew; it is written again.`
              : `Without the key of the fingerprints nobody can tell whether the ${title} is another one; it is written again.`,
      ),
    ];
  if (secret.state === "unchanged" || isFresh) return [];
  if (secret.before === undefined)
    return [
      risk(
        "credential.changed",
        "warning",
        `Sends a ${title} for the first time, or again on request.`,
      ),
    ];
  return [
    risk(
      "credential.changed",
      "warning",
      `Sends another ${title}; the old one is no longer used.`,
    ),
  ];
}

/** A proposal that has a pipeline send its own credentials to a provider. */
function pipelineRisks({ path, reference }: PlanSecretChange): PlanRisk[] {
  const name = /^env:\/\/(.+)$/u.exec(reference)?.[1];
  if (name === undefined || !isPipelineCredential(name)) return [];
  return [
    risk(
      "secret.pipeline",
      "critical",
      `Sends ${quoteWhole(name)} as the ${titleOf(path, ruleFor(path).shape)}: pipelines and machines have credentials of their own in a variable of this name.`,
    ),
  ];
}

/**
 * A secret kept under another connection's name: right for a shared client, and the way to lead
 * somebody else's secret away. Where the document names hosts too, one sentence says which secret
 * goes to which.
 */
function borrowedRisks(change: PlanChange): PlanRisk[] {
  // What is renamed may keep its secret under its former name.
  const names = [change.key, change.previous_key ?? change.key];
  const borrowed = change.secrets.filter(({ reference }) =>
    names.every((name) => isBorrowed(reference, name)),
  );
  if (borrowed.length === 0) return [];
  const hosts = hostsDeclared(change);
  const isLed = destinationMoves(change.fields).some(
    ({ host, field }) => host !== undefined && field.class !== "drift",
  );
  return borrowed.flatMap(({ path, reference, state }) => {
    // A file that was encrypted anew brings no reference that was not there before.
    const isSent =
      state === "changed" ||
      (state === "unknown" &&
        (!isRewrite(change) ||
          change.fields.some((field) => field.path === path)));
    const title = titleOf(path, ruleFor(path).shape);
    const name = quoteWhole(reference);
    return [
      ...(isSent
        ? [
            risk(
              "secret.borrowed",
              "high",
              `Sends ${name}, which is not kept under this connection's name, as the ${title}.`,
            ),
          ]
        : []),
      ...((isSent || isLed) && hosts.length > 0
        ? [
            risk(
              "secret.borrowed-to-host",
              "critical",
              `${name}, which is not kept under this connection's name, goes to ${quoteNames(hosts)}, as this document says.`,
              { hosts: [...hosts] },
            ),
          ]
        : []),
    ];
  });
}

function isBorrowed(reference: string, key: string): boolean {
  return (
    reference.startsWith("secret://") &&
    !reference.startsWith(`secret://${key}/`) &&
    // A value that stands encrypted in the connection's own file; documents cannot write such a
    // reference.
    !reference.includes("#")
  );
}

/**
 * Another client with the secret of the old one, or with none: right only where both belong
 * together.
 */
function halfClientRisks(change: PlanChange): PlanRisk[] {
  if (change.action === "create") return [];
  const client = change.fields.find(
    ({ path, effect, after }) =>
      effect === "write" &&
      ruleFor(path).risk === "client" &&
      typeof after === "string",
  );
  if (client === undefined) return [];
  const secrets = change.secrets.filter(
    ({ path }) => ruleFor(path).risk === "client-secret",
  );
  if (!secrets.every(isSameSecret)) return [];
  return [
    risk(
      "credential.half-changed",
      "high",
      `client_id changes, ${secrets.length === 0 ? "and no client secret is declared" : "the client secret does not"}: unless both belong together, consent and refresh fail.`,
    ),
  ];
}
