import {
  resolveEnvironment,
  type Resolution,
} from "../../src/documents/layers/resolve.ts";
import type { Diagnostic } from "../../src/domain/problem/diagnostic.ts";
import type {
  FolderListing,
  SourceFile,
} from "../../src/ports/document-source.ts";

/** A file of the given text. */
export function aFile(path: string, text: string): SourceFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

/** A folder of the given texts by file name. */
export function aFolder(
  folder: string,
  texts: Readonly<Record<string, string>>,
): FolderListing {
  const files = Object.entries(texts).map(([name, text]) =>
    aFile(`${folder}/${name}`, text),
  );
  return { exists: true, files, refused: [] };
}

/** Text of a small, valid connection; further lines are added at the end. */
export function connectionText(name: string, more = ""): string {
  return `connection_id: ${name}\nprovider: gmail\nauth_type: oauth2\n${more}`;
}

/** Texts of one environment named dev; what is left out is the smallest that is valid. */
export interface Texts {
  readonly base?: Readonly<Record<string, string>>;
  readonly overlays?: Readonly<Record<string, string>>;
  readonly templates?: Readonly<Record<string, string>>;
  readonly refusedTemplates?: FolderListing["refused"];
  /** Lines after name and target. */
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Resolves the environment dev from texts. */
export function resolveTexts(texts: Texts): Resolution {
  const { base = {}, overlays = {}, environment = "", env = {} } = texts;
  return resolveEnvironment({
    name: "dev",
    environmentFile: aFile(
      "environments/dev/environment.yaml",
      `environment: dev\ntarget: "embedded:"\n${environment}`,
    ),
    base: aFolder("connections", base),
    overlays: aFolder("environments/dev/connections", overlays),
    templates: {
      ...aFolder("templates", texts.templates ?? {}),
      refused: texts.refusedTemplates ?? [],
    },
    env,
  });
}

/** `CODE file:line:column` of each diagnostic, in order. */
export function placesOf(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(({ code, location }) =>
    location === undefined
      ? code
      : `${code} ${location.file}:${String(location.line)}:${String(location.column)}`,
  );
}

/** Everything a diagnostic would print. */
export function textOf(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics);
}
