import type { AuthoredConnection } from "../../documents/layers/authored.ts";
import { fieldNameOf, fieldsAt } from "../../documents/read/field-names.ts";
import { locationOf } from "../../documents/read/report.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { ExplainedField, Explanation } from "./report.ts";
import { FIELD_RULES, IDENTITY_RULE } from "../../domain/generated/fields.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  invalidDocuments,
  resolveDocuments,
  type ResolvedDocuments,
} from "../../environment/documents/documents.ts";
import { fieldArgument } from "../../environment/documents/field-argument.ts";
import { explainField, type FieldSubject } from "./explain-field.ts";
import { notThere } from "./not-there.ts";
import type { ExplainContext, ExplainRequest } from "./request.ts";

/**
 * Tells of each field of a connection where its value was written, what it hides, and what the API
 * will receive. Needs no network and no key, and works on documents with errors as far as they
 * could be composed.
 * @throws UserError CLI040 for a connection the environment does not have, or a field no connection
 * has; InvalidDocumentsError CFG000 for a connection nothing could be composed of; UserError CLI041
 * for an environment that does not exist.
 */
export async function explainConnection(
  request: ExplainRequest,
  context: ExplainContext,
): Promise<Explanation> {
  const { environment, connection, field } = request;
  const asked =
    field === undefined ? null : fieldArgument(field, "nothing was explained");
  const { source, env } = context;
  const documents = await resolveDocuments(source, environment, env);
  if (documents.diagnostics.some(({ code }) => code === "CFG021"))
    throw invalidDocuments(
      documents.diagnostics.filter(({ code }) => code === "CFG021"),
    );
  const authored = documents.authored.get(connection);
  if (authored === undefined) throw await notThere(request, documents, context);
  return {
    environment,
    connection,
    provider: textAt(authored.resolved, "provider"),
    authType: textAt(authored.resolved, "auth_type"),
    layers: authored.layers.map(({ layer, document }) => ({
      layer,
      location: locationOf({
        source: document.source,
        document,
        start: 0,
        end: 0,
      }),
    })),
    asked: asked === null ? null : fieldNameOf(asked),
    fields: explainFields(asked, authored, documents, context),
    unrepresentable: documents.rules?.unrepresentable ?? "error",
    diagnostics: diagnosticsOf(authored, environment, documents.diagnostics),
  };
}

/**
 * True when the documents behind an explanation have an error, so that nothing could be planned
 * from them.
 */
export function isIncomplete({ diagnostics }: Explanation): boolean {
  return hasErrors(diagnostics);
}

function explainFields(
  asked: Pointer | null,
  connection: AuthoredConnection,
  { rules, variables }: ResolvedDocuments,
  { previewOf }: ExplainContext,
): readonly ExplainedField[] {
  const preview = previewOf(rules?.driver ?? "scalekit");
  const { resolved } = connection;
  const wireSubject = {
    provider: textAt(resolved, "provider"),
    authType: textAt(resolved, "auth_type"),
    document: resolved,
  };
  const subject: FieldSubject = {
    connection,
    variables,
    wireOf: (pointer) => preview(wireSubject, pointer),
  };
  const wanted = asked === null ? undefined : new Set(fieldsAt(asked));
  const all = [IDENTITY_RULE, ...FIELD_RULES]
    .filter(
      ({ pointer }) =>
        wanted === undefined || wanted.has(pointer) || pointer === asked,
    )
    .map((rule) => explainField(rule, subject));
  const said = all.filter(({ status }) => status !== "unset");
  return said.length === 0 ? all : said;
}

/** Problems of the files the connection is made of, and of the environment's own. */
function diagnosticsOf(
  { layers }: AuthoredConnection,
  environment: string,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  const files = new Set([
    `environments/${environment}/environment.yaml`,
    ...layers.map(({ document }) => document.source.file),
    ...layers.flatMap(({ document }) => {
      const template = document.value["template"];
      return typeof template === "string"
        ? [`templates/${template}.yaml`, `templates/${template}.yml`]
        : [];
    }),
  ]);
  return diagnostics.filter(
    ({ location }) => location === undefined || files.has(location.file),
  );
}

function textAt(document: JsonObject, name: string): string {
  const value = document[name];
  return typeof value === "string" ? value : "";
}
