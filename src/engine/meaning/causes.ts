import type { PlanChange, PlanLocation } from "../../domain/generated/plan.ts";

/**
 * What makes a change that is not the connection's own document: a variable, a template, a shared
 * document, a secret. Each once, in the order of the fields. A new connection has no cause but
 * itself.
 */
export function causeNames(change: PlanChange): readonly string[] {
  if (change.action === "create") return [];
  return [
    ...new Set([
      ...change.fields
        .filter(({ class: moved }) => moved === "edit" || moved === "conflict")
        .flatMap(({ location }) => nameOf(location)),
      ...change.secrets
        .filter(({ state }) => state === "changed")
        .map(({ reference }) => `secret ${reference}`),
    ]),
  ];
}

/** Only what is not a connection's own can change another one. */
function nameOf(location: PlanLocation | undefined): string[] {
  if (location === undefined) return [];
  const { file, line, layer, name } = location;
  const place = `${file}:${String(line)}`;
  switch (layer) {
    case "variable":
      return [name === undefined ? place : `variable ${name} (${place})`];
    case "template":
      return [`template ${file}`];
    case "base":
    case "environment":
    case "rule":
      return [place];
    default:
      return [];
  }
}
