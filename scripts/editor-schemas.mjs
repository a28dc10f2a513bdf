/**
 * The schemas that follow from that of connections: those of overlays and templates, and what
 * editors need beyond what validators check (the catalogue's providers by name, references where a
 * number belongs). Parts for editors stand in `schemas/` under `"x-tieline": { "editor": true }`;
 * validators and types never see them.
 */

/** Keywords that only editors read. */
const EDITOR_KEYWORDS = new Set(["enumDescriptions", "patternErrorMessage"]);

/** A schema as validators and types take it. */
export function withoutEditorPart(schema) {
  const parts = new Set(
    Object.entries(schema.definitions ?? {})
      .filter(([, definition]) => isEditorPart(definition))
      .map(([name]) => `#/definitions/${name}`),
  );
  const out = strip(schema, parts);
  if (Object.keys(out.definitions ?? {}).length === 0) delete out.definitions;
  return out;
}

function isEditorPart(node) {
  return node?.["x-tieline"]?.editor === true;
}

function strip(node, parts) {
  if (Array.isArray(node)) return node.map((one) => strip(one, parts));
  if (typeof node !== "object" || node === null) return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (EDITOR_KEYWORDS.has(key) || isEditorPart(value)) continue;
    if (key !== "anyOf") {
      out[key] = strip(value, parts);
      continue;
    }
    const kept = value.filter(({ $ref }) => !parts.has($ref));
    // A choice of one is no choice.
    if (kept.length === 1) Object.assign(out, strip(kept[0], parts));
    else out.anyOf = strip(kept, parts);
  }
  return out;
}

/** The schema with the catalogue's providers among its definitions, by name. */
export function withProviders(schema, connectors) {
  const { CatalogueProvider, ...definitions } = schema.definitions ?? {};
  if (CatalogueProvider === undefined) return schema;
  const sorted = connectors.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  return {
    ...schema,
    definitions: {
      ...definitions,
      CatalogueProvider: {
        ...CatalogueProvider,
        enum: sorted.map(({ slug }) => slug),
        enumDescriptions: sorted.map((connector) => connector.display_name),
      },
    },
  };
}

/** Members of an overlay that say which connection it is for, or what cannot be taken back. */
const NEVER_NULL = new Set([
  "version",
  "connection_id",
  "provider",
  "auth_type",
  "sops",
  "$patch",
]);

/**
 * The schema of overlays: every field of a connection, none required, and null to take back what
 * lies below.
 */
export function overlayOf(connection) {
  const { $schema, anyOf: _required, properties, definitions } = connection;
  return {
    $schema,
    $id: connection.$id.replace("connection.schema", "overlay.schema"),
    title: "OverlayDocument",
    description:
      "What one environment changes about a shared connection: only the fields that differ. null takes back what the shared document says. A connection that exists in this environment alone is written here in full.",
    type: "object",
    additionalProperties: false,
    properties: mapValues(properties, ([name, property]) =>
      NEVER_NULL.has(name) ? property : orNull(property),
    ),
    definitions: mapValues(
      Object.fromEntries(
        Object.entries(definitions).filter(([name]) => name !== "LeavesOut"),
      ),
      ([, definition]) => definition,
    ),
  };
}

/** What templates give no connection, because it belongs to one connection alone. */
const NOT_IN_TEMPLATES = ["connection_id", "sops", "$patch", "template"];

/**
 * The schema of templates: every field connections may share, and what a template says about
 * itself.
 */
export function templateOf(connection) {
  const { $schema, properties, definitions } = connection;
  const { LeavesOut: _, ...shared } = definitions;
  const { previous_ids: __, ...lifecycle } = properties.lifecycle.properties;
  return {
    $schema,
    $id: connection.$id.replace("connection.schema", "template.schema"),
    title: "TemplateDocument",
    description:
      "Fields that connections start from when they name this template. What a connection says itself goes over it.",
    type: "object",
    additionalProperties: false,
    required: ["template"],
    properties: {
      template: {
        description:
          "Name of the template: that of its file. Templates do not start from other templates.",
        type: "string",
        pattern: "^[a-z0-9][a-z0-9-]*$",
      },
      ...mapValues(
        Object.fromEntries(
          Object.entries(properties).filter(
            ([name]) => !NOT_IN_TEMPLATES.includes(name),
          ),
        ),
        ([name, property]) => OWN_WORDS[name] ?? property,
      ),
      lifecycle: { ...properties.lifecycle, properties: lifecycle },
    },
    definitions: shared,
  };
}

/** Members that speak of the template itself. */
const OWN_WORDS = {
  version: { description: "Version of this document format.", const: 1 },
  description: {
    description:
      "What the template is for, for people. Not part of the connections.",
    type: "string",
    maxLength: 2000,
  },
};

function mapValues(object, change) {
  return Object.fromEntries(
    Object.entries(object).map((entry) => [entry[0], change(entry)]),
  );
}

function orNull(property) {
  const { required: _required, ...rest } = property;
  const inner =
    rest.properties === undefined
      ? rest
      : {
          ...rest,
          properties: mapValues(rest.properties, ([, one]) => orNull(one)),
        };
  if (inner.anyOf !== undefined) {
    const takesNull = inner.anyOf.some(
      (one) => one.enum?.includes(null) || [one.type].flat().includes("null"),
    );
    return takesNull
      ? inner
      : { ...inner, anyOf: [...inner.anyOf, { type: "null" }] };
  }
  if (inner.enum !== undefined)
    return inner.enum.includes(null)
      ? inner
      : { ...inner, enum: [...inner.enum, null] };
  if (inner.type === undefined || [inner.type].flat().includes("null"))
    return inner;
  return { ...inner, type: [inner.type, "null"].flat() };
}
