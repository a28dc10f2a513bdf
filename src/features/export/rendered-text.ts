import {
  invalidDocuments,
  type Desired,
} from "../../environment/documents/documents.ts";
import { renderedEnvironment } from "./resolved.ts";
import { outputYamlText } from "../../documents/read/yaml-text.ts";
import type { JsonObject } from "../../domain/json.ts";
import { envSettings, renderEnv } from "./env-format.ts";
import { jsonText } from "../../output/json.ts";
import type { EnvSettings } from "./env-format.ts";

/** How resolved documents are written. */
export interface RenderedForm {
  readonly format: "yaml" | "json";
  /** The settings as variables instead: `NAME=value` lines, or one JSON object of them. */
  readonly asVariables: boolean;
}

/**
 * The resolved documents of an environment as text. @throws InvalidDocumentsError CFG000 for
 * settings that cannot be variables (CLI090).
 */
export function renderedText(desired: Desired, form: RenderedForm): string {
  if (form.asVariables) {
    const settings = envSettings(desired.connections);
    if (settings.diagnostics.length > 0)
      throw invalidDocuments(settings.diagnostics);
    return form.format === "json"
      ? jsonText(variablesJson(desired.rules.name, settings))
      : renderEnv(desired.rules.name, settings);
  }
  const rendered = renderedEnvironment(desired);
  return form.format === "json" ? jsonText(rendered) : outputYamlText(rendered);
}

function variablesJson(environment: string, settings: EnvSettings): JsonObject {
  const byName = (list: EnvSettings["variables"]): JsonObject =>
    Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return {
    kind: "variables",
    environment,
    variables: byName(settings.variables),
    secrets: byName(settings.secrets),
    exit_code: 0,
  };
}
