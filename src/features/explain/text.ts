import { countOf } from "../../util/count.ts";
import type {
  ExplainedField,
  ExplainedItem,
  Explanation,
  LayerSaying,
} from "./report.ts";
import type {
  FieldRisk,
  FieldRule,
  FieldSemantics,
} from "../../domain/field/field.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import type { WirePlace } from "../../domain/field/wire-place.ts";
import {
  indent,
  joinSafe,
  safe,
  type Part,
  type SafeText,
  textOf,
} from "../../output/escape.ts";
import { paint, shownFile, type Style } from "../../output/style.ts";
import { valueText } from "../../output/value-text.ts";

/** Width of the labels before the facts about a field. */
const LABEL = 10;
const WITHHELD = "«hidden»";

/**
 * A connection, or the fields of it that were asked about, with where each value comes from and
 * where it goes.
 */
export function renderExplanation(
  explanation: Explanation,
  style: Style,
): string {
  const lines =
    explanation.asked === null
      ? wholeLines(explanation, style)
      : explanation.fields.flatMap((field, index) => [
          ...(index === 0 ? [] : [safe``]),
          ...fieldLines(field, explanation, style),
        ]);
  return textOf(lines);
}

/** What a field is, in the words of people, from the most to the least telling. */
export function behaviourOf(rule: FieldRule): readonly string[] {
  return [
    ...SEMANTICS_WORDS[rule.semantics],
    ...(rule.isSecret ? ["secret: takes references only"] : []),
    ...(rule.isImmutable
      ? ["fixed when the connection is made: a change needs a replacement"]
      : []),
    ...(rule.isReadOnly
      ? ["made by the platform: declared here, it must be equal"]
      : []),
    ...(rule.isRecorded
      ? ["kept by tieline and remembered in the inventory"]
      : rule.isLocal
        ? ["kept by tieline"]
        : []),
    ...(rule.isDestination
      ? ["decides where credentials or users are sent"]
      : []),
    ...(rule.risk === null ? [] : [RISK_WORDS[rule.risk]]),
  ];
}

const SEMANTICS_WORDS: Readonly<Record<FieldSemantics, readonly string[]>> = {
  scalar: [],
  url: ["address"],
  set: ["set: order means nothing"],
  list: ["list: order matters"],
  map: ["map: one field, compared as a whole"],
  object: ["one field, compared as a whole; an empty member is none"],
};

const RISK_WORDS: Readonly<Record<FieldRisk, string>> = {
  scope: "decides what users are asked to grant",
  client: "decides which application users grant it to",
  "client-secret": "is what that application proves itself with",
  "platform-credentials": "decides whose OAuth application is used",
  "proof-key": "binds a code to the client that asked for it",
  "offline-access": "decides whether a refresh token is asked for",
  state: "decides whether the platform offers the connection",
};

function wholeLines(explanation: Explanation, style: Style): SafeText[] {
  const { connection, environment, provider, authType } = explanation;
  const kind = [provider, authType].filter((part) => part !== "");
  const head = safe`${paint(style, "bold", connection)} in ${environment}${kind.length === 0 ? "" : safe`: ${joinSafe(kind, ", ")}`}`;
  const layers = explanation.layers.map(
    ({ layer, location }) =>
      safe`  ${layer.padEnd(LABEL)}${shownFile(style, location.file)}`,
  );
  const fields = explanation.fields.flatMap((field) => [
    safe``,
    ...briefLines(field, explanation, style),
  ]);
  const example =
    explanation.fields.find(({ rule }) => rule.semantics === "set") ??
    explanation.fields.at(-1);
  return [
    head,
    ...layers,
    ...fields,
    safe``,
    safe`one field in full: tieline explain ${wordOf(environment)} ${wordOf(connection)} ${example === undefined ? "scopes" : nameOf(example.rule)}`,
  ];
}

function briefLines(
  field: ExplainedField,
  explanation: Explanation,
  style: Style,
): SafeText[] {
  const { rule, hides, items } = field;
  const hidden =
    hides.length + items.reduce((sum, item) => sum + item.hides.length, 0);
  const facts: Part[] = [
    whereText(field, style),
    ...(hidden === 0 ? [] : [safe`hides ${countOf(hidden, "lower value")}`]),
    briefWire(field, explanation),
  ];
  return [
    safe`  ${paint(style, "bold", nameOf(rule))}: ${shownValue(field)}`,
    ...indent([paint(style, "dim", joinSafe(facts, "; "))], 4),
  ];
}

function whereText(
  { location, status }: ExplainedField,
  style: Style,
): SafeText {
  if (location === undefined) return safe`nobody sets it`;
  return status === "removed"
    ? safe`taken away at ${placeText(location, style)}`
    : placeText(location, style);
}

function fieldLines(
  field: ExplainedField,
  explanation: Explanation,
  style: Style,
): SafeText[] {
  const { connection, environment } = explanation;
  const { rule, location, status, written } = field;
  const behaviour = behaviourOf(rule);
  const set = status === "removed" ? "taken away at" : "set at";
  return [
    safe`${paint(style, "bold", nameOf(rule))} of ${connection} in ${environment}`,
    safe`  ${rule.description}`,
    ...fact("value", [shownValue(field)]),
    ...fact(
      "from",
      location === undefined
        ? []
        : [safe`${set} ${placeText(location, style)}`],
    ),
    ...fact("written", written === undefined ? [] : [valueText(written)]),
    ...fact(
      "variable",
      field.variables.map(({ name, value, location: defined }) =>
        defined === undefined
          ? safe`${name}, which is not defined`
          : safe`${name} = ${value === undefined ? WITHHELD : valueText(value)} at ${placeText(defined, style)}`,
      ),
    ),
    ...fact(
      "machine",
      field.machineVariables.map(
        (name) => safe`environment variable ${name} of the machine`,
      ),
    ),
    ...fact(
      "items",
      field.items.flatMap((item) => itemLines(item, style)),
    ),
    ...fact(
      "hides",
      field.hides.map((saying) => sayingText(saying, style)),
    ),
    ...fact("behaves", behaviour.length === 0 ? [] : [behaviour.join("; ")]),
    ...fact("API", [
      ...wireLines(field, explanation),
      ...(rule.isSecret && field.wire.kind === "sent"
        ? ["the value behind the reference, which is never shown"]
        : []),
    ]),
  ];
}

/** A label and its facts, one to a line under each other. */
function fact(label: string, facts: readonly Part[]): SafeText[] {
  return facts.map(
    (each, index) => safe`  ${(index === 0 ? label : "").padEnd(LABEL)}${each}`,
  );
}

function itemLines(
  { member, value, location, hides }: ExplainedItem,
  style: Style,
): SafeText[] {
  const name = member === null ? safe`` : safe`${member}: `;
  return [
    safe`${name}${valueText(value)} at ${placeText(location, style)}`,
    ...hides.map((saying) => safe`  hides ${sayingText(saying, style)}`),
  ];
}

const SAYING_WORDS: Readonly<Record<LayerSaying["kind"], string>> = {
  sets: "a value",
  removes: "taking it away",
  changes: "a change of a part of it",
};

function sayingText(
  { kind, value, location }: LayerSaying,
  style: Style,
): SafeText {
  const what = value === undefined ? SAYING_WORDS[kind] : valueText(value);
  return safe`${what} at ${placeText(location, style)}`;
}

function shownValue({ status, value }: ExplainedField): Part {
  switch (status) {
    case "set":
      return value === null ? safe`null (must be empty)` : valueText(value);
    case "withheld":
      return safe`${WITHHELD} (not a reference)`;
    case "removed":
      return safe`not managed: taken away again`;
    case "unset":
      return safe`not managed: nothing sets it`;
  }
}

function briefWire(
  { rule, wire }: ExplainedField,
  explanation: Explanation,
): SafeText {
  switch (wire.kind) {
    case "sent":
      return wire.member === null
        ? safe`sent as ${wire.route}`
        : safe`sent as ${wire.member}`;
    case "compared":
      return safe`compared, not sent`;
    case "kept":
      return safe`kept here, not sent`;
    case "nowhere":
      switch (treatmentOf(rule, wire, explanation)) {
        case "kept":
          return safe`the API has no place for it: kept for tieline render`;
        case "instead":
          return safe`the API has no place for it: ${valueText(wire.instead)} is sent`;
        case "error":
          return safe`the API has no place for it: an error`;
      }
  }
}

/**
 * What the environment makes of a field the API has no place for: what only the platform can act on
 * is never just kept.
 */
function treatmentOf(
  { isPlatforms }: FieldRule,
  { instead, isWhole }: Extract<WirePlace, { readonly kind: "nowhere" }>,
  { unrepresentable }: Explanation,
): "kept" | "instead" | "error" {
  if (unrepresentable !== "local") return "error";
  if (!isPlatforms || isWhole === true) return "kept";
  return instead === undefined ? "error" : "instead";
}

function wireLines(
  { rule, wire }: ExplainedField,
  explanation: Explanation,
): Part[] {
  switch (wire.kind) {
    case "sent":
      return wire.member === null
        ? [safe`receives ${wire.route}`]
        : [
            safe`receives ${wire.member} in ${wire.route}`,
            ...(wire.value === undefined ? [] : [valueText(wire.value)]),
          ];
    case "compared":
      return [
        safe`does not receive it: ${wire.member} of the platform must equal it`,
      ];
    case "kept":
      return [
        wire.isRemembered
          ? safe`does not receive it: kept here and remembered in the inventory`
          : safe`does not receive it: kept here`,
      ];
    case "nowhere":
      return [
        safe`has no place for it: ${wire.why}`,
        NOWHERE_WORDS[treatmentOf(rule, wire, explanation)](wire),
      ];
  }
}

const NOWHERE_WORDS: Readonly<
  Record<
    ReturnType<typeof treatmentOf>,
    (wire: Extract<WirePlace, { readonly kind: "nowhere" }>) => SafeText
  >
> = {
  kept: () =>
    safe`kept for tieline render, by unrepresentable: local of the environment`,
  instead: ({ instead }) =>
    safe`receives ${valueText(instead)} in its place, by unrepresentable: local of the environment`,
  error: ({ fix }) => safe`an error in this environment: ${fix}`,
};

function placeText(
  { file, line, column, layer }: SourceLocation,
  style: Style,
): SafeText {
  const place = safe`${shownFile(style, file)}:${line}:${column}`;
  return layer === undefined ? place : safe`${place} (${layer})`;
}

function nameOf({ pointer }: FieldRule): string {
  return segmentsOf(pointer).join(".");
}

/** A name for a command line people copy; one that is no plain word is not put into it as it is. */
function wordOf(name: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/u.test(name) ? name : "<name>";
}
