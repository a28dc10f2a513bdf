import { Lexer } from "yaml";

/**
 * True when YAML text nests deeper than the limit through brackets or through indicators on one
 * line (`- - - -`). The parser recurses, and at some depths its recursion ends the whole process
 * instead of throwing, so this runs before it. Nesting by indentation needs a line per level, each
 * longer than the last, which the size limit already bounds.
 */
export function isNestedTooDeep(text: string, maxDepth: number): boolean {
  return mayNestDeep(text, maxDepth) && lexedDepth(text, maxDepth) > maxDepth;
}

/** Cheap and too careful: counts characters without asking what they mean. */
function mayNestDeep(text: string, maxDepth: number): boolean {
  let opened = 0;
  let indicators = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "[" || char === "{") opened++;
    else if (char === "-" || char === "?" || char === ":") indicators++;
    else if (char === "\n") indicators = 0;
    if (opened > maxDepth || indicators > maxDepth) return true;
  }
  return false;
}

function lexedDepth(text: string, maxDepth: number): number {
  let flow = 0;
  let onLine = 0;
  let deepest = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow--;
    else if (token === "-" || token === "?" || token === ":") onLine++;
    else if (token.startsWith("\n") || token.startsWith("\r")) onLine = 0;
    deepest = Math.max(deepest, flow + onLine);
    if (deepest > maxDepth) return deepest;
  }
  return deepest;
}
