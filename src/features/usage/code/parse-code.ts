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
 * Parses code as far as it is any, and takes it apart; `undefined` for code that is nested too
 * deeply. The parsers tolerate every error, and are loaded on first use: other commands do not pay
 * for them.
 */
export async function parseCode(
  language: CodeLanguage,
  text: string,
): Promise<CodeModel | undefined> {
  const modelOf =
    language === "python" ? await openPython() : await openJavaScript(language);
  try {
    return modelOf(text);
  } catch (error) {
    // Building the tree recurses; code made to exhaust the stack is no code anybody wrote.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type ModelOf = (text: string) => CodeModel;

async function openPython(): Promise<ModelOf> {
  const { parser } = await import("@lezer/python");
  return (text) => modelOfPython(parser.parse(text), text);
}

async function openJavaScript(
  language: Exclude<CodeLanguage, "python">,
): Promise<ModelOf> {
  const { parser } = await import("@lezer/javascript");
  const chosen = parser.configure({ dialect: DIALECTS[language] });
  return (text) => modelOfJavaScript(chosen.parse(text), text);
}
