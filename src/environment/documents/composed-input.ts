import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { SharedDocuments } from "../../documents/layers/base-documents.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";
import { resolveDocuments } from "./documents.ts";

/** Everything that an environment is made from, as far as its documents decide it. */
export interface ComposedInput {
  /**
   * Equal where nothing a plan is made from differs: comments, order and places do not enter.
   * `null` where the documents cannot be resolved.
   */
  readonly digest: string | null;
  /** Of the documents alone, as plans name it. */
  readonly documentsDigest: string | null;
  readonly rules: EnvironmentRules | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What an environment is made from: the resolved documents and rules, and the stored secrets as
 * they lie there encrypted.
 */
export async function composedInput(
  source: DocumentSource,
  name: string,
  env: ProcessEnv,
  shared?: SharedDocuments,
): Promise<ComposedInput> {
  const resolution = await resolveDocuments(source, name, env, { shared });
  const { rules, diagnostics, documentsDigest } = resolution;
  if (rules === null || hasErrors(diagnostics))
    return { digest: null, documentsDigest: null, rules, diagnostics };
  const secrets: [string, string | null][] = [];
  for (const path of rules.secretFiles) {
    const file = await source.readFile(path);
    secrets.push([path, file === null ? null : sha256(file.bytes)]);
  }
  const documents = documentsDigest();
  return {
    digest: sha256(canonicalJson({ documents, secrets })),
    documentsDigest: documents,
    rules,
    diagnostics,
  };
}
