import { Lexer } from "yaml";

// Values of YAML's lexer that stand for structure, not for text of the source.
const DOCUMENT_START = "\u0002";
const FLOW_ERROR_END = "\u0018";
const SCALAR_NEXT = "\u001f";

/**
 * The comments of a text in order, each with where it starts. Only comments: the same signs inside
 * a value are text.
 */
export function* commentsOf(
  text: string,
): Generator<{ readonly text: string; readonly start: number }> {
  let at = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR_NEXT) isScalar = true;
    else if (token !== DOCUMENT_START && token !== FLOW_ERROR_END) {
      if (!isScalar && token.startsWith("#")) yield { text: token, start: at };
      at += token.length;
      isScalar = false;
    }
  }
}
