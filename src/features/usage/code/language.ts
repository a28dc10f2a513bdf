/** A kind of code that is scanned. */
export type CodeLanguage = "javascript" | "typescript" | "tsx" | "python";

const LANGUAGES: Readonly<Record<string, CodeLanguage>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
};

/** The language of a file, by its ending; `undefined` for files that are not scanned. */
export function codeLanguage(path: string): CodeLanguage | undefined {
  const ending = /\.([a-z]+)$/u.exec(path)?.[1] ?? "";
  return Object.hasOwn(LANGUAGES, ending) ? LANGUAGES[ending] : undefined;
}
