import type { CodeModel } from "./expression.ts";
import { modelOfJavaScript } from "./javascript.ts";
import type { CodeLanguage } from "./language.ts";
import { modelOfPython } from "./python.ts";

/** Generics and JSX cannot be told apart without knowing the kind of file. */
const DIALECTS: Readonly<Record<Exclude<CodeLanguage, "python">, string>> = {
  javascript: "jsx",
  typescript: "ts",
  tsx: "ts jsx",
};

/**
 * Parses code as far as it is any, and takes it apart. The parsers tolerate every error, and are loaded on first use: other commands do
 * not pay for them.
 */
export async function parseCode(
  language: CodeLanguage,
  text: string,
): Promise<CodeModel> {
  if (language === "python") {
    const { parser } = await import("@lezer/python");
    return modelOfPython(parser.parse(text), text);
  }
  const { parser } = await import("@lezer/javascript");
  const dialect = DIALECTS[language];
  return modelOfJavaScript(parser.configure({ dialect }).parse(text), text);
}
