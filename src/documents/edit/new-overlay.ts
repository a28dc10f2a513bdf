import type { JsonObject } from "../../domain/json.ts";
import type { AuthoredLayer } from "../layers/authored.ts";
import { fileStemOf } from "../read/file-stem.ts";
import { yamlText } from "../read/yaml-text.ts";

/**
 * Where an environment's own document of a connection is written. A name that makes no portable
 * file name is written inside.
 */
export function overlayPath(environment: string, key: string): string {
  return `environments/${environment}/connections/${fileStemOf(key)}.yaml`;
}

/**
 * The text of a new overlay, with the line that tells editors its schema where the shared document
 * has one.
 */
export function newOverlayText(
  key: string,
  value: JsonObject,
  layers: readonly AuthoredLayer[],
): string {
  const base = layers.find(({ layer }) => layer === "base")?.document.source;
  const schema = MODELINE.exec(base?.text ?? "")?.[1];
  const head =
    schema === undefined
      ? ""
      : `# yaml-language-server: $schema=${overlaySchema(schema)}\n`;
  return head + yamlText({ connection_id: key, ...value });
}

const MODELINE = /^# yaml-language-server: \$schema=([\w./:-]{1,300})\r?\n/u;

/**
 * Where the schema of overlays lies, by where that of shared documents does. Shared documents stand
 * two folders higher.
 */
function overlaySchema(schema: string): string {
  const ofOverlays = schema.replace(
    /(^|\/)connection\.schema\.json$/u,
    "$1overlay.schema.json",
  );
  return ofOverlays.startsWith("../") ? `../../${ofOverlays}` : ofOverlays;
}
