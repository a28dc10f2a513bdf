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
  const title = paint(
    style,
    "bold",
    safe`From ${from} to ${to ?? "the working tree"}`,
  );
  const head = textOf([
    safe`${title}, as if ${from} were applied. Neither the platform nor its accounts nor a key was asked.`,
  ]);
  return [
    head,
    ...environments.map((each) => environmentText(each, style)),
  ].join("\n");
}

function environmentText(
  found: EnvironmentDiff,
  style: Style & { readonly verbose: boolean },
): string {
  const name = paint(style, "bold", found.name);
  switch (found.kind) {
    case "same":
      return textOf([safe`${name}: nothing differs.`]);
    case "removed":
      return textOf([
        safe`${name}: the environment is removed. ${countOf(found.connectionCount, "connection")} of it ${found.connectionCount === 1 ? "is" : "are"} no longer declared; nothing is deleted by that.`,
      ]);
    case "unreadable":
      return `${textOf([
        safe`${name}: the documents it starts from cannot be understood, so nothing can be compared. What is wrong with them:`,
      ])}${renderDiagnostics(found.diagnostics, style)}`;
    case "added":
      return `${textOf([safe`${name}: the environment is new.`])}${renderPlan(found.plan, style, style)}`;
    case "changed":
      return `${isEmptyPlan(found.plan) ? "" : renderPlan(found.plan, style, style)}${hiddenText(found.hidden, style)}`;
  }
}

function hiddenText(hidden: readonly HiddenChange[], style: Style): string {
  if (hidden.length === 0) return "";
  const lines = hidden.map(
    ({ key, path, file, hiddenBy, before, after, stays }): SafeText => {
      const pair = valuePair(before, after);
      const kept = stays === undefined ? safe`absent` : wholeText(stays);
      return safe` ${key}  ${path}: ${pair.before} -> ${pair.after} in ${file}; ${hiddenBy} hides it (stays ${kept})`;
    },
  );
  return textOf([
    paint(style, "bold", "SHARED VALUES THAT A LAYER ABOVE HIDES"),
    ...lines,
  ]);
}
