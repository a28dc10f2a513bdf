import type { TextKind } from "../../domain/field/field.ts";
import type { PartDifference } from "../../domain/field/parts.ts";
import type { PlanChange, PlanRisk } from "../../domain/generated/plan.ts";
import { segmentsOf } from "../../domain/field/pointer.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { holdsLookAlikes } from "../../domain/look-alike.ts";
import { risk } from "./risk.ts";
import { writtenParts } from "./written-parts.ts";
import { quoteWhole, titleOf } from "./wording.ts";

/** Texts for machines: hosts, scopes, names. Prose may be in any script. */
const MACHINE_TEXTS: ReadonlySet<TextKind> = new Set([
  "address",
  "token",
  "parameter",
  "scope",
  "verbatim",
]);

/**
 * What a change writes that may be taken for something else, because some of its letters look like
 * others.
 */
export function lookAlikeRisks(change: PlanChange): PlanRisk[] {
  const names = [
    change.key,
    change.provider,
    ...(change.removed_providers ?? []),
  ];
  const found = [
    ...names.map((text) => ({ title: "name", text })),
    ...change.secrets.map(({ path, reference }) => ({
      title: `reference of the ${titleOf(path, ruleFor(path).shape)}`,
      text: reference,
    })),
    ...change.fields
      .filter(({ effect }) => effect === "write")
      .flatMap((field) => writtenParts(field).flatMap(textsOf)),
  ].filter(({ text }) => holdsLookAlikes(text));
  const messages = found.map(
    ({ title, text }) =>
      `The ${title} ${quoteWhole(text)} has letters that can pass for others.`,
  );
  return [...new Set(messages)].map((message) =>
    risk("text.look-alike", "high", message),
  );
}

function textsOf({ pointer, shape, after }: PartDifference): readonly {
  readonly title: string;
  readonly text: string;
}[] {
  if (typeof after !== "string") return [];
  const title = titleOf(pointer, shape);
  const isMachine = shape?.text === undefined || MACHINE_TEXTS.has(shape.text);
  return [
    ...(isMachine ? [{ title, text: after }] : []),
    ...(shape === undefined || shape.isFree === true
      ? [{ title: "name", text: segmentsOf(pointer).at(-1) ?? "" }]
      : []),
  ];
}
