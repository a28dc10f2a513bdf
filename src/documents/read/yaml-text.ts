import { Document, isScalar, stringify, visit } from "yaml";
import { isPlain, plainYamlText } from "../../util/plain-text.ts";

const FORM = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/**
 * A value as YAML text: block style, lines never folded, text that could be taken for another type
 * quoted.
 */
export function yamlText(value: object): string {
  return stringify(value, FORM);
}

/**
 * The same for a terminal or the log of a pipeline: text that could act there stands in double
 * quotes on one line, with escapes, so it is read as the same value.
 */
export function outputYamlText(value: object): string {
  const document = new Document(value, FORM);
  visit(document, {
    Scalar: (_key, node) => {
      if (
        isScalar(node) &&
        typeof node.value === "string" &&
        !isPlain(node.value)
      )
        node.type = "QUOTE_DOUBLE";
    },
  });
  // Without this, quoted text of several lines would be written on several lines.
  const text = document.toString({
    ...FORM,
    doubleQuotedMinMultiLineLength: Infinity,
  });
  return plainYamlText(text);
}
