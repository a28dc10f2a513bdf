import { stringify } from "yaml";

/** A value as YAML text: block style, lines never folded, text that could be taken for another type quoted. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
