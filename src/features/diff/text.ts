import { countOf } from "../../util/count.ts";
import { isEmptyPlan } from "../../engine/plan/empty-plan.ts";
import { renderDiagnostics } from "../../output/diagnostics.ts";
import { valuePair, wholeText } from "../../output/difference-text.ts";
import { safe, type SafeText, textOf } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { renderPlan } from "../plan/text.ts";
import type { EnvironmentDiff } from "./diff.ts";
import type { HiddenChange } from "../plan/hidden-changes.ts";
import type { Compared } from "./json.ts";

/** What differs between two commits, environment by environment, in the words of plans. */
export function renderDiff(
  { from, to }: Compared,
  environments: readonly EnvironmentDiff[],
  style: Style & { readonly verbose: boolean },
): string {
  const title = paint(style, "bold", titleText({ from, to }));
  return [
    textOf([safe`${title}, ${basisText(from)}`]),
    ...environments.map((each) => environmentText(each, style)),
  ].join("\n");
}

/** What is compared. */
export function titleText({ from, to }: Compared): SafeText {
  return safe`From ${from} to ${to ?? "the working tree"}`;
}

/** What a comparison rests on. */
export function basisText(from: string): SafeText {
  return safe`as if ${from} were applied. Neither the platform nor its accounts nor a key was asked.`;
}

/** What there is to say of an environment beside its plan. */
export function verdictText(found: EnvironmentDiff): SafeText {
  switch (found.kind) {
    case "same":
      return safe`nothing differs.`;
    case "removed":
      return safe`the environment is removed. ${countOf(found.connectionCount, "connection")} of it ${found.connectionCount === 1 ? "is" : "are"} no longer declared; nothing is deleted by that.`;
    case "unreadable":
      return safe`the documents it starts from cannot be understood, so nothing can be compared. What is wrong with them:`;
    case "added":
      return safe`the environment is new.`;
    case "changed":
      return safe`what changes:`;
  }
}

function environmentText(
  found: EnvironmentDiff,
  style: Style & { readonly verbose: boolean },
): string {
  const name = paint(style, "bold", found.name);
  const head = safe`${name}: ${verdictText(found)}`;
  switch (found.kind) {
    case "same":
    case "removed":
      return textOf([head]);
    case "unreadable":
      return `${textOf([head])}${renderDiagnostics(found.diagnostics, style)}`;
    case "added":
      return `${textOf([head])}${renderPlan(found.plan, style, style)}`;
    case "changed":
      return `${isEmptyPlan(found.plan) ? "" : renderPlan(found.plan, style, style)}${hiddenText(found.hidden, style)}`;
  }
}

function hiddenText(hidden: readonly HiddenChange[], style: Style): string {
  return hidden.length === 0
    ? ""
    : textOf([paint(style, "bold", HIDDEN_TITLE), ...hiddenLines(hidden)]);
}

/** Of what stands in shared documents and reaches no environment. */
export const HIDDEN_TITLE = "SHARED VALUES THAT A LAYER ABOVE HIDES";

/** What each of them is, and what stays. */
export function hiddenLines(hidden: readonly HiddenChange[]): SafeText[] {
  return hidden.map(
    ({ key, path, file, hiddenBy, before, after, stays }): SafeText => {
      const pair = valuePair(before, after);
      const kept = stays === undefined ? safe`absent` : wholeText(stays);
      return safe` ${key}  ${path}: ${pair.before} -> ${pair.after} in ${file}; ${hiddenBy} hides it (stays ${kept})`;
    },
  );
}
