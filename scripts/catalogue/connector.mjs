/**
 * One connector from its page, its line in the vendor's catalogue, its tools and its set-up page.
 * Pure.
 */
import { parse } from "yaml";
import { countObjects } from "./literals.mjs";
import { connectionFields, platformCredentials } from "./set-up-page.mjs";

/**
 * What the vendor calls ways to authenticate, without blanks and in lower case, and what they are
 * to us. A new one stays a problem until somebody maps it.
 */
const AUTH_LABELS = {
  "apikey": ["api_key", "API_KEY"],
  "apikey+secretkey": ["api_key", "API_KEY"],
  "basicauth": ["basic", "BASIC"],
  "bearertoken": ["bearer", "BEARER"],
  "oauth1.0a": ["oauth1", "TRELLO_OAUTH1"],
  "oauth2.0": ["oauth2", "OAUTH"],
  "oauth2.1": ["oauth2", "OAUTH"],
  "oauth2.1/dcr": ["oauth2", "OAUTH"],
  "oauth2.1/pkce": ["oauth2", "OAUTH"],
  "smartonfhir": ["smart_fhir", "SMART_FHIR"],
  "serviceaccount": ["service_account", null],
  "serviceaccount(dwd)": ["service_account", "GOOGLE_DWD"],
  "serviceprincipal(oauth2.0)": ["oauth2_client_credentials", "OAUTH_M2M"],
  "trustedidp": ["trusted_idp", "TRUSTED_IDP"],
};

const SLUG = /^[a-z0-9][a-z0-9_]{0,79}$/u;

/**
 * @param input - `slug`, `page`, `listed` (auth type and categories in the vendor's catalogue),
 * `tools` and `setUp` as texts or `undefined`, and `previous`, the entry of the present catalogue.
 * @returns the entry, or `undefined` with the reasons why there is none; `problems` may also say
 * what was kept as it was.
 */
export function readConnector(input) {
  const { slug, previous } = input;
  const { facts, problems } = readFacts(input);
  if (facts === undefined) return { entry: undefined, problems };
  const fields = readFields(input, facts, problems);
  const platform =
    input.setUp === undefined ? undefined : platformCredentials(input.setUp);
  return {
    problems,
    entry: {
      slug,
      provider_key: previous?.provider_key ?? slug.toUpperCase(),
      display_name: facts.name,
      auth_type_raw: facts.label,
      auth_types: [facts.authType],
      connection_type: facts.connectionType,
      provider_key_evidence: previous?.provider_key_evidence ?? "derived",
      dcr: facts.label.toLowerCase().endsWith("/dcr"),
      is_mcp: slug.endsWith("mcp"),
      categories: facts.categories,
      tool_count: facts.toolCount,
      ...present("connection_fields", fields),
      ...readByPeople(previous),
      ...present("platform_credentials", platform),
      setup_documented: input.setUp !== undefined,
    },
  };
}

/** What stands in prose only and was read by people: it is kept until somebody changes it. */
const READ_BY_PEOPLE = [
  "account_fields",
  "account_credential_keys",
  "scopes",
  "scopes_in_tool_descriptions",
  "scopes_not_configurable",
];

function readByPeople(previous) {
  return Object.fromEntries(
    READ_BY_PEOPLE.filter((name) => previous?.[name] !== undefined).map((name) => [
      name,
      previous[name],
    ]),
  );
}

function readFacts({ slug, page, listed, tools }) {
  const problems = [];
  const matter = frontMatterOf(page);
  const label = matter?.connectorAuthType;
  const name = matter?.sidebar?.label;
  if (!SLUG.test(slug)) problems.push("its file name is no slug");
  if (matter === undefined) problems.push("its page has no readable front matter");
  else if (!isText(name)) problems.push("its page has no sidebar label");
  else if (!isText(label)) problems.push("its page names no auth type");
  else if (listed !== undefined && listed.authType !== label)
    problems.push(
      `its page says "${label}" and the vendor's catalogue says "${String(listed.authType)}"`,
    );
  const known = isText(label)
    ? AUTH_LABELS[label.toLowerCase().replaceAll(/\s/gu, "")]
    : undefined;
  if (isText(label) && known === undefined)
    problems.push(`its auth type "${label}" is not mapped in scripts/catalogue/connector.mjs`);
  const categories = matter?.connectorCategories ?? listed?.categories ?? [];
  if (!Array.isArray(categories) || !categories.every(isText))
    problems.push("its categories are no list of words");
  const toolCount = tools === undefined ? 0 : countObjects(tools, "tools");
  if (toolCount === undefined) problems.push("its tools cannot be counted");
  if (problems.length > 0 || known === undefined) return { problems };
  const [authType, connectionType] = known;
  return {
    problems,
    facts: {
      name: name.trim(),
      label,
      authType,
      connectionType,
      categories: [...new Set(categories)].sort(),
      toolCount,
    },
  };
}

/** Fields of the set-up page; what cannot be recognised leaves what is there already. */
function readFields({ setUp, previous }, facts, problems) {
  const read =
    setUp === undefined ? undefined : connectionFields(setUp, facts.connectionType);
  if (read === undefined) return previous?.connection_fields;
  if (read.unknown.length === 0) return read.fields;
  problems.push(
    `its set-up page asks for ${read.unknown.map((one) => `"${one}"`).join(", ")}, which is not mapped; its fields stay as they were`,
  );
  return previous?.connection_fields;
}

function frontMatterOf(page) {
  const matter = /^---\r?\n([\s\S]*?)\r?\n---/u.exec(page)?.[1];
  if (matter === undefined) return undefined;
  try {
    // Throws on what is no YAML, and on aliases: no page needs one.
    const value = parse(matter, { maxAliasCount: 0 });
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

function present(name, value) {
  return value === undefined ? {} : { [name]: value };
}
