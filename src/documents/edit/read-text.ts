import { isMap, type Document, type YAMLMap } from "yaml";
import { UserError } from "../../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { linesOf, type TextSource } from "../read/text-source.ts";
import { parseSyntax } from "../read/yaml-syntax.ts";
import { ValueReader } from "../read/yaml-values.ts";

/** One document of a text that is to be edited. */
export interface EditableDocument {
  readonly node: Document.Parsed;
  readonly contents: YAMLMap;
  readonly value: JsonObject;
  readonly hasAliases: boolean;
}

/** What a text holds. */
export interface ReadText {
  /** Those that hold something, as everywhere documents are read. */
  readonly documents: readonly EditableDocument[];
  readonly isJson: boolean;
}

/**
 * Reads a text under the limits and refusals of every document.
 * @throws UserError CFG047 when it is refused, unless `mustRead` is false: then it holds no
 * document.
 */
export function readText(text: string, mustRead = true): ReadText {
  const source: TextSource = { file: "", text, lines: linesOf(text) };
  const { documents: parsed, diagnostics } = parseSyntax(source);
  const documents: EditableDocument[] = [];
  let isRefused = diagnostics.length > 0;
  for (const node of isRefused ? [] : parsed) {
    const reader = new ValueReader(source);
    const value = reader.read(node.contents);
    if (value === null && reader.diagnostics.length === 0) continue;
    const contents: unknown = node.contents;
    if (
      reader.diagnostics.length > 0 ||
      !isMap(contents) ||
      !isJsonObject(value)
    )
      isRefused = true;
    else
      documents.push({
        node,
        contents,
        value,
        hasAliases: reader.aliases.size > 0,
      });
  }
  if (isRefused && mustRead)
    throw new UserError("CFG047", "the text cannot be edited", {
      why: "it is not valid YAML, or not a document",
      fix: "run: tieline validate",
      notDone: "nothing was written",
    });
  return {
    documents: isRefused ? [] : documents,
    isJson: documents.length === 1 && isJsonText(text),
  };
}

function isJsonText(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
