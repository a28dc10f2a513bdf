import type { PlanChange, PlanRisk } from "../../domain/generated/plan.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { risk } from "./risk.ts";
import { isScopeField, scopesOnlyIn } from "./scopes.ts";
import {
  accountsDo,
  accountsText,
  beginSentence,
  NOBODY,
  quoteNames,
  titleOf,
} from "./wording.ts";

/** What is known of a change beside itself. */
export interface RiskContext {
  /** The last apply left a connection of this name, and it is gone. */
  readonly isRecreated: boolean;
  /** It was protected, and would no longer be. */
  readonly isUnprotected: boolean;
}

/** What a change means to the connection as a whole. */
export function connectionRisks(
  change: PlanChange,
  context: RiskContext,
): PlanRisk[] {
  return [
    ...removalRisks(change),
    ...(context.isRecreated
      ? [
          risk(
            "connection.recreated",
            "warning",
            "Someone deleted it on the platform after the last apply. The new one gets a new redirect URI to register at the provider, and every user must probably consent again.",
          ),
        ]
      : []),
    ...(change.previous_key === undefined
      ? []
      : [
          risk(
            "connection.renamed",
            "warning",
            `Changes the name from ${quoteNames([change.previous_key])}: applications that ask for the old name no longer find it; what becomes of ${accountsText(change.impact?.connected_accounts ?? "unknown")} is not documented.`,
          ),
        ]),
    ...(context.isUnprotected
      ? [
          risk(
            "protection.removed",
            "high",
            "Lifts the protection: from the next plan on the connection can be deleted or replaced.",
          ),
        ]
      : []),
    ...adoptionRisks(change),
  ];
}

function removalRisks(change: PlanChange): PlanRisk[] {
  const accounts = accountsText(change.impact?.connected_accounts ?? "unknown");
  const deleted = accountsDo(change, "probably stop");
  const removed = change.removed_providers ?? [];
  // Whoever is not there cannot lose anything; of an unknown number somebody may be.
  const level = deleted === undefined ? "high" : "critical";
  return [
    ...(change.action === "delete"
      ? [
          risk(
            "connection.deleted",
            level,
            `Deletes the connection${deleted === undefined ? `; it probably cannot be restored. ${NOBODY}` : `. ${beginSentence(deleted)} working and cannot be restored; the vendor does not say.`}`,
          ),
        ]
      : []),
    ...(change.action === "replace"
      ? [
          risk(
            "connection.replaced",
            level,
            `Deletes the connection and makes a new one: it gets a new redirect URI to register at the provider, and every user must probably consent again (${accounts}).`,
          ),
        ]
      : []),
    ...(removed.length === 0
      ? []
      : [
          risk(
            "provider.removed",
            "info",
            `Deletes the custom ${removed.length === 1 ? "provider" : "providers"} ${quoteNames(removed)}: no connection uses it afterwards.`,
          ),
        ]),
  ];
}

/** Somebody else made it: what of theirs is written over. */
function adoptionRisks(change: PlanChange): PlanRisk[] {
  if (change.action !== "adopt") return [];
  const written = change.fields.filter(
    ({ effect, before }) => effect === "write" && before !== undefined,
  );
  const rules = [
    ...written.map(({ path }) => ruleFor(path)),
    ...change.secrets
      .filter(({ state }) => state !== "unchanged")
      .map(({ path }) => ruleFor(path)),
  ];
  const titles = rules.map(({ pointer, shape }) => titleOf(pointer, shape));
  const isGrave = rules.some(
    ({ risk: meaning, isDestination, isSecret }) =>
      meaning !== null || isDestination || isSecret,
  );
  const accounts = accountsText(change.impact?.connected_accounts ?? "unknown");
  const head = `Exists already, made outside tieline, with ${accounts}:`;
  return [
    titles.length === 0
      ? risk(
          "connection.adopted",
          "info",
          `${head} it is taken over as it is, with what is added here.`,
        )
      : risk(
          "connection.adopted",
          isGrave ? "high" : "warning",
          `${head} what it has is written over: ${titles.join(", ")}.`,
        ),
  ];
}

/** Changes made by hand that would be lost. */
export function driftRisks(change: PlanChange): PlanRisk[] {
  const written = change.fields.filter(({ effect }) => effect === "write");
  const reverted = written.filter((field) => field.class === "drift");
  const contested = written.filter((field) => field.class === "conflict");
  return [
    ...(reverted.length === 0
      ? []
      : [
          risk(
            "drift.reverted",
            "warning",
            `Takes back what somebody changed by hand on the platform after the last apply: ${listOf(reverted)}.`,
          ),
        ]),
    ...(contested.length === 0
      ? []
      : [
          risk(
            "drift.overwritten",
            "warning",
            `Overwrites what somebody changed by hand on the platform after the last apply: ${listOf(contested)}.`,
          ),
        ]),
  ];
}

function listOf(fields: PlanChange["fields"]): string {
  return fields
    .map((field) => {
      const title = titleOf(field.path, ruleFor(field.path).shape);
      return isScopeField(field.path) ? `${title} (${moved(field)})` : title;
    })
    .join(", ");
}

function moved({ before, after }: PlanChange["fields"][number]): string {
  const [added, removed] = [
    scopesOnlyIn(after, before),
    scopesOnlyIn(before, after),
  ];
  return [
    ...(removed.length === 0 ? [] : [`${quoteNames(removed)} removed again`]),
    ...(added.length === 0 ? [] : [`${quoteNames(added)} added again`]),
  ].join(", ");
}
