import type { PlanAction, PlanRisk } from "../domain/generated/plan.ts";
import type { JsonValue } from "../domain/json.ts";
import { indent, joinSafe, safe, type SafeText } from "./escape.ts";
import type { FieldView, SecretView } from "./field-view.ts";
import type { ChangeView } from "./plan-view.ts";
import { type Paint, paint, type Style } from "./style.ts";
import { valueText } from "./value-text.ts";
import { countOf, countText } from "./words.ts";

/** Members of a set shown on each side before the rest is only counted. */
const MAX_MEMBERS = 20;

const ACTION_PAINT: Readonly<Record<PlanAction, Paint>> = {
  create: "green",
  update: "yellow",
  replace: "red",
  delete: "red",
  adopt: "cyan",
  forget: "yellow",
  rename: "yellow",
  noop: "dim",
};

const RISK_PAINT: Readonly<Record<PlanRisk["level"], Paint>> = {
  critical: "red",
  high: "red",
  warning: "yellow",
  info: "dim",
};

/** What a replacement costs, told at every one of them. */
const REPLACE_NOTICES = [
  "the connection is deleted and created again: the platform makes a new redirect URI, which must be registered with the provider after apply",
  "every user must consent again",
];

/** How much of a change to print. */
interface ChangeTextOptions {
  readonly verbose: boolean;
}

/** The block of one change: a headline at the left edge, everything else indented below it. */
export function changeLines(
  change: ChangeView,
  style: Style,
  options: ChangeTextOptions,
): SafeText[] {
  const details = [
    ...change.fields.flatMap((field) => fieldLines(field, style, options)),
    ...change.secrets.map((secret) => secretLine(secret, style)),
    ...change.risks.map((risk) => riskLine(risk, style)),
    ...(change.action === "replace"
      ? REPLACE_NOTICES.map((notice) => safe`${notice}`)
      : []),
    ...accountLines(change),
    ...(options.verbose && change.steps.length > 0
      ? [safe`steps: ${joinSafe(change.steps, ", ")}`]
      : []),
  ];
  return [headline(change, style), ...indent(details, 4)];
}

function headline(change: ChangeView, style: Style): SafeText {
  const tone = ACTION_PAINT[change.action];
  const sign = paint(style, tone, safe`${change.symbol} ${change.action}`);
  const key = paint(style, "bold", change.key);
  const from =
    change.previousKey === null ? safe`` : safe` (was ${change.previousKey})`;
  const guard = change.isProtected ? ", protected" : "";
  const place =
    change.place === null
      ? safe``
      : safe`  ${paint(style, "dim", change.place)}`;
  return safe`${sign} ${key}${from} (${change.provider}, ${change.authType}${guard})${place}`;
}

function fieldLines(
  field: FieldView,
  style: Style,
  options: ChangeTextOptions,
): SafeText[] {
  const { difference } = field;
  const remarks = fieldRemarks(field, options);
  const tail =
    remarks.length === 0 ? safe`` : safe`  (${joinSafe(remarks, "; ")})`;
  if (difference.kind === "new")
    return [safe`${field.path}: ${valueText(difference.value)}${tail}`];
  if (difference.kind === "stays")
    return [safe`${field.path}: stays ${valueText(difference.value)}${tail}`];
  if (difference.kind === "value") {
    const { before, after } = difference;
    return [
      safe`${field.path}: ${valueText(before)} -> ${valueText(after)}${tail}`,
    ];
  }
  const { added, removed } = difference;
  if (added.length + removed.length === 0)
    return [safe`${field.path}: same members${tail}`];
  const members = [
    ...memberLines(added, paint(style, "green", "+"), options),
    ...memberLines(removed, paint(style, "red", "-"), options),
  ];
  return [setTitle(field, remarks), ...indent(members, 2)];
}

function setTitle(field: FieldView, remarks: readonly SafeText[]): SafeText {
  if (remarks.length === 0) return safe`${field.path}:`;
  return safe`${field.path}: (${joinSafe(remarks, "; ")})`;
}

function fieldRemarks(
  field: FieldView,
  options: ChangeTextOptions,
): SafeText[] {
  const remarks: SafeText[] = [];
  if (field.reason !== null) remarks.push(safe`${field.reason}`);
  if (field.lastApplied !== undefined)
    remarks.push(safe`last applied ${valueText(field.lastApplied)}`);
  if (field.isOnlyRecorded) remarks.push(safe`only remembered, not sent`);
  if (options.verbose && field.place !== null)
    remarks.push(safe`${field.place}`);
  return remarks;
}

function memberLines(
  members: readonly JsonValue[],
  sign: SafeText,
  options: ChangeTextOptions,
): SafeText[] {
  const max = options.verbose ? members.length : MAX_MEMBERS;
  const lines = members
    .slice(0, max)
    .map((member) => safe`${sign}${valueText(member)}`);
  const rest = members.length - max;
  return rest > 0 ? [...lines, safe`${sign}${countText(rest)} more`] : lines;
}

function secretLine(secret: SecretView, style: Style): SafeText {
  const tone = secret.state === "unchanged" ? "dim" : "yellow";
  const sentence = paint(style, tone, secret.sentence);
  // Always: a reference to another connection's secret is what a reviewer has to see.
  return safe`${secret.path}: ${sentence}  from ${secret.reference}`;
}

function riskLine(risk: PlanRisk, style: Style): SafeText {
  const level = paint(style, RISK_PAINT[risk.level], `${risk.level} risk`);
  return safe`${level} ${risk.code}: ${risk.message}`;
}

function accountLines(change: ChangeView): SafeText[] {
  if (change.accounts === null) return [];
  if (change.accounts === "unknown") return [safe`connected accounts unknown`];
  const { active, recentlyUsed } = change.accountUse;
  const parts = [
    countOf(change.accounts, "connected account"),
    ...(active === undefined ? [] : [`${String(active)} active`]),
    ...(recentlyUsed === undefined
      ? []
      : [`${String(recentlyUsed)} used in the last 30 days`]),
  ];
  return [safe`${joinSafe(parts, ", ")}`];
}
