/**
 * Writes everything that is derived from `schemas/`, `catalogue/`, `docs/errors/` and the definitions
 * of commands into `generated` folders of `src/`: document types, the field table with its behaviour
 * annotations, the catalogue, the codes, the list of commands, and compiled validators.
 * Run by `npm run generate`; the output is not committed, so it cannot be out of date.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { build } from "esbuild";
import { compile } from "json-schema-to-typescript";
import { parse as parseYaml } from "yaml";
import {
  overlayOf,
  templateOf,
  withoutEditorPart,
  withProviders,
} from "./editor-schemas.mjs";
import { readErrorPages } from "./error-pages.mjs";
import { checkShapes, resolved, shapeOf } from "./field-shapes.mjs";
import { looserOf, rulesOf } from "./rule-facts.mjs";
import { packScopes, readScopeFiles } from "./scopes.mjs";

const root = new URL("../", import.meta.url);
const banner =
  "// Generated from schemas/ and catalogue/ by scripts/generate.mjs. Do not edit.\n";
const DOMAIN = new URL("src/domain/generated/", root);
const CONFIG = new URL("src/documents/generated/", root);

/** Schema file to module: the name of the exported root type comes from the schema's title. */
const DOCUMENTS = [
  "connection",
  "environment",
  "fleet",
  "plan",
  "review-artifact",
  "snapshot",
  "template",
];

/** Where a document keeps the fields that set-up pages name, by the vendor's name. An unknown one stops the build: nobody has mapped it. */
const FIELD_POINTERS = {
  "oauth_config.client_id": "/credentials/client_id",
  "oauth_config.client_secret": "/credentials/client_secret",
  "oauth_config.app_name": "/credentials/app_name",
  "oauth_config.scopes": "/scopes",
  "google_dwd_config.service_account_json": "/credentials/service_account_json",
  "google_dwd_config.scopes": "/scopes",
};

/** Milliseconds of what a limit is written in. */
const UNITS = { seconds: 1000, minutes: 60_000 };

// First: the schema of templates follows from that of connections.
await writeEditorSchemas();

const schemas = new Map();
for (const name of DOCUMENTS)
  schemas.set(name, withoutEditorPart(await readSchema(name)));

await rm(DOMAIN, { recursive: true, force: true });
await rm(CONFIG, { recursive: true, force: true });
await mkdir(DOMAIN, { recursive: true });
await mkdir(CONFIG, { recursive: true });

for (const [name, schema] of schemas) await writeTypes(name, schema);
await writeFields(schemas.get("connection"));
await writeLimits(schemas.get("environment"));
await writeRules(schemas.get("environment"));
await writeCatalogue();
await writeScopes();
await writeVersion();
await writeErrorPages();
await writeCommands();
await writeDrivers(schemas.get("environment"));
await writeValidators();
await writeMembers();
await writeTemplates();

async function readSchema(name) {
  const text = await readFile(
    new URL(`schemas/${name}.schema.json`, root),
    "utf8",
  );
  return JSON.parse(text);
}

/** The parts of `schemas/` that follow from the catalogue and from the schema of connections. They are committed, for editors to find them. */
async function writeEditorSchemas() {
  const { connectors } = JSON.parse(
    await readFile(new URL("catalogue/providers.json", root), "utf8"),
  );
  const connection = withProviders(await readSchema("connection"), connectors);
  await writeSchema("connection", connection);
  await writeSchema("overlay", overlayOf(connection));
  await writeSchema("template", templateOf(connection));
}

/** Writes a schema only when it says something else: a build leaves the checkout as it is. */
async function writeSchema(name, schema) {
  const now = await readSchema(name).catch(() => undefined);
  if (JSON.stringify(now) === JSON.stringify(schema)) return;
  const { format } = await import("prettier");
  await writeFile(
    new URL(`schemas/${name}.schema.json`, root),
    await format(JSON.stringify(schema, null, 2), { parser: "json" }),
  );
}

/** A schema that says nothing about the type becomes JsonValue instead of unknown. */
function withJsonValues(schema) {
  if (Array.isArray(schema)) return schema.map(withJsonValues);
  if (typeof schema !== "object" || schema === null) return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    const isSchemaSlot = key === "additionalProperties" || key === "items";
    if (
      isSchemaSlot &&
      value !== null &&
      typeof value === "object" &&
      isOpen(value)
    )
      out[key] = { ...value, tsType: "JsonValue" };
    else if (key === "properties")
      out[key] = Object.fromEntries(
        Object.entries(value).map(([k, v]) => [
          k,
          isOpen(v) ? { ...v, tsType: "JsonValue" } : withJsonValues(v),
        ]),
      );
    else out[key] = withJsonValues(value);
  }
  return out;
}

function isOpen(schema) {
  return (
    typeof schema === "object" &&
    Object.keys(schema).every((k) => k === "description")
  );
}

async function writeTypes(name, schema) {
  const code = await compile(
    withJsonValues(structuredClone(schema)),
    schema.title,
    {
      bannerComment: "",
      additionalProperties: false,
      unreachableDefinitions: true,
      ignoreMinAndMaxItems: true,
      format: true,
    },
  );
  const usesJson = code.includes("JsonValue");
  const head = usesJson
    ? 'import type { JsonValue } from "../json.ts";\n\n'
    : "";
  await writeFile(new URL(`${name}.ts`, DOMAIN), `${banner}${head}${code}`);
}

async function writeFields(schema) {
  checkShapes(schema);
  const { identity, fields } = collectFields(schema, schema, "");
  const body = fields.map((rule) => `  ${JSON.stringify(rule)},`).join("\n");
  await writeFile(
    new URL("fields.ts", DOMAIN),
    `${banner}import type { FieldRule } from "../field/field.ts";\n\n/** Every field of a connection document that can change, in schema order. */\nexport const FIELD_RULES: readonly FieldRule[] = [\n${body}\n];\n\n/** The name of a connection: what everything else hangs on, so it is no field that changes. */\nexport const IDENTITY_RULE: FieldRule = ${JSON.stringify(identity)};\n`,
  );
}

/**
 * The limits of an environment as planning knows them: named in our own style, times in milliseconds, every default applied. One that
 * has no default is `null`: there is no limit.
 */
async function writeLimits(schema) {
  const fields = Object.entries(schema.properties.limits.properties).map(
    ([name, { default: preset, description, "x-tieline": mark = {} }]) => {
      const factor = mark.unit === undefined ? 1 : UNITS[mark.unit];
      if (factor === undefined)
        throw new Error(`limits.${name} is in an unknown unit`);
      const words = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
      return {
        name,
        member: mark.unit === undefined ? words : `${words}Ms`,
        factor,
        isPace: mark.pace === true,
        preset: preset === undefined ? null : preset * factor,
        description,
      };
    },
  );
  const types = fields.map(
    ({ member, preset, description }) =>
      `  /** ${description} */\n  readonly ${member}: number${preset === null ? " | null" : ""};`,
  );
  const presets = fields.map(({ member, preset }) => `  ${member}: ${preset},`);
  const rows = fields.map(
    ({ name, member, factor, isPace }) =>
      `  ${JSON.stringify({ name, member, factor, isPace })},`,
  );
  await writeFile(
    new URL("limits.ts", DOMAIN),
    `${banner}import type { EnvironmentLimits as Written } from "./environment.ts";

/** Limits of one environment with every default applied. Times are in milliseconds; \`null\`: no limit. */
export interface EnvironmentLimits {
${types.join("\n")}
}

/** What holds where an environment does not say. */
export const DEFAULT_LIMITS: EnvironmentLimits = {
${presets.join("\n")}
};

/** How a limit is written, and what it is here. */
export interface LimitField {
  readonly name: keyof Written;
  readonly member: keyof EnvironmentLimits;
  /** Of the value as it is written. */
  readonly factor: number;
  /** How fast, which no guard looks at. */
  readonly isPace: boolean;
}

/** Every limit, in schema order. */
export const LIMIT_FIELDS: readonly LimitField[] = [
${rows.join("\n")}
];
`,
  );
}

/** The rules of an environment, as far as the schema tells them. */
async function writeRules(schema) {
  const rows = rulesOf(schema).map((rule) => `  ${JSON.stringify(rule)},\n`);
  await writeFile(
    new URL("rules.ts", DOMAIN),
    `${banner}import type { RuleFact } from "../field/rule-fact.ts";\n\n/** Every rule of an environment's document, in schema order. */\nexport const RULE_FACTS: readonly RuleFact[] = [\n${rows.join("")}];\n`,
  );
}

/** Walks properties; an object with properties and no semantics of its own is a group, everything else is a field. */
function collectFields(schema, root, at) {
  const found = { identity: undefined, fields: [] };
  for (const [name, property] of Object.entries(schema.properties)) {
    const mark = property["x-tieline"] ?? {};
    const pointer = `${at}/${name}`;
    if (mark.identity === true)
      found.identity = ruleOf(property, root, pointer);
    else if (property.properties !== undefined && mark.semantics === undefined)
      found.fields.push(...collectFields(property, root, pointer).fields);
    else found.fields.push(ruleOf(property, root, pointer));
  }
  return found;
}

function ruleOf(property, root, pointer) {
  const mark = property["x-tieline"] ?? {};
  const shape = shapeOf(property, root, pointer);
  return {
    pointer,
    semantics:
      mark.semantics ?? (property.type === "array" ? "list" : "scalar"),
    isSecret: mark.secret === true,
    isImmutable: mark.immutable === true,
    isReadOnly: mark.read_only === true,
    isLocal: mark.local === true,
    isRecorded: mark.recorded === true,
    isAboutFile: mark.about_file === true,
    isPlatforms: mark.platform === true,
    isDestination: holdsDestination(shape),
    risk: mark.risk ?? null,
    ...looserOf(mark, pointer),
    shape,
    description: property.description,
  };
}

/** Whether a value of this shape, or any part of it, decides where credentials go. */
function holdsDestination(shape) {
  const { isDestination, mayBeAddress, members = {}, others, items } = shape;
  return (
    isDestination === true ||
    mayBeAddress === true ||
    [...Object.values(members), others, items].some(
      (part) => part !== undefined && holdsDestination(part),
    )
  );
}

/** The commands of the program: every definition in a feature that says at which place help lists it. */
/** The names of providers alone, for completion: the catalogue is large. */
async function writeProviderNames(folder) {
  const { connectors } = JSON.parse(
    await readFile(new URL("catalogue/providers.json", root), "utf8"),
  );
  const names = connectors.map(({ slug }) => slug).sort();
  await writeFile(
    new URL("providers.ts", folder),
    `${banner}/** Names of the providers of the catalogue. */\nexport const PROVIDERS: readonly string[] = ${JSON.stringify(names)};\n`,
  );
}

async function writeCommands() {
  const features = new URL("src/features/", root);
  const found = [];
  for (const feature of (await readdir(features)).sort())
    for (const file of (
      await readdir(new URL(`${feature}/`, features))
    ).sort()) {
      if (!/^command[^.]*\.ts$/.test(file)) continue;
      const path = `${feature}/${file}`;
      const text = await readFile(new URL(path, features), "utf8");
      const place = /^ {2}place: (\d+),$/m.exec(text)?.[1];
      if (place === undefined) continue;
      const name = /^export const (\w+): Command(?:Definition|Group) =/m.exec(
        text,
      )?.[1];
      if (name === undefined)
        throw new Error(`${path} has a place and defines no command`);
      found.push({ path, name, place: Number(place) });
    }
  found.sort((a, b) => a.place - b.place);
  for (const [index, { path, place }] of found.entries())
    if (found[index + 1]?.place === place)
      throw new Error(`${path} and ${found[index + 1].path} have one place`);
  const folder = new URL("src/cli/generated/", root);
  await mkdir(folder, { recursive: true });
  await writeProviderNames(folder);
  const lines = [
    "// Generated from src/features/*/command*.ts by scripts/generate.mjs. Do not edit.",
    'import type { CommandDefinition, CommandGroup } from "../../command/command.ts";',
    ...found.map(
      ({ path, name }) => `import { ${name} } from "../../features/${path}";`,
    ),
    "",
    "/** In the order help lists them. */",
    "export const COMMANDS: readonly (CommandDefinition | CommandGroup)[] = [",
    ...found.map(({ name }) => `  ${name},`),
    "];",
    "",
  ];
  await writeFile(new URL("commands.ts", folder), lines.join("\n"));
}

/** The drivers an environment may name: each a folder whose `index.ts` exports what it is. */
async function writeDrivers(schema) {
  const folder = new URL("src/environment/generated/", root);
  await mkdir(folder, { recursive: true });
  const names = schema.properties.driver.enum;
  const lines = [
    "// Generated from schemas/environment.schema.json by scripts/generate.mjs. Do not edit.",
    'import type { EnvironmentRules } from "../../domain/environment.ts";',
    'import type { DriverDefinition } from "../../ports/driver.ts";',
    ...names.map(
      (name, index) =>
        `import { driver as driver${index} } from "../../drivers/${name}/index.ts";`,
    ),
    "",
    "/** By the name that environments give. */",
    'export const DRIVERS: Readonly<Record<EnvironmentRules["driver"], DriverDefinition>> = {',
    ...names.map((name, index) => `  "${name}": driver${index},`),
    "};",
    "",
  ];
  await writeFile(new URL("drivers.ts", folder), lines.join("\n"));
}

/** The codes, which are the pages of `docs/errors`; and the pages, which `explain` prints wherever the program is installed. */
async function writeErrorPages() {
  const { pages, retired } = await readErrorPages(
    new URL("docs/errors/", root),
  );
  const of = (part) =>
    Object.fromEntries(
      Object.entries(pages).map(([code, page]) => [code, page[part]]),
    );
  const head =
    "// Generated from docs/errors/ by scripts/generate.mjs. Do not edit.\n";
  await writeFile(
    new URL("codes.ts", DOMAIN),
    `${head}/** Every stable code of the product, with the title of its page. */\nexport const CODES = ${JSON.stringify(of("title"), null, 2)} as const;\n`,
  );
  await writeFile(
    new URL("error-pages.ts", DOMAIN),
    `${head}export const ERROR_PAGES: Readonly<Record<string, string>> = ${JSON.stringify(of("page"), null, 2)};\n\n/** Codes that are gone: what they were called, since when, and where to look instead. */\nexport const RETIRED_CODES: Readonly<Record<string, { readonly title: string; readonly since: string; readonly instead: string }>> = ${JSON.stringify(retired, null, 2)};\n`,
  );
}

async function writeVersion() {
  const { version } = JSON.parse(
    await readFile(new URL("package.json", root), "utf8"),
  );
  await writeFile(
    new URL("version.ts", DOMAIN),
    `${banner}/** Version of this package. */\nexport const VERSION: string = ${JSON.stringify(version)};\n`,
  );
}

function fieldPointer(connector, apiField) {
  const pointer = FIELD_POINTERS[apiField];
  if (pointer === undefined)
    throw new Error(
      `catalogue/providers.json: ${connector.slug} has a field "${apiField}" that FIELD_POINTERS of scripts/generate.mjs does not know`,
    );
  return pointer;
}

/** The catalogue as two modules: what checks need on every run, and what only people look at. */
async function writeCatalogue() {
  const { connectors, source } = JSON.parse(
    await readFile(new URL("catalogue/providers.json", root), "utf8"),
  );
  const lines = (rows) =>
    rows.map((row) => `  ${JSON.stringify(row)},\n`).join("");
  await writeFile(
    new URL("catalogue.ts", DOMAIN),
    `${banner}import type { CatalogueEntry } from "../catalogue/catalogue.ts";\n\n/** The vendor's connectors as of ${source.date}. */\nexport const CATALOGUE: readonly CatalogueEntry[] = [\n${lines(connectors.map(catalogueEntry))}];\n`,
  );
  await writeFile(
    new URL("catalogue-details.ts", DOMAIN),
    `${banner}import type { CatalogueDetails, CatalogueSource } from "../catalogue/catalogue.ts";\n\n/** Where the catalogue comes from. */\nexport const CATALOGUE_SOURCE: CatalogueSource = ${JSON.stringify(source)};\n\n/** What else is documented of the connectors, in the order of the catalogue. */\nexport const CATALOGUE_DETAILS: readonly CatalogueDetails[] = [\n${lines(connectors.map(catalogueDetails))}];\n`,
  );
}

function catalogueEntry(c) {
  const pointers = (c.connection_fields ?? []).flatMap((field) =>
    field.api_field === undefined ? [] : [fieldPointer(c, field.api_field)],
  );
  return {
    slug: c.slug,
    provider_key: c.provider_key,
    display_name: c.display_name,
    auth_types: c.auth_types,
    connection_type: c.connection_type ?? null,
    dcr: c.dcr === true,
    is_mcp: c.is_mcp === true,
    scopes: c.scopes ?? [],
    ...(pointers.length === 0 ? {} : { field_pointers: pointers }),
    ...(c.account_fields === undefined
      ? {}
      : { account_labels: c.account_fields.map((field) => field.label) }),
    ...(c.platform_credentials === undefined
      ? {}
      : { platform_credentials: c.platform_credentials }),
    ...(c.scopes_not_configurable === true
      ? { scopes_not_configurable: true }
      : {}),
  };
}

function catalogueDetails(c) {
  const documented = ({ label, secret, api_field }) => ({
    label,
    secret,
    ...(api_field === undefined ? {} : { pointer: fieldPointer(c, api_field) }),
  });
  return {
    slug: c.slug,
    auth_type_raw: c.auth_type_raw,
    categories: c.categories,
    tool_count: c.tool_count,
    connection_fields: (c.connection_fields ?? []).map(documented),
    account_fields: (c.account_fields ?? []).map(documented),
    account_credential_keys: c.account_credential_keys ?? [],
    scopes_in_tool_descriptions: c.scopes_in_tool_descriptions ?? [],
    setup_documented: c.setup_documented === true,
    corrections: c.corrections ?? [],
  };
}

async function writeScopes() {
  const files = await readScopeFiles(new URL("catalogue/scopes/", root));
  const text = JSON.stringify(JSON.stringify(packScopes(files)));
  await writeFile(
    new URL("scopes.ts", DOMAIN),
    `${banner}/** What documented scopes mean, as JSON; \`domain/scopes.ts\` reads it. */\nexport const SCOPES_TEXT: string =\n  ${text};\n`,
  );
}

/** One self-contained module per document, so that a command loads only what it reads and nothing compiles a schema at run time. */
async function writeValidators() {
  for (const [name, schema] of schemas) {
    const ajv = new Ajv({
      allErrors: true,
      strict: true,
      allowUnionTypes: true,
      code: { source: true, esm: true, lines: false },
    });
    addFormats(ajv);
    ajv.addKeyword("x-tieline");
    const validate = ajv.compile(withoutProse(schema));
    const source = standaloneCode(ajv, validate);
    const bundled = await build({
      stdin: {
        contents: source,
        resolveDir: fileURLToPath(root),
        loader: "js",
      },
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["main"],
      minify: true,
      write: false,
      legalComments: "none",
    });
    const code = bundled.outputFiles[0].text;
    await writeFile(new URL(`validate-${name}.js`, CONFIG), `${banner}${code}`);
    await writeFile(
      new URL(`validate-${name}.d.ts`, CONFIG),
      `${banner}import type { CompiledValidator } from "../check/schema-error.ts";\n\n/** Checks a value against schemas/${name}.schema.json; all errors, not only the first. */\ndeclare const validate: CompiledValidator;\nexport default validate;\n`,
    );
  }
}

/** The templates that come with the package, checked against their schema and the catalogue, as the text that is also shown to people. */
async function writeTemplates() {
  const folder = new URL("catalogue/templates/", root);
  const { connectors } = JSON.parse(
    await readFile(new URL("catalogue/providers.json", root), "utf8"),
  );
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  ajv.addKeyword("x-tieline");
  const validate = ajv.compile(schemas.get("template"));
  const templates = [];
  for (const file of (await readdir(folder)).sort()) {
    const text = await readFile(new URL(file, folder), "utf8");
    const value = parseYaml(text);
    const refuse = (why) => {
      throw new Error(`catalogue/templates/${file}: ${why}`);
    };
    if (!validate(value)) refuse(ajv.errorsText(validate.errors));
    if (file !== `${value.template}.yaml`) refuse("is named after another");
    const connector = connectors.find(({ slug }) => slug === value.provider);
    if (value.provider !== undefined && connector === undefined)
      refuse(`the catalogue has no provider ${value.provider}`);
    if (connector && !connector.auth_types.includes(value.auth_type))
      refuse(`${value.provider} has no auth type ${value.auth_type}`);
    templates.push({
      name: value.template,
      description: value.description.trim(),
      text,
    });
  }
  const rows = templates.map((one) => `  ${JSON.stringify(one)},\n`).join("");
  await writeFile(
    new URL("templates.ts", CONFIG),
    `${banner}/** The templates of the package, by name. */\nexport const SHIPPED_TEMPLATES: readonly { readonly name: string; readonly description: string; readonly text: string }[] = [\n${rows}];\n`,
  );
}

/** Declared members of every object, by the path the validators report: what a misspelt key is compared with. */
async function writeMembers() {
  const tables = {};
  for (const [name, schema] of schemas) {
    tables[name] = {};
    collectMembers(schema, "#", { root: schema, table: tables[name] });
  }
  await writeFile(
    new URL("members.ts", CONFIG),
    `${banner}/** Names declared at each object of a schema, by schema and schema path. */\nexport const MEMBERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = ${JSON.stringify(tables, null, 2)};\n`,
  );
}

function collectMembers(schema, at, { root, table }) {
  if (schema.properties !== undefined) {
    table[at] = Object.keys(schema.properties);
    for (const [name, property] of Object.entries(schema.properties))
      collectMembers(resolved(property, root), `${at}/properties/${name}`, {
        root,
        table,
      });
  }
  if (schema.items !== undefined)
    collectMembers(resolved(schema.items, root), `${at}/items`, {
      root,
      table,
    });
  // Validators name the definition, frames the way to it.
  for (const [name, definition] of Object.entries(schema.definitions ?? {}))
    collectMembers(definition, `#/definitions/${name}`, { root, table });
}

/** The schema without descriptions and annotations: what a validator needs. */
function withoutProse(schema) {
  if (Array.isArray(schema)) return schema.map(withoutProse);
  if (typeof schema !== "object" || schema === null) return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (typeof value === "string" && (key === "description" || key === "title"))
      continue;
    if (key === "x-tieline") continue;
    out[key] = withoutProse(value);
  }
  return out;
}
