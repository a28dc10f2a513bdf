import { countOf, countText } from "../../util/count.ts";
import type {
  PlanAction,
  PlanRisk,
  PlanScopeChange,
} from "../../domain/generated/plan.ts";
import type { ValueShape } from "../../domain/field/field.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { indent, joinSafe, safe, type SafeText } from "../../output/escape.ts";
import {
  CLASS_WORDS,
  type FieldView,
  type SecretView,
} from "../../output/field-view.ts";
import type { ChangeView } from "./view.ts";
import { memberNote, scopeLine } from "../../output/scope-text.ts";
import {
  type Paint,
  paint,
  shownFile,
  type Style,
} from "../../output/style.ts";
import {
  shownParts,
  valuePair,
  wholeText,
} from "../../output/difference-text.ts";
import { type SetDifference, valueText } from "../../output/value-text.ts";

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
  const kept = change.fields.filter((field) => isAsLive(change, field));
  const details = [
    ...change.fields
      .filter((field) => !kept.includes(field))
      .flatMap((field) => fieldLines(field, change.scopes, style, options)),
    ...keptLines(kept),
    ...change.secrets
      .filter(({ state }) => options.verbose || state !== "unchanged")
      .map((secret) => secretLine(secret, style)),
    ...change.risks.map((risk) => riskLine(risk, style)),
    ...accountLines(change),
    ...(options.verbose && change.steps.length > 0
      ? [safe`steps: ${joinSafe(change.steps, ", ")}`]
      : []),
  ];
  return [headline(change, style), ...indent(details, 4)];
}

/** Taking ownership of what is as declared already changes nothing; one line names those fields. */
function isAsLive({ action }: ChangeView, field: FieldView): boolean {
  return (
    action === "adopt" &&
    field.difference.kind === "stays" &&
    field.reason === CLASS_WORDS.settled
  );
}

function keptLines(kept: readonly FieldView[]): SafeText[] {
  if (kept.length === 0) return [];
  const paths = joinSafe(
    kept.map(({ path }) => path),
    ", ",
  );
  return [safe`as it is on the platform: ${paths}`];
}

/** What is done to which connection, and where that is written. */
export function headline(change: ChangeView, style: Style): SafeText {
  const tone = ACTION_PAINT[change.action];
  const sign = paint(style, tone, safe`${change.symbol} ${change.action}`);
  const key = paint(style, "bold", change.key);
  const from =
    change.previousKey === null ? safe`` : safe` (was ${change.previousKey})`;
  const guard = change.isProtected ? ", protected" : "";
  const place =
    change.place === null
      ? safe``
      : safe`  ${paint(style, "dim", shownFile(style, change.place))}`;
  return safe`${sign} ${key}${from} (${change.provider}, ${change.authType}${guard})${place}`;
}

function fieldLines(
  field: FieldView,
  allScopes: readonly PlanScopeChange[],
  style: Style,
  options: ChangeTextOptions,
): SafeText[] {
  const { difference } = field;
  const scopes = allScopes.filter(({ path }) => path === field.path);
  const remarks = fieldRemarks(field, style, options);
  if (difference.kind === "set") {
    const members = setLines(difference, scopes, style, options);
    return members.length === 0
      ? [safe`${field.path}: same members${tailOf(remarks)}`]
      : [setTitle(field, remarks), ...indent(members, 2)];
  }
  const lines = scopes.map((scope) => scopeLine(scope, style));
  const parts = partLines(field, options);
  return [
    parts === undefined
      ? safe`${field.path}: ${valuesText(field.path, difference)}${tailOf(remarks)}`
      : setTitle(field, remarks),
    ...indent([...(parts ?? []), ...firstOf(lines, safe``, options)], 2),
  ];
}

/** A nested value member by member, where it does not fit on a line. */
function partLines(
  { path, difference }: FieldView,
  { verbose }: ChangeTextOptions,
): SafeText[] | undefined {
  if (difference.kind === "set" || difference.kind === "stays")
    return undefined;
  const [before, after] =
    difference.kind === "new"
      ? [undefined, difference.value]
      : [difference.before, difference.after];
  const found = shownParts(path, [before, after], { showsAll: verbose });
  if (found === undefined) return undefined;
  const isNew = difference.kind === "new";
  const lines = found.parts.map((part) =>
    isNew
      ? safe`${part.name}: ${wholeText(part.after)}`
      : safe`${part.name}: ${pairText(part.before, part.after, part.shape)}`,
  );
  const { hiddenCount } = found;
  return hiddenCount > 0
    ? [
        ...lines,
        safe`${countOf(hiddenCount, "more part")}, --verbose shows all`,
      ]
    : lines;
}

function valuesText(
  path: Pointer,
  difference: Exclude<FieldView["difference"], { readonly kind: "set" }>,
): SafeText {
  if (difference.kind === "new") return wholeText(difference.value);
  if (difference.kind === "stays")
    return safe`stays ${valueText(difference.value)}`;
  const { before, after } = difference;
  return pairText(before, after, knownField(path)?.shape);
}

function pairText(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  shape: ValueShape | undefined,
): SafeText {
  const { before, after } = valuePair(left, right, shape);
  return safe`${before} -> ${after}`;
}

function setLines(
  { added, removed }: SetDifference,
  scopes: readonly PlanScopeChange[],
  style: Style,
  options: ChangeTextOptions,
): SafeText[] {
  const lines = (members: readonly JsonValue[], sign: SafeText): SafeText[] =>
    firstOf(
      members.map(
        (member) =>
          safe`${sign}${wholeText(member)}${memberNote(scopes, member, style)}`,
      ),
      sign,
      options,
    );
  return [
    ...lines(added, paint(style, "green", "+")),
    ...lines(removed, paint(style, "red", "-")),
  ];
}

function tailOf(remarks: readonly SafeText[]): SafeText {
  return remarks.length === 0 ? safe`` : safe`  (${joinSafe(remarks, "; ")})`;
}

function setTitle(field: FieldView, remarks: readonly SafeText[]): SafeText {
  if (remarks.length === 0) return safe`${field.path}:`;
  return safe`${field.path}: (${joinSafe(remarks, "; ")})`;
}

function fieldRemarks(
  field: FieldView,
  style: Style,
  options: ChangeTextOptions,
): SafeText[] {
  const remarks: SafeText[] = [];
  if (field.reason !== null) remarks.push(safe`${field.reason}`);
  if (field.lastApplied !== undefined)
    remarks.push(safe`last applied ${lastText(field)}`);
  if (field.isNeverSent)
    remarks.push(
      knownField(field.path)?.isSecret === true
        ? safe`where its value comes from`
        : knownField(field.path)?.isReadOnly === true
          ? safe`never sent: it must equal what the platform makes`
          : safe`only applications see it`,
    );
  if (field.isOnlyRecorded) remarks.push(safe`only remembered, not sent`);
  if (options.verbose && field.place !== null)
    remarks.push(safe`${shownFile(style, field.place)}`);
  return remarks;
}

/** The value of the last apply, shown by how it differs from what is asked for now. */
function lastText({ lastApplied, difference }: FieldView): SafeText {
  return difference.kind === "value"
    ? valuePair(lastApplied, difference.after).before
    : wholeText(lastApplied);
}

function firstOf(
  lines: readonly SafeText[],
  sign: SafeText,
  options: ChangeTextOptions,
): SafeText[] {
  const max = options.verbose ? lines.length : MAX_MEMBERS;
  const rest = lines.length - max;
  const shown = lines.slice(0, max);
  return rest > 0 ? [...shown, safe`${sign}${countText(rest)} more`] : shown;
}

function secretLine(secret: SecretView, style: Style): SafeText {
  const tone = secret.state === "unchanged" ? "dim" : "yellow";
  const sentence = paint(style, tone, secret.sentence);
  return safe`${secret.path}: ${sentence}  from ${secret.reference}`;
}

function riskLine(risk: PlanRisk, style: Style): SafeText {
  const level = paint(style, RISK_PAINT[risk.level], risk.level);
  const accounts =
    risk.accounts === undefined ? "" : ` (accounts: ${String(risk.accounts)})`;
  return safe`${level}: ${risk.message}${accounts}  [${risk.code}]`;
}

function accountLines(change: ChangeView): SafeText[] {
  if (change.accounts === null) return [];
  if (change.accounts === "unknown") return [safe`connected accounts unknown`];
  const { active, recentlyUsed } = change.accountUse;
  const parts = [
    countOf(change.accounts, "connected account"),
    ...(active === undefined || active === "unknown"
      ? []
      : [`${String(active)} active`]),
    ...(recentlyUsed === undefined || recentlyUsed === "unknown"
      ? []
      : [`${String(recentlyUsed)} used in the last 30 days`]),
  ];
  return [safe`${joinSafe(parts, ", ")}`];
}
