/**
 * From entries to the text of the catalogue: corrections, counts, one connector per line. Pure, so
 * the same input gives the same bytes.
 */

/** Order of members, so that a difference shows what changed and nothing else. */
const MEMBERS = [
  "slug",
  "provider_key",
  "display_name",
  "auth_type_raw",
  "auth_types",
  "connection_type",
  "provider_key_evidence",
  "dcr",
  "is_mcp",
  "categories",
  "tool_count",
  "connection_fields",
  "account_fields",
  "account_credential_keys",
  "scopes",
  "platform_credentials",
  "scopes_in_tool_descriptions",
  "scopes_not_configurable",
  "setup_documented",
  "corrections",
];

/**
 * Entries with the corrections made by hand. A correction of a connector that is not there, or of
 * no known member, is a problem.
 */
export function correct(entries, corrections) {
  const problems = [];
  const bySlug = new Map(entries.map(({ corrections: _, ...entry }) => [entry.slug, entry]));
  for (const { slug, set, reason } of corrections) {
    const entry = bySlug.get(slug);
    const strange = Object.keys(set).filter(
      (name) => !MEMBERS.includes(name) || name === "slug" || name === "corrections",
    );
    if (entry === undefined)
      problems.push(`${slug}: a correction of a connector that is not there`);
    else if (strange.length > 0 || typeof reason !== "string" || reason === "")
      problems.push(`${slug}: a correction needs a reason and known members (${strange.join(", ")})`);
    else
      bySlug.set(slug, {
        ...entry,
        ...set,
        corrections: [...(entry.corrections ?? []), reason],
      });
  }
  return { entries: [...bySlug.values()], problems };
}

/** The whole file. */
export function catalogueText(source, entries) {
  const ordered = entries
    .map((entry) =>
      Object.fromEntries(
        MEMBERS.filter((name) => entry[name] !== undefined && (entry[name] !== null || name === "connection_type")).map(
          (name) => [name, entry[name]],
        ),
      ),
    )
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  return [
    "{",
    `  "schema_version": 1,`,
    `  "source": ${line(source)},`,
    `  "counts": ${line(countsOf(ordered))},`,
    `  "connectors": [`,
    ordered.map((entry) => `    ${line(entry)}`).join(",\n"),
    "  ]",
    "}",
    "",
  ].join("\n");
}

function countsOf(entries) {
  const by = (of) => {
    const counts = {};
    for (const key of entries.map(of).sort()) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  };
  const having = (name) => entries.filter((entry) => (entry[name]?.length ?? 0) > 0).length;
  return {
    connectors: entries.length,
    tools: entries.reduce((sum, { tool_count: count }) => sum + count, 0),
    auth_types: by(({ auth_types: [type] }) => type),
    auth_type_raw: by(({ auth_type_raw: raw }) => raw),
    connection_types_inferred: by(({ connection_type: type }) => type ?? "unknown"),
    is_mcp: entries.filter(({ is_mcp: is }) => is).length,
    dcr: entries.filter(({ dcr }) => dcr).length,
    with_connection_fields: having("connection_fields"),
    with_account_fields: having("account_fields"),
    with_scopes: having("scopes"),
  };
}

/** What was added, removed and changed, a line each. */
export function differenceOf(before, after) {
  const old = new Map(before.map((entry) => [entry.slug, entry]));
  const now = new Map(after.map((entry) => [entry.slug, entry]));
  return {
    added: [...now.keys()].filter((slug) => !old.has(slug)).sort(),
    removed: [...old.keys()].filter((slug) => !now.has(slug)).sort(),
    changed: [...now.keys()]
      .sort()
      .flatMap((slug) => {
        const earlier = old.get(slug);
        if (earlier === undefined) return [];
        const members = MEMBERS.filter(
          (name) => line(earlier[name] ?? null) !== line(now.get(slug)[name] ?? null),
        );
        return members.length === 0 ? [] : [{ slug, members }];
      }),
  };
}

/** JSON on one line, with a blank after commas and colons outside strings. */
function line(value) {
  if (Array.isArray(value)) return `[${value.map(line).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${line(member)}`,
  );
  return `{${members.join(", ")}}`;
}
