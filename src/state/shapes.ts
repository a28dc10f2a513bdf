/**
 * What stored state looks like, member by member: what was written by something else, or damaged,
 * is told before anything reads it.
 */
import { isPlainAddress } from "../domain/address.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";

/** Whether a value is an inventory as far as anything reads it, with each connection in it once. */
export function isInventory(value: unknown): value is JsonObject {
  return (
    isJsonObject(value) &&
    hasTexts(value, ["environment", "apiHost"]) &&
    (isOptionalText(value["stateId"]) || value["stateId"] === null) &&
    Number.isSafeInteger(value["serial"]) &&
    (value["rules"] === undefined || isJsonObject(value["rules"])) &&
    Array.isArray(value["entries"]) &&
    value["entries"].every(isEntry) &&
    isEachOnce(value["entries"].map((entry) => entry["key"]))
  );
}

function isEntry(value: unknown): value is JsonObject {
  return (
    isJsonObject(value) &&
    hasTexts(value, [
      "key",
      "provider",
      "authType",
      "appliedAt",
      "planDigest",
    ]) &&
    isTextOrNull(value["remoteId"]) &&
    isJsonObject(value["lastApplied"]) &&
    (value["local"] === undefined || isJsonObject(value["local"])) &&
    isJsonObject(value["secrets"]) &&
    Object.values(value["secrets"]).every(isSecretRecord) &&
    typeof value["isProtected"] === "boolean" &&
    (value["phase"] === "pending" || value["phase"] === "applied") &&
    (value["announced"] === undefined || isAnnouncement(value["announced"]))
  );
}

function isAnnouncement(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    hasTexts(value, ["action"]) &&
    Array.isArray(value["providers"]) &&
    value["providers"].every(
      (each) =>
        isJsonObject(each) &&
        hasTexts(each, ["name"]) &&
        isTextOrNull(each["digest"]),
    )
  );
}

function isSecretRecord(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    hasTexts(value, ["appliedAt"]) &&
    isOptionalText(value["fingerprint"]) &&
    isOptionalText(value["cipherDigest"])
  );
}

const RESULTS: readonly unknown[] = ["applied", "partial", "interrupted"];

/** Whether a value is a receipt. Its digest is not looked at. */
export function isReceipt(value: unknown): value is JsonObject {
  return (
    isJsonObject(value) &&
    value["kind"] === "receipt" &&
    hasTexts(value, [
      "runId",
      "environment",
      "apiHost",
      "planDigest",
      "actor",
      "startedAt",
      "finishedAt",
      "digest",
    ]) &&
    isTextOrNull(value["commit"]) &&
    isTextOrNull(value["previous"]) &&
    RESULTS.includes(value["result"]) &&
    Array.isArray(value["outcomes"]) &&
    value["outcomes"].every(isOutcome)
  );
}

const STATUSES: readonly unknown[] = [
  "applied",
  "skipped",
  "failed",
  "unknown",
];

function isOptionalAddress(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "string" && isPlainAddress(value))
  );
}

function isOutcome(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    hasTexts(value, ["key", "action"]) &&
    STATUSES.includes(value["status"]) &&
    isOptionalText(value["code"]) &&
    isOptionalText(value["message"]) &&
    isOptionalAddress(value["redirectUri"]) &&
    isTextOrNull(value["remoteId"]) &&
    Array.isArray(value["steps"]) &&
    value["steps"].every(
      (step) =>
        isJsonObject(step) &&
        hasTexts(step, ["step", "requestDigest"]) &&
        isOptionalText(step["requestId"]),
    )
  );
}

/** Whether a value is a line of a journal. */
export function isJournalEntry(value: unknown): value is JsonObject {
  if (!isJsonObject(value) || !hasTexts(value, ["at"])) return false;
  switch (value["kind"]) {
    case "begin":
      return (
        hasTexts(value, ["runId", "planDigest", "actor"]) &&
        isTextOrNull(value["commit"])
      );
    case "step":
      return (
        hasTexts(value, ["key", "action", "step"]) &&
        isOptionalText(value["provider"])
      );
    case "outcome":
      return isOutcome(value["outcome"]);
    default:
      return false;
  }
}

function hasTexts(value: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === "string");
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isEachOnce(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
